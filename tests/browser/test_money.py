"""J-18 as people walk it: an expense on a phone, three more hands, the examination, two names, and what members see."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shared.kit.testing.fixtures import FrozenClock
from tests.browser.conftest import Visitor
from tests.scene import Scene

pytestmark = pytest.mark.only_mode("embedded")
PICTURE = {"name": "票.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 one"}


def test_a_half_year_goes_from_an_expense_to_what_members_see(
    scene: Scene, visit: Callable[..., Visitor], frozen_clock: FrozenClock
) -> None:
    frozen_clock.at("2026-06-20T10:00")
    for name, office in (("范动", "sports"), ("钱程", "treasurer"), ("严查", "auditor"), ("甄明", "auditor")):
        scene.person(name, office)
    scene.person("储真")
    scene.house.settle()
    chair = visit("赵立新", "desk")
    page = chair.open("/welfare/money/posts/cashier")
    page.locator("[name=person_id]").select_option(scene.ids["储真"])
    page.locator("main form button").last.click()
    chair.look(page, "money-rules")

    expense = enter_an_expense(visit("范动"))
    for who, button in (("钱程", "与票据相符"), ("赵立新", "审批"), ("储真", "已支付")):
        hand = visit(who)
        page = hand.open(expense)
        hand.look(page, f"expense-{button}")
        page.get_by_role("button", name=button).click()
        expect(page.locator("body")).to_contain_text("已")
        assert hand.faults == []

    frozen_clock.at("2026-07-03T10:00")
    scene.house.settle()
    audit = examine(visit("严查", "desk"))
    second = visit("甄明")
    page = second.open(audit)
    page.get_by_role("button", name="签名").click()
    expect(page.locator("body")).to_contain_text("意见已签名")
    second.look(page, "audit-signed")
    treasurer = visit("钱程", "desk")
    page = treasurer.open("/welfare/money/periods")
    page.get_by_role("button", name="公布").click()
    treasurer.look(page, "accounts-published")
    page.goto(f"{treasurer.address}/welfare/money/")
    treasurer.look(page, "money-home")
    scene.house.settle()
    member = visit("林晓雨", "phone", "en")
    page = member.open("/voting/disclosure/")
    member.look(page, "disclosures")
    page.get_by_role("link", name=re.compile("First half")).click()
    expect(page.locator("main")).to_contain_text("1,600.00")
    member.look(page, "disclosure")
    assert chair.faults + second.faults + treasurer.faults + member.faults == []


def enter_an_expense(sports: Visitor) -> str:
    """Too many prizes first: what was typed stays. Returns where the expense is."""
    page = sports.open("/welfare/expenses/new")
    sports.look(page, "expense-kinds")
    page.get_by_role("link", name="文体比赛奖品").click()
    page.locator("[name=words]").fill("羽毛球赛奖品")
    page.locator("[name=amount]").fill("1600")
    page.locator("[name=heads]").fill("30")
    page.locator("[name=winners]").fill("21")
    page.locator("[name=photos]").set_input_files(PICTURE)
    send(page)
    expect(page.locator("main")).to_contain_text("20 人")
    sports.look(page, "expense-too-many")
    assert page.locator("[name=amount]").input_value() == "1600"
    page.locator("[name=winners]").fill("20")
    send(page)
    page.wait_for_url(re.compile(r"/expenses/[0-9a-f-]{36}$"))
    sports.look(page, "expense-entered")
    assert [fault for fault in sports.faults if "422" not in fault] == []
    return page.url.removeprefix(sports.address)


def send(page: Page) -> None:
    page.get_by_role("button", name="提交").click()


def examine(auditor: Visitor) -> str:
    """Opened, looked at, worded. Returns where the examination is."""
    page = auditor.open("/welfare/money/periods")
    auditor.look(page, "half-years")
    page.get_by_role("button", name=re.compile("审查")).first.click()
    auditor.look(page, "audit-begun")
    audit = page.url.removeprefix(auditor.address)
    page.locator("label.uh-choice").first.click()
    page.get_by_role("button", name="记录勾选的").click()
    page.get_by_role("link", name="写意见").click()
    page.locator("[name=opinion]").fill("账目清楚，票据齐全。")
    auditor.look(page, "audit-opinion")
    page.get_by_role("button", name="签名").click()
    expect(page.locator("main")).to_contain_text("账目清楚，票据齐全。")
    auditor.look(page, "audit-worded")
    assert auditor.faults == []
    return audit
