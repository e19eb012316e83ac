"""Who belonged where, and with what standing, on any day: worked out from all that members said.

Statements may arrive late, twice or in any order. Nothing here depends on that order, only on the set.

* A *dated* statement (joined, transferred, retired, left) says what holds from its day on. It may be said
  after the fact, and then corrects the cards that were said before it.
* A *card* says what holds on the day on which it is said.
* A *term* says from when somebody is a delegate (教代会代表), and the first day on which no longer. A later
  statement of the same term stands for the earlier one; a card that does not name a running term ends it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

CARD, DATED, TERM = "card", "dated", "term"


class Said(Protocol):
    """One statement about one person; `says` holds school_id, standing and group_id, as far as it says them,
    and `terms`, a list of [scope_id, first day, first day after or null] as a delegate."""

    id: Any
    kind: Any
    effective_on: Any
    said_at: Any
    says: Any


@dataclass(frozen=True, slots=True)
class Membership:
    """What is known of one person on one day."""

    school_id: str | None = None
    standing: str | None = None
    group_id: str | None = None
    delegate_of: frozenset[str] = field(default_factory=frozenset)


def membership_on(day: date, statements: Iterable[Said]) -> Membership:
    """What the statements about one person make of that day."""
    said = sorted({one.id: one for one in statements}.values(), key=_when_said)
    state = dict(_in_force(day, said))
    delegate_of = frozenset(
        scope for (scope, first), end in _terms(said).items() if first <= day and (end is None or day < end)
    )
    return Membership(state.get("school_id"), state.get("standing"), state.get("group_id"), delegate_of)


def _in_force(day: date, said: list[Said]) -> Iterator[tuple[str, str | None]]:
    """What is said of each field for that day, the last word last."""
    dated = [one for one in said if one.kind == DATED]
    for one in sorted(said, key=lambda s: (s.effective_on, *_when_said(s))):
        if one.effective_on > day or one.kind == TERM:
            continue
        for name in ("school_id", "standing", "group_id"):
            if name in one.says and not (one.kind == CARD and _corrected(one, name, dated)):
                yield name, one.says[name]


def _corrected(card: Said, name: str, dated: list[Said]) -> bool:
    """Whether something said later reaches back to the card's day or before it."""
    return any(
        _when_said(fact) > _when_said(card) and fact.effective_on <= card.effective_on and name in fact.says
        for fact in dated
    )


def _terms(said: list[Said]) -> dict[tuple[str, date], date | None]:
    """The end of every term as a delegate, by union and first day, as it was last said."""
    ends: dict[tuple[str, date], date | None] = {}
    for one in said:
        named = dict(_named_terms(one.says))
        if one.kind == CARD:
            running = [key for key, end in ends.items() if end is None or end > one.effective_on]
            ends |= {key: one.effective_on for key in running if key not in named}
        ends |= named
    return ends


def _named_terms(says: Mapping[str, Any]) -> Iterator[tuple[tuple[str, date], date | None]]:
    for scope, first, end in says.get("terms", ()):
        yield (scope, date.fromisoformat(first)), date.fromisoformat(end) if end else None


def _when_said(one: Said) -> tuple[datetime, str]:
    return one.said_at, one.id
