"""Where the money of a gift or an expense comes from."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Fund:
    """A source of money; `is_union_money` is bound by the ceilings for union funds (基层工会经费收支管理办法)."""

    name: Any
    is_union_money: bool = True


UNION, DUES_FUND, ADMINISTRATION, PERSONAL = "union", "dues", "administration", "personal"
FUNDS: dict[str, Fund] = {
    UNION: Fund(_l("Union funds")),
    DUES_FUND: Fund(_l("Members' dues")),
    ADMINISTRATION: Fund(_l("School administration")),
    "superior": Fund(_l("Grant from above")),
    PERSONAL: Fund(_l("Own pocket"), is_union_money=False),
}
