"""What may be spent on what, by one version of a province's rules (规则包): pure arithmetic on whole numbers.

Shares are two whole numbers and compared by multiplying, never by dividing; "at most" includes the limit.
Where a pack says nothing of a share or list, the national rules do (基层工会经费收支管理办法, 总工办发〔2017〕32号,
art. 8); a ceiling that it does not name is none.
"""

from dataclasses import dataclass
from typing import Any

from shared.kit.people import RulePack

Share = tuple[int, int]

# At most two thirds of those who take part get prizes; outings at most three times the dues of the year beside them.
NATIONAL: dict[str, Any] = {
    "prize_share": (2, 3),
    "outing_times_dues": 3,
    "festivals": ("new-year", "spring", "qingming", "labour", "dragon-boat", "mid-autumn", "national"),
}

# No rule says how long a claim may lie; that it does not (决不拖拉) is measured by the house's own figures, in calendar
# days: of each stage, and for which its papers stay after the end.
CLAIM_DAYS = {"submitted": 5, "complete": 3, "sent": 30}
CLAIM_PAPERS_DAYS = 30

PRIZE_SHARE, TRAINING_SHARE = "prize_share", "training_prize_share"
FESTIVAL, RETIREE_FUND, OUTING = "festival", "retiree-fund", "outing-times-dues"
RESERVE, BUDGET, BUDGET_LINE = "reserve", "budget", "budget-line"


@dataclass(frozen=True)
class Breach:
    """A rule that was, or would be, broken: sums in fen, or (`counts`) numbers of people."""

    rule: str
    limit: int
    actual: int
    counts: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "limit": self.limit, "actual": self.actual, "counts": self.counts}


def figure(pack: RulePack | None, name: str) -> Any:
    """A share, list or number of the pack; what holds nationally where it says nothing."""
    found = pack.parameters.get(name) if pack else None
    return NATIONAL.get(name) if found is None else found


def named(pack: RulePack | None) -> str | None:
    """A version as the audit keeps it: "guizhou v2"."""
    return f"{pack.code} v{pack.version}" if pack else None


def ceiling(pack: RulePack | None, name: str) -> int | None:
    """A ceiling in fen, or None where the pack names none."""
    found: int | None = (pack.parameters.get("ceilings_fen") or {}).get(name) if pack else None
    return found


def most_of(share: Share, whole: int) -> int:
    """The greatest number that is at most that share of a whole: 20 of 30 at two thirds."""
    part, of = share
    return whole * part // of


def over_share(pack: RulePack | None, name: str, part: int, whole: int) -> Breach | None:
    """More winners than a share of those who took part (3 × winners ≤ 2 × participants)?"""
    share = figure(pack, name)
    if share is None or part * share[1] <= whole * share[0]:
        return None
    return Breach(name.replace("_", "-"), most_of(share, whole), part, counts=True)


def over_ceiling(pack: RulePack | None, name: str, total_fen: int, heads: int = 1) -> Breach | None:
    """Is a sum for so many people more than the ceiling for each? Compared whole, so that no fen is rounded away."""
    limit = ceiling(pack, name)
    if limit is None or total_fen <= limit * heads:
        return None
    return Breach(f"ceiling.{name}", limit * heads, total_fen)


def festival_ceiling(festival: str) -> str:
    """Which ceiling binds gifts at a festival."""
    return "festival-spring" if festival == "spring" else "festival-other"


def no_gift_festival(pack: RulePack | None, festival: str, total_fen: int) -> Breach | None:
    """Gifts to all members are for the seven festivals (年节) alone, and those a province adds: no Women's Day, no
    Teachers' Day, no Double Ninth."""
    return None if festival in figure(pack, "festivals") else Breach(FESTIVAL, 0, total_fen)


def over_outings(pack: RulePack | None, dues_fen: int, beside_dues_fen: int) -> Breach | None:
    """Outings, films and shows are paid from dues; other union money at most so many times the dues of the year."""
    times: int = figure(pack, "outing_times_dues")
    return Breach(OUTING, times * dues_fen, beside_dues_fen) if beside_dues_fen > times * dues_fen else None


def wrong_retiree_fund(pack: RulePack | None, fund: str, total_fen: int) -> Breach | None:
    """Care for the retired is paid by whom the pack names (行政), not out of union funds."""
    wanted = pack.parameters.get("retiree_fund_source") if pack else None
    return Breach(RETIREE_FUND, 0, total_fen) if wanted and fund not in (wanted, "personal") else None
