"""Words of the money's pages: kinds of activities, and where a sum of the ledger comes from."""

from typing import Any

from flask_babel import lazy_gettext as _l

ACTIVITY_KINDS: dict[str, Any] = {
    "contest": _l("Contest"),
    "sports": _l("Sports"),
    "culture": _l("Culture"),
    "study": _l("Study"),
    "meeting": _l("Discussion meeting"),
    "outing": _l("Outing"),
    "welcome": _l("Welcome"),
    "farewell": _l("Farewell"),
    "other": _l("Other"),
}
SOURCES: dict[str, Any] = {
    "visit": _l("A visit"),
    "aid": _l("Aid"),
    "pupil-aid": _l("Help for pupils"),
    "expense": _l("An expense"),
    "activity": _l("An activity"),
    "dues": _l("Dues of a period"),
    "income": _l("Income"),
    "aid-allotment": _l("Set apart for aid"),
    "gift-round": _l("A round of gifts"),
    "campaign": _l("A campaign"),
}
