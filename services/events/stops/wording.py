"""What a broken rule says, in the words of an organiser."""

from typing import Any

from flask_babel import lazy_gettext as _l

from services.events.stops.models import BUDGET, Stop
from shared.kit.web.formats import money

RULES: dict[str, Any] = {
    "budget-line": _l(
        "The year's budget has %(limit)s left for this kind of activity; this one is planned with %(actual)s."
    ),
    "outing-times-dues": _l(
        "Beside the dues, other funds may pay %(limit)s a year for outings and shows; with this one it is %(actual)s."
    ),
    BUDGET: _l("It was planned with %(limit)s and cost %(actual)s."),
}
ANY_OTHER = _l("A rule on the union's money allows %(limit)s; here it is %(actual)s.")


def rule_words(stop: Stop) -> str:
    """Which rule, with both figures: money as money, people as a number."""
    shown = str if stop.counts else money
    return str(RULES.get(stop.rule, ANY_OTHER)) % {"limit": shown(stop.most), "actual": shown(stop.actual)}
