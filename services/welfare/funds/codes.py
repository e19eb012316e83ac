"""The headings (科目) under which a union's money comes in and goes out, as data.

Income and expenditure as the rules for basic unions divide them (基层工会经费收支管理办法, 总工办发〔2017〕32号,
art. 5 to 9), each with the number of its account in the accounting rules for unions (工会会计制度), under which
accounting software books it. What stands behind the point is our own division of an account.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Code:
    """One heading: its name, and the account of the accounting rules that it belongs to."""

    name: Any
    account: str


DUES, ALLOCATION, SUPERIOR_GRANT = "dues", "allocation", "superior-grant"
ADMINISTRATION_GRANT, OTHER_INCOME = "administration-grant", "other-income"

INCOME: dict[str, Code] = {
    DUES: Code(_l("Members' dues (income)"), "401"),
    ALLOCATION: Code(_l("Allocated funds"), "402"),
    SUPERIOR_GRANT: Code(_l("Grants from above"), "403"),
    ADMINISTRATION_GRANT: Code(_l("Grants of the administration"), "405"),
    "undertaking-income": Code(_l("Income from undertakings"), "406"),
    "investment": Code(_l("Investment income"), "407"),
    OTHER_INCOME: Code(_l("Other income"), "408"),
}

SPORTS, WELFARE, OTHER_ACTIVITY, OUTINGS = (
    "activity-sports",
    "collective-welfare",
    "activity-other",
    "outings",
)
EDUCATION, HARDSHIP, WARMTH, OTHER_SPENDING = "activity-education", "hardship", "warmth", "other-spending"

SPENDING: dict[str, Code] = {
    EDUCATION: Code(_l("Education of members"), "501.01"),
    SPORTS: Code(_l("Sports and culture"), "501.02"),
    "activity-publicity": Code(_l("Publicity"), "501.03"),
    WELFARE: Code(_l("Collective welfare"), "501.04"),
    OTHER_ACTIVITY: Code(_l("Other activities"), "501.05"),
    OUTINGS: Code(_l("Outings, films and shows"), "501.06"),  # by themselves, for they have a yearly limit
    "rights-coordination": Code(_l("Labour relations"), "502.01"),
    "rights-protection": Code(_l("Labour protection"), "502.02"),
    "legal-aid": Code(_l("Legal aid"), "502.03"),
    HARDSHIP: Code(_l("Help in hardship"), "502.04"),
    WARMTH: Code(_l("Sending warmth"), "502.05"),
    "business": Code(_l("Running the union"), "503"),
    "capital": Code(_l("Equipment"), "505"),
    "undertaking": Code(_l("Undertakings"), "507"),
    OTHER_SPENDING: Code(_l("Other spending"), "508"),
}

CODES = INCOME | SPENDING
