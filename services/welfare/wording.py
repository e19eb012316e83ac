"""Words that several features of welfare write: offices, names in a row, and what a rule on money says."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from shared.kit.access import OFFICES
from shared.kit.web import language
from shared.kit.web.formats import money


def office(code: str | None) -> str:
    """An office in the language of the page."""
    if code is None or code not in OFFICES:
        return code or ""
    english, chinese = OFFICES[code]
    return english if language.current() == language.ENGLISH else chinese


def in_yuan(fen: int) -> Decimal:
    """A sum for a spreadsheet: exact, and a number there (a text that begins with a minus would be none)."""
    return Decimal(fen).scaleb(-2)


def listed(names: Sequence[str]) -> str:
    """Names in a row, as the language writes them: 何莉、赵立新."""
    return (", " if language.current() == language.ENGLISH else "、").join(names)


RULES: dict[str, Any] = {
    "prize-share": _l(
        "At most %(limit)s of those who took part may get a prize; here it would be %(actual)s."
    ),
    "training-prize-share": _l(
        "At most %(limit)s of the trainees may get a prize; here it would be %(actual)s."
    ),
    "festival": _l("Gifts to all members are for the festivals on the list alone; this day is none of them."),
    "retiree-fund": _l("Care for the retired is paid by the school administration, not by union funds."),
    "outing-times-dues": _l(
        "By the dues of the year other funds may pay %(limit)s for outings and shows; it would be %(actual)s."
    ),
    "reserve": _l(
        "Gifts to all may cost %(limit)s of what is planned for care; it would be %(actual)s. The rest is held back "
        "for the sick and the retired."
    ),
    "budget": _l("The budget was %(limit)s; it is %(actual)s."),
    "budget-line": _l("The heading has %(limit)s left in the year's budget; this needs %(actual)s."),
}
OVER_CEILING = _l("The standard allows %(limit)s; it would be %(actual)s.")


def rule_words(breach: dict[str, Any]) -> str:
    """What a broken rule says, with both figures: {"rule", "limit", "actual", "counts"}."""
    shown = str if breach.get("counts") else money
    figures = {"limit": shown(breach["limit"]), "actual": shown(breach["actual"])}
    return str(RULES.get(breach["rule"], OVER_CEILING)) % figures


def rule_name(rule: str) -> str:
    """A rule in a few words, for lists where no figures stand."""
    return str(RULE_NAMES.get(rule, _l("Over a ceiling")))


RULE_NAMES: dict[str, Any] = {
    "prize-share": _l("Too many prizes"),
    "training-prize-share": _l("Too many prizes"),
    "festival": _l("No festival of gifts"),
    "retiree-fund": _l("Wrong fund for the retired"),
    "outing-times-dues": _l("Outings over the yearly limit"),
    "reserve": _l("Into the reserve"),
    "budget": _l("Over the budget"),
    "budget-line": _l("Over the heading's budget"),
}
