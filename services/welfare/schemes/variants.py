"""The visiting schemes that schools really use, as data: five-must-visit (五必访) in its variants A to F.

Which occasions a variant holds is its own; the days are the usual ones of each kind. Disputes (家庭纠纷,
邻里不和) are listed but inactive: a school must opt in.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from services.welfare.occasions import DEATH, KINDS, RETIREE_VISIT, RETIREMENT
from services.welfare.schemes.models import STANDARD, Occasion

usual = Occasion.usual
JOINT = {"office": "chair", "team": ("principal",)}
WOMEN = {"office": "women", "team": ("chair",), "sex": "female"}
WHOLE_HOUSE = {"office": "women", "team": ("principal", "chair")}


@dataclass(frozen=True)
class Variant:
    """A scheme to choose from: what it is called, who used it so, and its occasions."""

    code: str
    name: Any
    words: Any
    occasions: tuple[Occasion, ...]


VARIANTS: dict[str, Variant] = {
    variant.code: variant
    for variant in (
        Variant(
            STANDARD,
            _l("Standard"),
            _l("Every occasion, with the usual days."),
            tuple(usual(kind) for kind in KINDS),
        ),
        Variant(
            "A",
            _l("Scheme A"),
            _l("Five visits: hospital, hardship, family, neighbours, the retired."),
            (
                usual("hospitalized"),
                usual("hardship"),
                usual("family-dispute"),
                usual("neighbour-dispute"),
                usual(RETIREE_VISIT),
            ),
        ),
        Variant(
            "B",
            _l("Scheme B"),
            _l("Five visits: hospital, weddings and funerals, childbirth, retirement, great hardship."),
            (
                usual("hospitalized"),
                usual("marriage"),
                usual("bereavement", DEATH),
                usual("childbirth"),
                usual(RETIREMENT),
                usual("hardship"),
                usual("accident"),
            ),
        ),
        Variant(
            "C",
            _l("Scheme C"),
            _l("For women: four visits of care, and congratulation to weddings and achievements."),
            (
                usual("hardship", **WOMEN),
                usual("childbirth", **WOMEN),
                usual("hospitalized", **WOMEN),
                usual("bereavement", **WOMEN),
                usual("marriage", **WOMEN),
                usual("achievement", **WOMEN),
            ),
        ),
        Variant(
            "D",
            _l("Scheme D"),
            _l("Union and school leaders together: joys, illness, housing and other trouble."),
            (
                usual("childbirth", "marriage", code="joy", **JOINT),
                usual("hospitalized", "sick-leave", code="illness", **JOINT),
                usual("housing", **JOINT),
                usual("hardship", **JOINT),
                usual("accident", "bereavement", code="misfortune", **JOINT),
            ),
        ),
        Variant(
            "E",
            _l("Scheme E"),
            _l("Young mothers and the sick, visited for party, school and union."),
            (
                usual("childbirth", **WHOLE_HOUSE),
                usual("hospitalized", "sick-leave", code="illness", **WHOLE_HOUSE),
            ),
        ),
        Variant(
            "F",
            _l("Scheme F"),
            _l("The ill, those in hardship and the retired."),
            (
                usual("hospitalized", "sick-leave", code="illness"),
                usual("hardship"),
                usual(RETIREMENT),
                usual(RETIREE_VISIT),
            ),
        ),
    )
}
