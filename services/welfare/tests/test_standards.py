"""Every figure of the rules on spending, as each province has it, with where it is written; and the arithmetic.

国家: 基层工会经费收支管理办法 (总工办发〔2017〕32号). 贵州, 安徽, 广东: their own rules of 2018, as the packs that come
with the house have them.
"""

import ast
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.welfare import standards
from shared.kit.people import RulePack
from shared.kit.service import ROOT

PACKS = ROOT / "services/members/rules/packs"
NATIONAL, LOCAL = "总工办发〔2017〕32号 第八条", "省实施办法 2018"


def pack(code, **changes):
    content = json.loads((PACKS / f"{code}.json").read_text("utf-8"))
    return RulePack(
        id="x", code=code, version=1, name=code, jurisdiction=code, effective_from=date(2018, 1, 1),
        source="test", parameters=content["parameters"] | changes,
    )  # fmt: skip


# What, and in yuan what is just allowed there; None: that province names no ceiling. With its source.
CEILINGS = [
    ("festival-spring", 500, None, None, LOCAL),
    ("festival-other", 200, None, None, LOCAL),
    ("festivals-year", None, 1500, None, LOCAL),
    ("birthday", 300, 300, None, LOCAL),
    ("marriage", 500, 600, 1000, LOCAL),
    ("childbirth", 500, 600, 1000, LOCAL),
    ("hospitalized", 500, 1000, None, LOCAL),
    ("hospitalized-operation", 1000, None, None, LOCAL),
    ("member-death", 2000, 2000, 3000, LOCAL),
    ("relative-death", 1000, 1000, 1000, LOCAL),
    ("retirement", 500, 1000, 1000, LOCAL),
    ("training-prize", 500, None, None, LOCAL),
    ("meal", None, None, None, NATIONAL),
]


@pytest.mark.parametrize(("name", "guizhou", "anhui", "guangdong", "source"), CEILINGS)
def test_a_ceiling_allows_its_figure_and_not_a_fen_more(name, guizhou, anhui, guangdong, source):
    for code, yuan in (("guizhou", guizhou), ("anhui", anhui), ("guangdong", guangdong)):
        rules = pack(code)
        if yuan is None:
            assert standards.over_ceiling(rules, name, 10**9) is None, (code, source)
            continue
        assert standards.over_ceiling(rules, name, yuan * 100) is None, (code, source)
        breach = standards.over_ceiling(rules, name, yuan * 100 + 1)
        assert (breach.rule, breach.limit) == (f"ceiling.{name}", yuan * 100), (code, source)


FESTIVALS = [
    ("new-year", True, NATIONAL), ("spring", True, NATIONAL), ("qingming", True, NATIONAL),
    ("labour", True, NATIONAL), ("dragon-boat", True, NATIONAL), ("mid-autumn", True, NATIONAL),
    ("national", True, NATIONAL),
    ("womens-day", False, NATIONAL), ("teachers-day", False, NATIONAL), ("double-ninth", False, NATIONAL),
    ("childrens-day", False, NATIONAL),
]  # fmt: skip


@pytest.mark.parametrize(("festival", "allowed", "source"), FESTIVALS)
@pytest.mark.parametrize("code", ["guizhou", "anhui", "guangdong", None])
def test_gifts_are_for_the_seven_festivals_and_no_other(code, festival, allowed, source):
    breach = standards.no_gift_festival(pack(code) if code else None, festival, 1)
    assert (breach is None) == allowed, source


def test_a_province_may_add_a_festival_of_a_minority():
    rules = pack("guizhou", festivals=["spring", "miao-new-year"])
    assert standards.no_gift_festival(rules, "miao-new-year", 1) is None
    assert standards.no_gift_festival(rules, "labour", 1).rule == "festival"


PRIZES = [
    # took part, winners, allowed by 3 × winners ≤ 2 × participants
    (30, 20, True), (30, 21, False), (3, 2, True), (2, 1, True), (2, 2, False), (1, 1, False), (0, 0, True),
    (0, 1, False), (31, 20, True), (31, 21, False), (100, 66, True), (100, 67, False),
]  # fmt: skip


