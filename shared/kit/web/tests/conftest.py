"""A dressed app without a service behind it, and the gallery in a browser."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from shared.kit.web import gallery, init_app


@pytest.fixture
def app() -> Flask:
    app = Flask("dressed", static_folder=None)
    init_app(app, "members")

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        return "<p>done</p>"

    @app.get("/words")
    def words() -> str:
        return render_template_string("{{ _('Try again') }}|{{ locale }}|{{ large_type }}|{{ current_path }}")

    @app.post("/api/members/v1/things")
    def things() -> dict[str, bool]:
        return {"done": True}

    @app.get("/page")
    def page() -> str:
        g.actor = gallery.Person()
        return render_template_string('{% extends "base.html" %}')

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def gallery_url(built_pages: None) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, gallery.create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
