"""Static files: kept for a year under the address that names their content, and compressed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.kit.web.assets import asset, fingerprint


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return asset("img/flower.svg")


def test_the_right_address_is_kept_for_a_year(client: FlaskClient, address: str) -> None:
    assert "max-age=31536000" in client.get(address).headers["Cache-Control"]
    assert "immutable" in client.get(address).headers["Cache-Control"]


def test_any_other_address_is_asked_for_again(client: FlaskClient) -> None:
    for address in ("/static/img/flower.svg", "/static/img/flower.svg?v=other"):
        assert "max-age=31536000" not in client.get(address).headers["Cache-Control"]


def test_a_file_that_is_not_there_has_no_fingerprint(client: FlaskClient) -> None:
    assert fingerprint("img/nothing.svg") is None
    assert client.get("/static/img/nothing.svg").status_code == 404


@pytest.mark.usefixtures("built_pages")
def test_browsers_that_can_get_the_compressed_twin(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        address = asset("app.css")
    small = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.mimetype == plain.mimetype == "text/css"
    assert "Content-Encoding" not in plain.headers
    assert len(small.data) * 3 < len(plain.data)
    assert "Accept-Encoding" in small.headers["Vary"]


def test_nothing_outside_the_folder_is_given(client: FlaskClient) -> None:
    assert client.get("/static/../assets.py").status_code == 404
    assert client.get("/static/%2e%2e/assets.py").status_code == 404
