"""Where one is."""

import pytest
from flask import Flask

from shared.kit.access import Actor
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


def test_the_district_finds_its_schools_where_a_school_finds_its_members(app: Flask) -> None:
    with app.test_request_context("/"):
        paths = [
            entry.path
            for entry in navigation(Actor(offices=frozenset({"district_officer"}), standing="full"))
        ]
    assert "/members/schools/" in paths
    assert "/members/people/" not in paths


def test_who_has_not_joined_gets_no_tab_that_says_no(app: Flask) -> None:
    with app.test_request_context("/"):
        paths = [entry.path for entry in navigation(Actor(standing="applicant"))]
    assert paths == ["/", "/welfare/", "/members/me"]
