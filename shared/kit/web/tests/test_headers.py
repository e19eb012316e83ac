"""What every answer tells the browser."""

from flask.testing import FlaskClient


def test_a_page_runs_only_our_own_scripts_and_styles(client: FlaskClient) -> None:
    policy = client.get("/form").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "img-src 'self' data:" in policy
    assert "unsafe" not in policy


def test_no_page_can_be_framed_or_guessed_at(client: FlaskClient) -> None:
    headers = client.get("/form").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_only_https_promises_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/form").headers
    assert "Strict-Transport-Security" in client.get("/form", base_url="https://union.example").headers


def test_a_page_is_kept_by_nobody_after_signing_out(client: FlaskClient) -> None:
    assert client.get("/form").headers["Cache-Control"] == "private, no-store"


def test_an_answer_of_the_api_is_kept_by_nobody_either(client: FlaskClient) -> None:
    assert client.post("/api/members/v1/things").headers["Cache-Control"] == "private, no-store"


def test_a_static_file_may_be_kept(client: FlaskClient) -> None:
    assert "no-store" not in client.get("/static/img/flower.svg").headers["Cache-Control"]


def test_the_base_page_holds_no_inline_script_or_style(client: FlaskClient) -> None:
    html = client.get("/page").text
    assert "<style" not in html and "style=" not in html and "onclick" not in html
    assert html.count("<script") == html.count("<script src=")
