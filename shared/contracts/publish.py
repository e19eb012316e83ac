"""Keep the promises: `python -m shared.contracts.publish [--check]`, called by `./dev contracts`.

Writes the schema of each new event to `published/`, renews AsyncAPI and the table of events, and refuses
to change a published schema in a way that breaks its readers. With `--check` it writes nothing and fails
where anything would have been written. To change a type that was in no release yet, delete its file first.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from shared.contracts import asyncapi, reference
from shared.contracts.evolution import breaks
from shared.contracts.promises import HERE, PUBLISHED
from shared.contracts.registry import all_events
from shared.contracts.schema import schema_of

TABLE: Final = HERE.parents[1] / "docs/reference/events.md"
ASYNCAPI: Final = PUBLISHED / "asyncapi.json"


def broken_promises() -> Iterator[str]:
    """What the contracts of today take back of the published schemas, in plain words."""
    today = {cls.type: cls for cls in all_events()}
    for path in sorted(PUBLISHED.glob("*.v*.json")):
        type_ = path.name.removesuffix(".json")
        if type_ not in today:
            yield f"{type_}: is published and gone; keep saying it until nobody binds it, then delete its file"
            continue
        for fault in breaks(json.loads(path.read_bytes()), schema_of(today[type_])):
            yield f"{type_}: {fault}. Or say a new version beside this one"


def files() -> dict[Path, str]:
    """Everything that is generated, by its path."""
    schemas = {PUBLISHED / f"{cls.type}.json": as_json(schema_of(cls)) for cls in all_events()}
    return schemas | {ASYNCAPI: as_json(asyncapi.document()), TABLE: reference.page()}


def main(arguments: list[str], say: Callable[[str], object] = sys.stdout.write) -> int:
    if faults := list(broken_promises()):
        say("A published contract would be broken:\n" + "".join(f"  {fault}.\n" for fault in faults))
        say("A type that was in no release yet may change: delete its file in published/ and run again.\n")
        return 1
    stale = {
        path: text for path, text in files().items() if not path.exists() or path.read_text("utf-8") != text
    }
    if "--check" in arguments:
        for path in stale:
            say(f"{path.name} is not what the contracts say; run ./dev contracts and commit it.\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        say(f"wrote {path.name}\n")
    return 0


def as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
