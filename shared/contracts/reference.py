"""docs/reference/events.md: the table of events that people read, from the registry."""

from collections.abc import Iterator

from shared.contracts.registry import SERVICES, Event, all_events, classes_of_data
from shared.contracts.schema import reactions

_HEAD = """\
# Events

Written by `./dev contracts` from `shared/contracts`; do not edit.

An event is a fact, sent after the change it tells of was committed. *Public* events are on the feed for
outside subscribers and hold L0 only; *internal* ones go between the services alone. L0 is public, L1
internal (a person by opaque id), L2 personal (the person card alone), L3 sensitive (the kind of a life
event alone, to welfare alone).
"""


def page() -> str:
    events = all_events()
    tables = [_table(service, [cls for cls in events if cls.producer == service]) for service in SERVICES]
    return "\n".join([_HEAD, *tables])


def _table(service: str, events: list[type[Event]]) -> str:
    rows = "\n".join(_row(cls) for cls in events)
    return f"## {service}\n\n| type | class | audience | data | fields | who reacts |\n|---|---|---|---|---|---|\n{rows}\n"


def _row(cls: type[Event]) -> str:
    data = dict(classes_of_data(cls.reader()))
    highest = max(filter(None, data.values()))
    cells = (
        f"`{cls.type}`",
        f"`{cls.__name__}`",
        cls.audience,
        highest,
        ", ".join(_names(cls)),
        reactions(cls),
    )
    return f"| {' | '.join(cells)} |"


def _names(cls: type[Event]) -> Iterator[str]:
    """The fields in their order; those that may be absent with a question mark."""
    for name, field in cls.reader().fields.items():
        yield name if field.required else f"{name}?"