@pytest.mark.parametrize(("participants", "winners", "allowed"), PRIZES)
@pytest.mark.parametrize("code", ["guizhou", "anhui", "guangdong", None])
def test_at_most_two_thirds_get_prizes(code, participants, winners, allowed):
    rules = pack(code) if code else None
    breach = standards.over_share(rules, standards.PRIZE_SHARE, winners, participants)
    assert (breach is None) == allowed, NATIONAL
    if breach:
        assert (breach.rule, breach.counts) == ("prize-share", True)


@pytest.mark.parametrize(
    ("trainees", "prizes", "allowed"), [(20, 4, True), (20, 5, False), (24, 4, True), (4, 1, False)]
)
def test_in_guizhou_at_most_a_fifth_of_trainees_get_prizes(trainees, prizes, allowed):
    breach = standards.over_share(pack("guizhou"), standards.TRAINING_SHARE, prizes, trainees)
    assert (breach is None) == allowed, LOCAL
    assert standards.over_share(pack("anhui"), standards.TRAINING_SHARE, prizes, trainees) is None


@pytest.mark.parametrize(
    ("dues", "beside", "allowed"),
    [(100000, 300000, True), (100000, 300001, False), (0, 0, True), (0, 1, False)],
)
def test_outings_cost_the_other_funds_at_most_three_times_the_dues(dues, beside, allowed):
    assert (standards.over_outings(pack("guizhou"), dues, beside) is None) == allowed, NATIONAL
    assert (standards.over_outings(None, dues, beside) is None) == allowed, NATIONAL


def test_care_for_the_retired_is_paid_by_the_administration():
    for fund, allowed in (("administration", True), ("union", False), ("dues", False), ("personal", True)):
        assert (standards.wrong_retiree_fund(pack("guizhou"), fund, 100) is None) == allowed
    assert standards.wrong_retiree_fund(pack("guizhou", retiree_fund_source=None), "union", 100) is None


WHOLE = st.integers(0, 10**6)


@given(part=st.integers(0, 50), of=st.integers(1, 50), winners=WHOLE, whole=WHOLE)
def test_a_share_is_kept_exactly_up_to_the_greatest_number_that_it_allows(part, of, winners, whole):
    part = min(part, of)
    rules = pack("guizhou", prize_share=[part, of])
    breach = standards.over_share(rules, "prize_share", winners, whole)
    assert (breach is None) == (winners <= standards.most_of((part, of), whole))


@given(limit=st.integers(0, 10**8), heads=st.integers(1, 5000), each=st.integers(0, 10**8))
def test_a_sum_for_many_is_compared_whole_and_loses_no_fen(limit, heads, each):
    rules = pack("guizhou", ceilings_fen={"birthday": limit})
    assert (standards.over_ceiling(rules, "birthday", each * heads, heads) is None) == (each <= limit)
    if each <= limit:
        breach = standards.over_ceiling(rules, "birthday", limit * heads + 1, heads)
        assert breach.actual - breach.limit == 1


def floats_in(path: Path) -> list[str]:
    """Where a file makes a float: a literal, a true division, float(), round()."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if (
            (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (
                isinstance(node, ast.AugAssign | ast.BinOp)
                and isinstance(node.op, ast.Div)
                and not is_path(node)
            )
            or (is_call and node.func.id in ("float", "round"))
            or (isinstance(node, ast.Name) and node.id == "Float")
        ):
            found.append(f"{path.name}:{node.lineno}")
    return found


def is_path(node: ast.AST) -> bool:
    """Whether this stroke joins a path: what stands behind it is a text."""
    right = getattr(node, "right", None)
    return isinstance(right, ast.JoinedStr) or (
        isinstance(right, ast.Constant) and isinstance(right.value, str)
    )


def test_welfare_reckons_in_whole_fen_and_knows_no_float(tmp_path):
    own = [path for path in (ROOT / "services/welfare").rglob("*.py") if "tests" not in path.parts]
    assert [place for path in own for place in floats_in(path)] == []
    trap = tmp_path / "trap.py"
    for bad in ("fen = 1.5", "fen = a / 2", "fen /= 2", "fen = float(a)", "fen = round(a)", "x = Float()"):
        trap.write_text(bad)
        assert floats_in(trap), bad
