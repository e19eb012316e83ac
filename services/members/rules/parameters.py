"""What a rule pack may say, and in which units; anything else is refused before it can be published.

Ceilings are integer fen, shares and rates two integers (numerator, denominator). Null: the pack says nothing.
`articles` names for a figure the regulation and article that it stands in.
"""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

CEILINGS: Final = {
    "hospitalized": _l("In hospital"),
    "hospitalized-operation": _l("In hospital, with an operation"),
    "marriage": _l("Marriage"),
    "childbirth": _l("Birth of a child"),
    "birthday": _l("Birthday"),
    "member-death": _l("Death of a member"),
    "relative-death": _l("Death of a close relative"),
    "retirement": _l("Retirement"),
    "festival-spring": _l("Spring Festival"),
    "festival-other": _l("Another festival"),
    "festivals-year": _l("All festivals of a year"),
    "training-prize": _l("A prize at a training"),
    "meal": _l("Meals at a contest, a person and day"),
    "aid-severe": _l("Aid in a year, severe hardship"),
    "aid-hardship": _l("Aid in a year, hardship"),
    "aid-temporary": _l("Aid in a year, temporary hardship"),
    "aid-other": _l("Aid in a year, without a hardship case"),
}
# How the form folds them together, so that a phone shows a handful at a time.
GROUPS: Final = (
    (_l("Occasions of life"), (
        "hospitalized", "hospitalized-operation", "marriage", "childbirth", "birthday", "member-death",
        "relative-death", "retirement",
    )),
    (_l("Festivals"), ("festival-spring", "festival-other", "festivals-year")),
    (_l("Contests and trainings"), ("training-prize", "meal")),
    (_l("Aid in a year"), ("aid-severe", "aid-hardship", "aid-temporary", "aid-other")),
)  # fmt: skip
STATUTORY: Final = {
    "new-year": _l("New Year"),
    "spring": _l("Spring Festival"),
    "qingming": _l("Qingming"),
    "labour": _l("Labour Day"),
    "dragon-boat": _l("Dragon Boat Festival"),
    "mid-autumn": _l("Mid-Autumn Festival"),
    "national": _l("National Day"),
}
# Days of the minorities, where a province has approved gifts at them.
MINORITY: Final = {
    "miao-new-year": _l("Miao New Year"),
    "torch": _l("Torch Festival"),
    "march-third": _l("Third of March"),
    "water-splashing": _l("Water-Splashing Festival"),
    "tibetan-new-year": _l("Tibetan New Year"),
    "eid-al-fitr": _l("Eid al-Fitr"),
    "corban": _l("Corban Festival"),
}
FESTIVALS: Final = STATUTORY | MINORITY
FUND_SOURCES: Final = {
    "union": _l("Union funds"),
    "dues": _l("Members' dues"),
    "administration": _l("School administration"),
    "superior": _l("Grant from above"),
    "personal": _l("Personal"),
}
SHARES: Final = {
    "prize_share": _l("Winners among the participants, at most"),
    "training_prize_share": _l("Prizes among the trainees, at most"),
    "dues_rate": _l("Dues of the basic wage"),
    "medical_share": _l("Own costs of illness of a year's income, from which they are a burden"),
}
TIMES: Final = {"low_income_times": _l("A low income is at most these times the minimum living standard")}
OUTING: Final = _l("Outings: subsidy over the dues, at most times")
LIVING: Final = _l("Local minimum living standard, for each person a month")
RETIREE: Final = _l("Gifts to retirees are paid by")
FESTIVAL_LIST: Final = _l("Festivals with gifts")
ARTICLE: Final = 200  # characters
DEAREST: Final = 100_000_000  # a million yuan: more is a slip of the decimal point


def faults_in(parameters: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by the name of the part (`ceilings_fen.hospitalized`); empty when all is well."""
    known = {"ceilings_fen", "festivals", "outing_times_dues", "retiree_fund_source", "articles", *SHARES}
    known |= {"minimum_living_fen", *TIMES}
    faults = {name: _("A pack does not know this.") for name in parameters if name not in known}
    ceilings = parameters.get("ceilings_fen")
    if not isinstance(ceilings, dict):
        faults["ceilings_fen"] = _("The ceilings are missing.")
    else:
        faults |= {
            f"ceilings_fen.{name}": fault
            for name, value in ceilings.items()
            if (fault := _ceiling(name, value))
        }
    festivals = parameters.get("festivals", [])
    if not isinstance(festivals, list) or not all(
        isinstance(name, str) and name in FESTIVALS for name in festivals
    ):
        faults["festivals"] = _("Only the seven statutory festivals, and the approved ones of minorities.")
    for name in SHARES:
        if (value := parameters.get(name)) is not None and not _is_share(value):
            faults[name] = _("Write a share as two whole numbers, such as 2 and 3.")
    for name in TIMES:
        if (value := parameters.get(name)) is not None and not _is_ratio(value):
            faults[name] = _("Write two whole numbers, such as 3 and 2 for one and a half times.")
    line = parameters.get("minimum_living_fen")
    if line is not None and not (_is_whole(line) and 0 < line <= DEAREST):
        faults["minimum_living_fen"] = _("Write whole fen, from nothing to a million yuan.")
    times = parameters.get("outing_times_dues")
    if times is not None and not (_is_whole(times) and 0 <= times <= 100):
        faults["outing_times_dues"] = _("Write a whole number.")
    source = parameters.get("retiree_fund_source")
    if source is not None and source not in FUND_SOURCES:
        faults["retiree_fund_source"] = _("Choose one of the fund sources.")
    if not _are_articles(parameters.get("articles") or {}):
        faults["articles"] = _("Name a figure and the article it stands in.")
    return faults


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """What changed from one version to the next: name, old value, new value."""
    old, new = flat(before), flat(after)
    return [(name, old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)]


def flat(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters under one level of names, in the order of the page."""
    ceilings = {f"ceilings_fen.{name}": parameters.get("ceilings_fen", {}).get(name) for name in CEILINGS}
    names = ("festivals", *SHARES, "minimum_living_fen", *TIMES, "outing_times_dues", "retiree_fund_source")
    return ceilings | {name: parameters.get(name) for name in names}


def label(name: str) -> str:
    """What a flat name is called on a page."""
    words = {
        "festivals": FESTIVAL_LIST,
        "outing_times_dues": OUTING,
        "retiree_fund_source": RETIREE,
        "minimum_living_fen": LIVING,
        **SHARES,
        **TIMES,
    }
    return str(CEILINGS.get(name.removeprefix("ceilings_fen.")) or words[name])


def _ceiling(name: str, value: Any) -> str | None:
    if name not in CEILINGS:
        return _("A pack does not know this.")
    if value is not None and not (_is_whole(value) and 0 <= value <= DEAREST):
        return _("Write whole fen, from nothing to a million yuan.")
    return None


def _are_articles(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name in flat({}) and isinstance(text, str) and 0 < len(text) <= ARTICLE
        for name, text in value.items()
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_ratio(value) and bool(value[0] <= value[1])


def _is_ratio(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_whole(part) for part in value)
        and value[0] >= 0
        and value[1] > 0
    )
