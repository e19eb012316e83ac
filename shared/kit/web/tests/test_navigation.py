"""Where one is."""

import pytest
from flask import Flask

from shared.kit.web.gallery import Person
from shared.kit.web.navigation import current, navigation


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "/"),
        ("/welfare/visits/1", "/welfare/"),
        ("/members/people/7", "/members/people/"),
        ("/members/me/data", "/members/me"),
        ("/members/rules/", None),
    ],
)
def test_the_entry_that_holds_a_page_is_marked(app: Flask, path: str, entry: str | None) -> None:
    with app.test_request_context("/"):
        found = current(navigation(Person()), path)
    assert (found.path if found else None) == entry


def test_a_phone_has_five_tabs(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        tabs = [entry.title for entry in navigation(Person()) if not entry.desk_only]
    assert tabs == ["首页", "关怀", "活动", "议事", "我的"]
