"""/contracts in a browser: somebody who is not signed in finds an event, its fields and a sample."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.only_mode("embedded")


@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desk", "en")])
def test_anybody_can_read_the_contracts(enter: Callable[..., Visitor], size: str, language: str) -> None:
    visitor = enter(None, size, language)
    page = visitor.open("/contracts")
    visitor.look(page, "contracts")
    page.locator("[name=q]").fill("hospitalized")
    page.locator("[name=q]").press("Enter")
    page.locator("main a[href^='/contracts/members.life-event.hospitalized']").click()
    expect(page.locator("pre")).to_contain_text("specversion")
    visitor.look(page, "contract")
    assert visitor.faults == []
