"""J-14 as people walk it: the list, two voices, a team, the sheets, three returns typed on a phone."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.scene import Scene

pytestmark = pytest.mark.only_mode("embedded")


def test_a_round_is_begun_at_a_desk_and_its_returns_are_typed_on_a_phone(
    scene: Scene, visit: Callable[..., Visitor]
) -> None:
    for n in range(6):
        scene.person(f"退休{n}", standing="retired", birth_date=date(1944, 3, 1 + n))
    scene.house.settle()
    carer = visit("何莉", "desk")
    page = carer.open("/welfare/rounds/new")
    carer.look(page, "rounds-new")
    page.locator("[name=gift]").fill("300")
    page.get_by_role("button", name="生成名单").click()
    page.wait_for_url(re.compile(r"/rounds/[0-9a-f-]{36}$"))
    carer.look(page, "rounds-list")
    path = page.url.removeprefix(carer.address)
    page.locator("table a").first.click()
    carer.look(page, "rounds-line")
    page.goto(carer.address + path)
    page.get_by_role("button", name="提交委员会").click()
    for who in ("何莉", "赵立新"):
        voter = visit(who)
        paper = voter.open(path)
        voter.look(paper, "rounds-vote")
        paper.locator("label").filter(has=paper.locator("[name=approves][value=true]")).click()
        paper.get_by_role("button", name="提交意见").click()
    page.goto(carer.address + path)
    page.get_by_role("link", name=re.compile("理化生组|未分片区")).first.click()
    page.locator("[name=first]").select_option(label="何莉")
    carer.look(page, "rounds-team")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="开出走访任务").click()
    scene.house.settle()
    page.goto(carer.address + path)
    page.get_by_role("button", name="带码走访单").click()
    scene.house.settle()
    page.goto(f"{carer.address}{path}/sheets")
    expect(page.locator("img.uh-qr")).to_have_count(6)
    carer.look(page, "rounds-sheets")

    leader = visit("何莉")
    phone = leader.open(f"{path}/results")
    leader.look(phone, "rounds-results")
    phone.locator("[name=lines]").fill("1\n2 2\n9 1")
    phone.get_by_role("button", name="登记").last.click()
    expect(phone.locator("body")).to_contain_text("第 9 行")
    assert phone.locator("[name=lines]").input_value() == "1\n2 2\n9 1", "what was typed is still there"
    phone.locator("[name=lines]").fill("1\n2 2\n3")
    phone.get_by_role("button", name="登记").last.click()
    expect(phone.locator("body")).to_contain_text("已登记")
    leader.look(phone, "rounds-home")
    phone = leader.open(f"{path}?result=done")
    leader.look(phone, "rounds-done")
