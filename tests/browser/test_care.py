"""J-03 and J-10 as people walk them: a colleague reports in three taps, the carer goes and says so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANGUAGES, SIZES, Visitor
from tests.scene import Scene

pytestmark = pytest.mark.only_mode("embedded")

WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "kind": "生病住院",
        "send": "提交",
        "complete": "完成探望",
        "occasion": "住院",
        "gift": "慰问金额|慰问",
    },
    "en": {
        "kind": "In hospital|hospital",
        "send": "Send",
        "complete": "Complete the visit",
        "occasion": "hospital",
    },
}


def button(page: Page, words: str) -> Any:
    return page.get_by_role("button", name=re.compile(words)).last


def choose(form: Page, who: str) -> None:
    """Tick somebody among those who went, unless that is done already."""
    chip = form.locator("label").filter(has_text=who).first
    if not form.get_by_label(who).first.is_checked():
        chip.click()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_a_report_in_three_taps_becomes_a_visit_that_is_completed(
    scene: Scene, visit: Callable[..., Visitor], size: str, language: str
) -> None:
    words = WORDS[language]
    reporter = visit("高远", size, language)
    page = reporter.open("/members/life-events/report")
    reporter.look(page, "report-person")
    page.get_by_role("link", name=re.compile("林晓雨")).first.click()
    reporter.look(page, "report-kind")
    page.get_by_role("link", name=re.compile(words["kind"], re.IGNORECASE)).first.click()
    reporter.look(page, "report-day")
    button(page, words["send"]).click()
    page.wait_for_url("**/reported/**")
    reporter.look(page, "report-done")
    scene.house.settle()

    carer = visit("何莉", size, language)
    home = carer.open("/")
    carer.look(home, "home")
    mine = carer.open("/welfare/")
    carer.look(mine, "my-visits")
    assert words["occasion"] not in mine.content(), "lists do not say why"
    visit_id = scene.visits("何莉")[0]["id"]
    task = carer.open(f"/welfare/visits/{visit_id}")
    carer.look(task, "visit")
    assert re.search(words["occasion"], task.content(), re.IGNORECASE), "those who go know why"

    form = carer.open(f"/welfare/visits/{visit_id}/complete")
    choose(form, "何莉")
    form.locator("[name=gift]").fill("600")
    form.locator("[name=fund]").select_option("union")
    button(form, words["complete"]).click()
    expect(form.locator("body")).to_contain_text("500")
    assert form.locator("[name=gift]").input_value() == "600", "what was typed is still there"
    carer.look(form, "visit-over")
    form.locator("[name=gift]").fill("300")
    for way in form.locator("[name=fix]:checked").all():
        way.uncheck()
    button(form, words["complete"]).click()
    form.wait_for_url("**/done")
    carer.look(form, "visit-done")
    scene.house.settle()
    assert scene.visits("何莉") == []
    unexpected = [fault for fault in reporter.faults + carer.faults if "422" not in fault]
    assert unexpected == []


def test_the_same_without_scripts(scene: Scene, visit: Callable[..., Visitor]) -> None:
    reporter = visit("高远", java_script_enabled=False)
    page = reporter.open("/members/life-events/report")
    page.get_by_role("link", name=re.compile("林晓雨")).first.click()
    page.get_by_role("link", name=re.compile("生病住院")).first.click()
    button(page, "提交").click()
    expect(page).to_have_url(re.compile("/reported/"))
    scene.house.settle()
    visit_id = scene.visits("何莉")[0]["id"]
    form = visit("何莉", java_script_enabled=False).open(f"/welfare/visits/{visit_id}/complete")
    choose(form, "何莉")
    button(form, "完成探望").click()
    expect(form).to_have_url(re.compile("/done"))
    scene.house.settle()
    assert scene.visits("何莉") == []
