"""J-15 as people walk it: consent and application on a phone, the visit, the trace in words, two voices, on file."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.scene import Scene

pytestmark = pytest.mark.only_mode("embedded")


def test_a_colleague_applies_on_a_phone_and_two_of_three_take_the_case_on_file(
    scene: Scene, visit: Callable[..., Visitor]
) -> None:
    scene.person("吴强", "vice_chair", sex="male")
    scene.house.settle()
    person = visit("林晓雨")
    page = person.open("/welfare/hardship/mine")
    person.look(page, "hardship-mine")
    page.get_by_role("link", name="申请帮扶", exact=True).click()
    person.look(page, "hardship-consent")
    page.get_by_role("link", name=re.compile("同意")).first.click()
    page.locator("#family-finance").get_by_role("button", name="同意").click()
    scene.house.settle()
    page.goto(f"{person.address}/welfare/hardship/apply")
    page.locator("[name=size]").fill("3")
    page.locator("[name=income]").fill("3200")
    page.locator("[name=medical]").fill("18000")
    person.look(page, "hardship-apply")
    page.get_by_role("button", name="提交申请").click()
    assert page.locator("[name=income]").input_value() == "3200", "what was typed is still there"
    page.locator("[name=story]").fill("父亲长期透析")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url(re.compile(r"/hardship/[0-9a-f-]{36}$"))
    person.look(page, "hardship-own")
    case = page.url.removeprefix(person.address)

    carer = visit("何莉", "desk")
    sheet = carer.open("/welfare/hardship/")
    carer.look(sheet, "hardship-list")
    sheet = carer.open(f"{case}/survey")
    carer.look(sheet, "hardship-survey")
    sheet.locator("[name=findings]").fill("与申请一致，每周透析三次")
    sheet.get_by_role("button", name="登记").last.click()
    expect(sheet.locator("body")).to_contain_text("人均 ¥1,066.66")
    carer.look(sheet, "hardship-trace")
    sheet.goto(f"{carer.address}{case}/propose")
    sheet.locator("label").filter(has=sheet.locator("[name=level][value=hardship]")).click()
    sheet.locator("[name=reason]").fill("长期患病")
    carer.look(sheet, "hardship-propose")
    sheet.get_by_role("button", name="提交委员会").click()
    review = sheet.url.removeprefix(carer.address)
    for who in ("何莉", "吴强"):
        vote(visit(who), review)
    page.reload()
    expect(page.locator("body")).to_contain_text("在档·困难")
    person.look(page, "hardship-on-file")
    page.goto(f"{person.address}/welfare/reads")
    expect(page.locator("body")).to_contain_text("何莉")
    person.look(page, "reads")
    assert [fault for fault in person.faults + carer.faults if "422" not in fault] == []


def vote(voter: Visitor, review: str) -> None:
    page = voter.open(review)
    page.locator("label").filter(has=page.locator("[name=approves][value=true]")).click()
    voter.look(page, "hardship-review")
    assert "¥" not in page.content(), "no sum on the sheet"
    page.locator("main form button").last.click()
    expect(page.locator("body")).to_contain_text("已记下您的意见")
    assert voter.faults == []
