"""Language and large type: chosen, kept, and never a way out of the site."""

import pytest
from flask.testing import FlaskClient

from shared.kit.web.preferences import here


def test_chinese_comes_first(client: FlaskClient) -> None:
    assert client.get("/words").text.startswith("再试一次|zh_Hans")
    assert client.get("/words", headers={"Accept-Language": "fr"}).text.startswith("再试一次")


@pytest.mark.parametrize("wish", ["en", "en-GB,en;q=0.9", "en-US,zh;q=0.5"])
def test_a_browser_that_wishes_english_gets_it(client: FlaskClient, wish: str) -> None:
    assert client.get("/words", headers={"Accept-Language": wish}).text.startswith("Try again|en")


@pytest.mark.parametrize("wish", ["zh-CN", "zh-Hans-CN,en;q=0.5", "zh", "zh-TW,en;q=0.8"])
def test_every_kind_of_chinese_gets_ours(client: FlaskClient, wish: str) -> None:
    assert client.get("/words", headers={"Accept-Language": wish}).text.startswith("再试一次")


def test_a_choice_outweighs_the_browser_and_lasts(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"lang": "en", "next": "/words?a=1"})
    assert (answer.status_code, answer.location) == (303, "/words?a=1")
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    assert client.get("/words", headers={"Accept-Language": "zh-CN"}).text.startswith("Try again|en")


def test_large_type_is_switched_on_and_off(client: FlaskClient) -> None:
    client.post("/preferences", data={"type": "large"})
    assert 'data-type="large"' in client.get("/page").text
    client.post("/preferences", data={"type": "normal"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert "data-type" not in client.get("/page").text


def test_a_value_that_is_not_offered_is_ignored(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.post("/preferences", data={"lang": "xx", "type": "huge"}).headers


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "evil",
        "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/\t/evil.example", "///evil.example", "", None,
    ],
)  # fmt: skip
def test_no_choice_leads_out_of_the_site(target: str | None) -> None:
    assert here(target) == "/"


def test_a_choice_leads_back_to_where_one_was() -> None:
    assert here("/welfare/visits/?q=张&sort=-due") == "/welfare/visits/?q=张&sort=-due"
