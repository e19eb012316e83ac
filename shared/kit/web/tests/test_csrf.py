"""Which posts are taken, and from where."""

import pytest
from flask.testing import FlaskClient

HERE = "http://localhost"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": HERE}, 200),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://other.localhost", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": HERE, "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_post_with_a_cookie_is_taken_only_from_our_own_pages(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    client.set_cookie("session", "x")
    assert client.post("/form", headers=headers).status_code == status


def test_a_program_without_cookies_may_post(client: FlaskClient) -> None:
    assert client.post("/form").status_code == 200


def test_a_page_of_another_site_may_not_post_even_without_cookies(client: FlaskClient) -> None:
    assert client.post("/form", headers={"Origin": "https://evil.example"}).status_code == 403


def test_reading_is_free_from_anywhere(client: FlaskClient) -> None:
    client.set_cookie("session", "x")
    assert client.get("/form", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_bearer_token_is_proof_enough(client: FlaskClient) -> None:
    client.set_cookie("session", "x")
    assert client.post("/api/members/v1/things", headers={"Authorization": "Bearer x"}).status_code == 200


def test_any_other_authorization_proves_nothing_beside_a_cookie(client: FlaskClient) -> None:
    client.set_cookie("session", "x")
    headers = {"Authorization": "Basic eDp5", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/members/v1/things", headers=headers).status_code == 403


def test_the_api_takes_no_cookie_from_another_site(client: FlaskClient) -> None:
    client.set_cookie("session", "x")
    assert client.post("/api/members/v1/things", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/api/members/v1/things").status_code == 403


def test_the_refusal_says_calmly_what_to_do(client: FlaskClient) -> None:
    html = client.post("/form", headers={"Sec-Fetch-Site": "cross-site"}).text
    assert "这个请求来自别的网站" in html
    assert "什么都没有改动。" in html
    assert "请在本站打开这一页，再提交一次。" in html
