"""Words for rounds: their names, how they stand, the figures, who goes."""

from typing import Any

from services.welfare.rounds.kinds import BY_HAND, CRITERIA, KINDS
from services.welfare.rounds.models import CALLED_OFF, CLOSED, DONE, OPEN, RESULTS, STATES, VisitRound
from services.welfare.wording import listed
from shared.kit import clock


def title(made: VisitRound) -> str:
    """2027 · 春节慰问."""
    return f"{made.year} · {KINDS[made.kind].name}"


def badge(made: VisitRound) -> tuple[str, str]:
    """How a round stands, and the kind of badge."""
    if made.state == OPEN and clock.today() > made.due_on:
        return str(STATES[OPEN]), "late"
    kind = {CLOSED: "done", CALLED_OFF: ""}.get(made.state, "soon" if made.state == OPEN else "")
    return str(STATES[made.state]), kind


def result(code: str | None) -> tuple[str, str]:
    """What became of a line, and the kind of badge."""
    return ("—", "") if code is None else (str(RESULTS[code]), "done" if code == DONE else "soon")


def named(ids: list[str], names: dict[str, str]) -> str:
    """People by name, in a row."""
    return listed([names[who] for who in ids if who in names])


WORDS: dict[str, Any] = {
    "title": title,
    "badge": badge,
    "result": result,
    "listed": listed,
    "named": named,
    "KINDS": KINDS,
    "STATES": STATES,
    "RESULTS": RESULTS,
    "CRITERIA": {code: found for code, found in CRITERIA.items() if code != BY_HAND},
}
