"""The kinds of life event (catalogue of the contract), and how each begins and ends."""

from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Kind:
    """What people call it, and the question asked for its day.

    `lasts`: it ends by its own end (discharge from hospital), not with the visit.
    `only_if_wished`: nobody comes unless the person says so; and then the chair alone (rules of care, 家庭纠纷必访).
    `may_lie_ahead`: it is known before it happens.
    """

    name: LazyString
    question: LazyString
    icon: str
    tone: str = ""
    hint: LazyString | str = ""
    lasts: bool = False
    only_if_wished: bool = False
    may_lie_ahead: bool = False


# In the order of the page: what happens most, first.
KINDS: Final[dict[str, Kind]] = {
    "hospitalized": Kind(
        _l("Ill and in hospital"),
        _l("Which day did the stay begin?"),
        icon="building-hospital",
        hint=_l("Operations and stays after a birth as well"),
        lasts=True,
    ),
    "bereavement": Kind(
        _l("A close relative died"),
        _l("Which day did it happen?"),
        icon="candle",
        tone="plain",
        hint=_l("Parents, spouse, children"),
    ),
    "marriage": Kind(
        _l("Marriage"), _l("Which day is the wedding?"), icon="hearts", tone="warm", may_lie_ahead=True
    ),
    "childbirth": Kind(
        _l("A child was born"), _l("Which day was the child born?"), icon="baby-carriage", tone="warm"
    ),
    "accident": Kind(
        _l("Accident or disaster"),
        _l("Which day did it happen?"),
        icon="urgent",
        hint=_l("Traffic, fire, flood"),
    ),
    "hardship": Kind(
        _l("Hard times at home"),
        _l("Since which day?"),
        icon="lifebuoy",
        hint=_l("Sudden changes; no sums are asked here"),
        lasts=True,
    ),
    "sick-leave": Kind(
        _l("Long sick leave"),
        _l("Which day did the leave begin?"),
        icon="bed",
        hint=_l("15 days and more"),
        lasts=True,
    ),
    "housing": Kind(
        _l("Trouble with the dwelling"), _l("Since which day?"), icon="home-exclamation", lasts=True
    ),
    "achievement": Kind(
        _l("A great achievement"),
        _l("Which day was it?"),
        icon="award",
        tone="warm",
        hint=_l("To be congratulated on"),
    ),
    "family-dispute": Kind(
        _l("A dispute in the family"),
        _l("Since which day?"),
        icon="message-2-question",
        tone="plain",
        hint=_l("The chair comes, and only if the person wishes it"),
        lasts=True,
        only_if_wished=True,
    ),
    "neighbour-dispute": Kind(
        _l("A dispute with neighbours"),
        _l("Since which day?"),
        icon="fence",
        tone="plain",
        hint=_l("The chair comes, and only if the person wishes it"),
        lasts=True,
        only_if_wished=True,
    ),
}
