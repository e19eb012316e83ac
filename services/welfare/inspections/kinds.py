"""What is inspected, and by which checklist: the canteen (食堂), and lawful employment (依法规范用工).

The items of the second follow 劳动合同法 art. 10, 社会保险法 art. 58, 劳动法 art. 36 and 50, 女职工劳动保护特别规定; those
of the first are what somebody who eats there can see (环境卫生、食品卫生).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

CANTEEN, EMPLOYMENT = "canteen", "employment"


@dataclass(frozen=True)
class Kind:
    """A checklist. `open_to_all`: every member reads what was found; else the committee, the school and who went."""

    name: Any
    letter: Any
    open_to_all: bool
    items: Mapping[str, Any]


KINDS: dict[str, Kind] = {
    CANTEEN: Kind(
        _l("Canteen"),
        _l("What the union found in the canteen"),
        True,
        {
            "rooms": _l("Kitchen and dining room are clean, without flies and mice"),
            "staff-health": _l("Who works there has a valid health certificate, cap, mask and clean hands"),
            "storage": _l("Raw and cooked food, tools and boards are kept apart"),
            "goods": _l("Goods are within their date, with invoices of where they come from"),
            "samples": _l("A sample of each dish is kept for 48 hours"),
            "dishes": _l("Dishes are disinfected, and it is written down"),
            "prices": _l("Prices and the week's menu hang out; helpings are as promised"),
        },
    ),
    EMPLOYMENT: Kind(
        _l("Lawful employment"),
        _l("Opinion of the union on lawful employment"),
        False,
        {
            "contracts": _l("Everybody has a written contract, signed within a month"),
            "insurance": _l("Social insurance is paid for everybody in full and on time"),
            "wages": _l("Wages are paid in full each month, not below the minimum"),
            "hours": _l("Hours and holidays are kept; overtime is agreed and paid or given back"),
            "women": _l("Pregnancy, birth and nursing are protected"),
            "external": _l("External staff is paid alike for the same work"),
            "children": _l(
                "Staff was helped to insure children under eighteen with the residents' medical insurance"
            ),
            "rules": _l("Rules that concern the staff were discussed with them and made known"),
        },
    ),
}
