"""J-40 at a screen: an operator sees what waits and what died, mends it, gives one up with a reason, sends again."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from shared.kit import worker
from shared.kit.database import new_id
from shared.kit.testing import scratch
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from shared.kit.tests.test_console import Poison, die, receive
from tests.browser.conftest import Visitor
from tests.scene import Scene

pytestmark = pytest.mark.only_mode("embedded")
PEOPLE = [new_id() for _ in range(6)]


@pytest.fixture
def poison(house: House, scene: Scene, frozen_clock: FrozenClock) -> Iterator[Poison]:
    """Welfare holds four dead messages and two that failed once; the operator has come."""
    scene.person("马启明", "operator", school_id=scene.district_id)
    house.settle()
    frozen_clock.at("2026-09-06T20:00")
    poison = Poison()
    with scratch.handling("welfare", poison):
        poison.failing = set(PEOPLE)
        receive(house.welfare, *[scratch.hear(house.welfare, person) for person in PEOPLE[:4]])
        die(house.welfare, frozen_clock)
        receive(house.welfare, *[scratch.hear(house.welfare, person) for person in PEOPLE[4:]])
        house.welfare.work()
        yield poison


@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desk", "en")])
def test_an_operator_mends_what_is_stuck(
    house: House, poison: Poison, visit: Callable[..., Visitor], size: str, language: str
) -> None:
    words = {
        "zh": ("重投勾选的", "重投 4 条", "放弃", "看有多少条", "重新送出"),
        "en": ("Try the ticked ones again", "will be tried again", "Give up", "See how many", "Send again"),
    }[language]
    again, done, give_up, how_many, send = words
    operator = visit("马启明", size, language)
    page = operator.open("/")
    expect(page.locator("[id=state-voting]")).to_be_visible()
    operator.look(page, "console-home")
    page.goto(f"{operator.address}/welfare/console/")
    expect(page.locator("[id=state-members]")).to_be_visible()
    operator.look(page, "console")
    page.locator("a[href$='/console/dead']").first.click()
    operator.look(page, "console-dead")
    page.locator("[name=ids]").nth(0).check()
    page.locator("[name=ids]").nth(1).check()
    page.locator("#reason").fill("补上了方案")
    poison.failing = set()
    page.get_by_role("button", name=again).click()
    expect(page.locator(".uh-flash-done")).to_contain_text("2")
    worker.work(house.welfare.service)
    page.locator("tbody th a").first.click()
    operator.look(page, "console-message")
    page.get_by_role("link", name=give_up).click()
    page.get_by_role("button", name=give_up).click()
    operator.look(page, "console-give-up-without-a-reason")
    page.locator("#reason").fill("本人已撤回")
    page.get_by_role("button", name=give_up).click()
    expect(page.locator("[name=ids]")).to_have_count(1)
    for rule in ("waiting", "unsent", "acts"):
        page.goto(f"{operator.address}/welfare/console/{rule}")
        operator.look(page, f"console-{rule}")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.goto(f"{operator.address}/members/console/resend")
    page.locator("#position").fill("1")
    page.get_by_role("button", name=how_many).click()
    operator.look(page, "console-send-again")
    page.get_by_role("button", name=send).click()
    expect(page.locator(".uh-flash-done")).to_be_visible()
    assert [fault for fault in operator.faults if "422" not in fault] == []
