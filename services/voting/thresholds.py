"""How many votes are enough: whole numbers only, measured against all who are entitled.

以上 and 不少于 include the number itself, 超过 and 过半数 do not; the two differ exactly at a tie. Those
who abstain, spoil a paper or stay away all weigh as not in favour.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of a base, and whether exactly that share is too little."""

    numerator: int
    denominator: int
    strict: bool

    def met(self, votes: int, base: int) -> bool:
        reached, wanted = votes * self.denominator, self.numerator * base
        return reached > wanted if self.strict else reached >= wanted

    def least(self, base: int) -> int:
        """The smallest number that is enough: 2/3 of 9 is 6, more than 1/2 of 60 is 31."""
        share, rest = divmod(self.numerator * base, self.denominator)
        return share + 1 if self.strict or rest else share

    def tied(self, votes: int, base: int) -> bool:
        """Whether the votes are exactly the share, where `strict` alone decides."""
        return votes * self.denominator == self.numerator * base

    def share_of(self, base: int) -> str:
        """The share itself in decimals, cut after two: 61 × 1 ÷ 2 is 30.5, 61 × 2 ÷ 3 is 40.66."""
        whole, rest = divmod(self.numerator * base, self.denominator)
        decimals = f"{rest * 100 // self.denominator:02}".rstrip("0")
        return f"{whole}.{decimals}" if decimals else str(whole)


@dataclass(frozen=True, slots=True)
class Rule:
    """A threshold under the name by which a result refers to it."""

    code: str
    title: Any
    threshold: Threshold


# 超过半数 is the cautious reading of order 32 art. 21 and what elections ask for; 半数以上 is its letter.
RULES = {
    rule.code: rule
    for rule in (
        Rule("more-than-half", _l("More than half of all entitled"), Threshold(1, 2, strict=True)),
        Rule("half-or-more", _l("Half of all entitled or more"), Threshold(1, 2, strict=False)),
        Rule("two-thirds", _l("Two thirds of all entitled or more"), Threshold(2, 3, strict=False)),
    )
}

# 学校教职工代表大会规定 art. 11: at least 60 % of the delegates are teachers.
TEACHERS_AMONG_DELEGATES = Threshold(3, 5, strict=False)
