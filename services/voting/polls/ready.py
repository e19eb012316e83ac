"""Questions that a union asks again and again, ready to be looked at, changed, and opened as a secret poll."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Ready:
    """A question with its options; how many of them one may choose."""

    name: Any
    title: Any
    explanation: Any
    options: tuple[Any, ...]
    most: int


READY: Mapping[str, Ready] = {
    "needs": Ready(
        _l("Needs of the year"),
        _l("In which of these do you need the union this year?"),
        _l("Secret: nobody can see who chose what. The union plans its year by the answers."),
        (
            _l("Pay and allowances"),
            _l("Contract and social insurance"),
            _l("Workload, hours and leave"),
            _l("Titles and appraisals"),
            _l("Health and check-ups"),
            _l("Help in times of need"),
            _l("Children's care and schooling"),
            _l("Canteen and working place"),
            _l("A dispute with the school"),
            _l("None of these"),
        ),
        3,
    ),
    "canteen": Ready(
        _l("The canteen this month"),
        _l("How was the canteen this month?"),
        _l("Secret: nobody can see who chose what. Those who inspect the canteen read the counts."),
        (_l("Good"), _l("All right"), _l("Not good enough"), _l("I do not eat there")),
        1,
    ),
}


def values_of(code: str | None) -> dict[str, Any]:
    """What the form of a new poll begins with; nothing for a code that is none of these."""
    ready = READY.get(code or "")
    if ready is None:
        return {}
    return {
        "title": str(ready.title),
        "explanation": str(ready.explanation),
        "options": "\n".join(map(str, ready.options)),
        "most": ready.most,
    }
