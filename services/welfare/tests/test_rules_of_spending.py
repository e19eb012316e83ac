"""The rules for the funds of basic unions, row by row, as three provinces have them: what is just lawful, what is not,
and the rule that says so.

国家: 基层工会经费收支管理办法 (总工办发〔2017〕32号). 地方: the rules of 贵州, 安徽 and 广东 of 2018, as the packs that
come with the house have them. The shares and lists themselves stand in test_standards; what a person meets, here.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from services.welfare.aid.models import KINDS as AID_KINDS
from services.welfare.expenses.actions.submitting import (
    CLOSED_SITE,
    NIGHT,
    SOUNDS_PROHIBITED,
    Prohibited,
    Spending,
    _warnings,
    breaches_of,
    submit,
)
from services.welfare.expenses.kinds import KINDS, PROHIBITED
from services.welfare.funds.codes import INCOME, SPENDING
from services.welfare.occasions import KINDS as OCCASIONS
from services.welfare.visits.actions.ceilings import ceiling_for
from shared.kit.people import RulePack
from shared.kit.service import ROOT

PROVINCES = ("guizhou", "anhui", "guangdong")
COUNTRY, LOCAL = "总工办发〔2017〕32号 第八条", "省实施办法 2018"
DAY = date(2026, 6, 29)


def pack(code: str) -> RulePack:
    path = ROOT / f"services/members/rules/packs/{code}.json"
    return RulePack(
        id="x", code=code, version=1, name=code, jurisdiction=code, effective_from=date(2018, 1, 1), source="",
        parameters=json.loads(path.read_text("utf-8"))["parameters"],
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What is spent, in yuan, and in each province (贵州, 安徽, 广东) the rule it breaks, or None."""

    about: str
    source: str
    kind: str
    yuan: float | int
    breaks: tuple[str | None, str | None, str | None] = (None, None, None)
    figures: dict[str, Any] = field(default_factory=dict)


def everywhere(rule: str) -> tuple[str, str, str]:
    return (rule, rule, rule)


def gifts(about: str, source: str, festival: str, yuan: int, *breaks: str | None) -> Row:
    """So much for one member at a festival."""
    return Row(about, source, "festival-gifts", yuan, breaks or (None, None, None), {"festival": festival})  # type: ignore[arg-type]


SPRING, OTHER, YEAR = "ceiling.festival-spring", "ceiling.festival-other", "ceiling.festivals-year"
ROWS = [
    # 年节 gifts: seven days and no other, in things, to all members
    *(gifts(f"{day} is one of the seven", COUNTRY, day, 100)
      for day in ("new-year", "spring", "qingming", "labour", "dragon-boat", "mid-autumn", "national")),
    *(gifts(f"{day} is none of them", COUNTRY, day, 100, *everywhere("festival"))
      for day in ("womens-day", "teachers-day", "double-ninth", "childrens-day")),
    gifts("Spring Festival, the most in 贵州", LOCAL, "spring", 500),
    gifts("Spring Festival, more", LOCAL, "spring", 501, SPRING, None, None),
    gifts("another festival, the most in 贵州", LOCAL, "labour", 200),
    gifts("another festival, more", LOCAL, "mid-autumn", 201, OTHER, None, None),
    gifts("a year's gifts, the most in 安徽", LOCAL, "spring", 1500, SPRING, None, None),
    gifts("a year's gifts, more", LOCAL, "spring", 1501, SPRING, YEAR, None),
    # 生日
    Row("a birthday cake, the most", LOCAL, "birthday", 300),
    Row("a birthday cake, more", LOCAL, "birthday", 301, ("ceiling.birthday", "ceiling.birthday", None)),
    # 文体 prizes
    Row("two thirds get a prize", COUNTRY, "contest-prizes", 900, figures={"heads": 30, "winners": 20}),
    Row("more than two thirds", COUNTRY, "contest-prizes", 900, everywhere("prize-share"), {"heads": 30, "winners": 21}),
    Row("souvenirs for all, where nobody gets a prize", COUNTRY, "contest-souvenirs", 900, figures={"heads": 30}),
    Row("meals at a contest: no pack of the house names the local allowance", COUNTRY, "contest-meals", 9000),
    # 培训 prizes
    Row("a fifth of the trainees", LOCAL, "training-prizes", 2000, figures={"heads": 20, "winners": 4, "each_fen": 50000}),
    Row("more than a fifth", LOCAL, "training-prizes", 2000, ("training-prize-share", None, None),
        {"heads": 20, "winners": 5, "each_fen": 10000}),
    Row("a prize that is too dear", LOCAL, "training-prizes", 2000, ("ceiling.training-prize", None, None),
        {"heads": 20, "winners": 4, "each_fen": 50001}),
    # 春秋游, 观影: dues first, other funds at most three times the dues
    Row("an outing paid by dues", COUNTRY, "outing", 5000, figures={"fund": "dues", "heads": 40}),
    Row("an outing beside dues of nothing", COUNTRY, "outing", 1, everywhere("outing-times-dues"), {"heads": 40}),
    Row("a film beside dues of nothing", COUNTRY, "shows", 1, everywhere("outing-times-dues"), {"heads": 40}),
    # 离退休: 行政
    Row("care for the retired, by the administration", COUNTRY, "retiree-care", 500, figures={"fund": "administration"}),
    Row("care for the retired, by the union", COUNTRY, "retiree-care", 500, everywhere("retiree-fund")),
    # the days that are no festivals have their lawful way
    Row("8 March as an activity with a souvenir", COUNTRY, "occasion", 3000, figures={"heads": 60}),
]  # fmt: skip


