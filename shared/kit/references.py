"""The references that are made from the code and kept beside it: OpenAPI, settings, rights.

`python -m shared.kit.references` writes them; with `--check` it names those that no longer fit, and a test does so.
"""

import json
import sys
from pathlib import Path

from shared.contracts.registry import SERVICES
from shared.kit.access import MEMBER, OFFICES
from shared.kit.config import Config
from shared.kit.service import ROOT, Service, create_app

FOLDER = ROOT / "docs" / "reference"


def references() -> dict[Path, str]:
    """Every reference as it should be."""
    services = [Service(Config.read(name, {}, database_url="sqlite://")) for name in SERVICES]
    made = {FOLDER / f"openapi-{service.name}.json": _openapi(service) for service in services}
    made[FOLDER / "configuration.md"] = (
        "# Settings\n\nEach may come from the environment, or from the file that `<NAME>_FILE` names.\n\n"
        + Config.reference()
        + "\n"
    )
    made[FOLDER / "rights.md"] = _rights(services)
    return made


def stale() -> list[Path]:
    """The references that no longer fit the code."""
    return [
        path for path, text in references().items() if not path.exists() or path.read_text("utf-8") != text
    ]


def _openapi(service: Service) -> str:
    client = create_app(service).test_client()
    document = client.get(f"/api/{service.name}/v1/openapi.json").get_json()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _rights(services: list[Service]) -> str:
    """Right → offices, in both languages."""
    names = {
        **{code: f"{chinese} ({english})" for code, (english, chinese) in OFFICES.items()},
        MEMBER: "会员 (any member)",
    }
    lines = [
        "# Who may do what",
        "",
        "A right belongs to offices in term; it ends with the term, the same minute.",
    ]
    for service in services:
        lines += ["", f"## {service.name}", "", "| right | offices |", "|---|---|"]
        for right, offices in sorted(service.rights.items()):
            lines.append(f"| `{right}` | {', '.join(names[code] for code in names if code in offices)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    if "--check" in sys.argv:
        if wrong := [str(path.relative_to(ROOT)) for path in stale()]:
            sys.exit(f"Out of date: {', '.join(wrong)}. Run ./dev references.")
        return
    for path, text in references().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
