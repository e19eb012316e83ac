"""Words for rounds of gifts: what one is called, how it stands, which ways lead out of a rule."""

from typing import Any

from flask_babel import gettext as _

from services.welfare import standards
from services.welfare.gifts.kinds import AUDIENCES, OCCASIONS, PLACES
from services.welfare.gifts.models import (
    CALLED_OFF,
    CLOSED,
    OPEN,
    RETURNED,
    SHARES,
    STATES,
    TAKEN,
    GiftRound,
    GiftShare,
)
from services.welfare.rounds.wording import named
from services.welfare.wording import listed, rule_words
from shared.kit import clock


def title(made: GiftRound) -> str:
    """2026 · 端午节."""
    return f"{made.happens_on.year} · {OCCASIONS[made.occasion]}"


def things(made: GiftRound) -> str:
    return listed([item.name for item in made.items])


def badge(made: GiftRound) -> tuple[str, str]:
    """How a round stands, and the kind of badge."""
    if made.state == OPEN and clock.now() > made.pickup_to:
        return _("To be closed"), "late"
    return str(STATES[made.state]), {OPEN: "soon", CLOSED: "done", CALLED_OFF: ""}.get(made.state, "")


def share(found: GiftShare) -> tuple[str, str]:
    """What became of a share, and the kind of badge."""
    if found.state == TAKEN and found.by_proxy:
        return _("Fetched by a colleague"), "done"
    return str(SHARES[found.state]), {TAKEN: "done", RETURNED: ""}.get(found.state, "soon")


def ways_out(breach: dict[str, Any]) -> str:
    """What a union can do instead of breaking a rule."""
    ways = {
        standards.FESTIVAL: _(
            "Let the school administration pay it, or hold an activity with a souvenir for those who come; if your "
            "province allows it, its rules must name the day."
        ),
        standards.RETIREE_FUND: _(
            "Give to those in post here, and begin a round for the retired that the school pays."
        ),
        standards.RESERVE: _("A smaller gift leaves enough for the sick, the disabled and the retired."),
    }
    return ways.get(breach["rule"], _("A smaller gift keeps to the standard."))


WORDS: dict[str, Any] = {
    "title": title,
    "things": things,
    "named": named,
    "badge": badge,
    "share": share,
    "rule": rule_words,
    "ways_out": ways_out,
    "OCCASIONS": OCCASIONS,
    "AUDIENCES": AUDIENCES,
    "PLACES": PLACES,
    "STATES": STATES,
}