def spending(row: Row) -> Spending:
    figures = {"fund": "union", "heads": 1} | row.figures
    return Spending(kind=row.kind, amount_fen=int(row.yuan * 100), spent_on=DAY, words=row.about, **figures)


def test_every_row_of_the_rules_on_spending_holds_in_three_provinces(union: Any) -> None:
    wrong = []
    with union.welfare.reading() as session:
        for row in ROWS:
            for province, expected in zip(PROVINCES, row.breaks, strict=True):
                found = breaches_of(session, union.school.id, spending(row), pack(province))
                if [breach.rule for breach in found] != ([expected] if expected else []):
                    wrong.append(
                        (row.about, province, [breach.rule for breach in found], expected, row.source)
                    )
    assert wrong == []


# A gift to one person for an occasion of life, brought by a visit: yuan in 贵州, 安徽, 广东; None: no limit named.
OCCASION_GIFTS = [
    ("marriage", False, 500, 600, 1000), ("childbirth", False, 500, 600, 1000),
    ("hospitalized", False, 500, 1000, None), ("hospitalized", True, 1000, 1000, None),
    ("sick-leave", False, 500, 1000, None), ("accident", False, 500, 1000, None),
    ("death", False, 2000, 2000, 3000), ("bereavement", False, 1000, 1000, 1000),
    ("retirement", False, 500, 1000, 1000),
    ("hardship", False, None, None, None), ("achievement", False, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operation", *PROVINCES), OCCASION_GIFTS)
def test_a_gift_for_an_occasion_of_life_has_the_provinces_ceiling(
    kind: str, operation: bool, guizhou: int | None, anhui: int | None, guangdong: int | None
) -> None:
    for code, yuan in zip(PROVINCES, (guizhou, anhui, guangdong), strict=True):
        ceiling = ceiling_for(pack(code), OCCASIONS[kind].ceiling, operation=operation)
        assert ceiling.limit_fen == (None if yuan is None else yuan * 100), (code, LOCAL)
        if yuan is not None:
            assert (ceiling.over(yuan * 100), ceiling.over(yuan * 100 + 1)) == (0, 1)


def test_income_and_spending_have_the_headings_of_the_rules() -> None:
    """总工办发〔2017〕32号 art. 5 to 9: seven kinds of income; activities, rights, business, capital, undertakings, other."""
    assert len(INCOME) == 7
    by_account = {code.account.partition(".")[0] for code in SPENDING.values()}
    assert by_account == {"501", "502", "503", "505", "507", "508"}
    assert {"collective-welfare", "hardship", "warmth", "legal-aid"} <= set(SPENDING)


def test_aid_is_for_illness_accident_schooling_and_living() -> None:
    assert {"medical", "accident", "schooling", "living"} <= set(AID_KINDS)


@pytest.mark.parametrize("kind", PROHIBITED)
def test_none_of_the_eight_prohibitions_is_lawful_anywhere_whatever_the_reason(union: Any, kind: str) -> None:
    assert len(PROHIBITED) == 8 and kind not in KINDS
    asked = Spending(kind=kind, fund="union", amount_fen=100, spent_on=DAY, words="x", reason="领导同意")
    with union.welfare.transaction() as session, pytest.raises(Prohibited):
        submit(session, asked, school_id=union.school.id, by=union.chair.id)


@pytest.mark.parametrize(
    ("kind", "words", "asked"),
    [
        ("outing", "春游门票和午餐", []),
        ("outing", "春游两日，含住宿", [NIGHT]),
        ("outing", "黄果树春游", [CLOSED_SITE]),
        ("outing", "张家界三日游", [NIGHT, CLOSED_SITE]),
        ("training", "三日培训，含住宿", []),
        ("running", "会议宴请", [SOUNDS_PROHIBITED]),
    ],
)
def test_what_the_words_betray_must_be_read_again(
    union: Any, kind: str, words: str, asked: list[str]
) -> None:
    """An outing comes back on the same day and goes to no closed scenic area (art. 8); 厅字〔2014〕50号 names them."""
    said = Spending(kind=kind, fund="dues", amount_fen=100, spent_on=DAY, words=words, heads=4)
    with union.welfare.reading() as session:
        assert _warnings(session, said, pack("guizhou"), [], "x") == asked
