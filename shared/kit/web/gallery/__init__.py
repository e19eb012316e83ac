"""Every macro on a few pages of an invented school, to look at and to test: `python -m shared.kit.web.gallery`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g, redirect, render_template, request
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from shared.kit.web import init_app
from shared.kit.web.forms import Form, Yuan

TODAY = date(2026, 6, 29)
PAGES = sorted(
    p.stem for p in (Path(__file__).parent / "templates" / "gallery").glob("*.html") if p.stem != "piece"
)


@dataclass(frozen=True)
class Person:
    person_id: str = "0197b3c0-0000-7000-8000-000000000001"
    name: str = "赵立新"
    school_name: str = "五马中学"
    offices: frozenset[str] = field(default_factory=lambda: frozenset({"chair"}))
    is_anonymous: bool = False
    is_officer: bool = True


class VisitReport(Schema):
    visitors = fields.List(fields.Str(), required=True, metadata={"label": "谁去了"})
    gift = Yuan(required=True, metadata={"label": "慰问金额"})
    visited_on = fields.Date(required=True, metadata={"label": "哪一天"})


def a_refused_form() -> Form:
    form = Form()
    form.load(VisitReport, MultiDict([("visitors", "何莉"), ("visitors", "赵立新"), ("gift", "600.00")]))
    form.add("gift", "超过标准500元，多出 ¥100.00")
    return form


def what_pages_show() -> Mapping[str, Any]:
    week = [TODAY + timedelta(days=n) for n in range(7)]
    return {
        "today": TODAY,
        "now": datetime(2026, 6, 29, 6, 6, tzinfo=UTC),
        "days": [
            {"date": d, "due": (0, 2, 1, 1, 0, 0, 0)[n], "href": f"?day={d}"} for n, d in enumerate(week)
        ],
        "refused": a_refused_form(),
        "names": [
            "张海燕",
            "张立",
            "张素芬",
            "赵立新",
            "赵文静",
            "郑国平",
            "钟秀英",
            "周思远",
            "周晓岚",
            "朱建华",
        ],
        "schools": ["五马中学", "实验小学", "厉庄镇联合工会", "第一中学", "第二中学", "育才小学", "城关小学"],
        "rates": [91, 100, 74, 97, 88, 93, 61],
        "listing": Listing(),
    }


@dataclass(frozen=True)
class Listing:
    """What the kit's pages module hands to a list page."""

    next_url: str = "?after=x"
    first_url: str = "?"
    csv_url: str = "?format=csv"
    xlsx_url: str = "?format=xlsx"


def create_app() -> Flask:
    app = Flask("gallery", static_folder=None, template_folder=str(Path(__file__).parent / "templates"))

    @app.before_request
    def sign_in() -> None:
        g.actor = app.extensions["person"]

    init_app(app, "members")
    app.jinja_env.globals["take_flashes"] = lambda: [("done", "已存好。"), ("late", "名册没有导入。")]

    @app.get("/gallery/<name>")
    def page(name: str) -> str:
        return render_template(f"gallery/{name}.html", **what_pages_show())

    app.extensions["person"] = Person()
    app.extensions["entries"] = entries = []

    @app.post("/gallery/<name>")
    def take(name: str) -> Response:
        entries.append(
            (name, request.form["entry_id"], request.headers.get("Idempotency-Key"), request.form.get("q"))
        )
        return redirect("/gallery/result" if name == "refused" else f"/gallery/{name}", 303)

    @app.get("/panels/up")
    def panel_up() -> str:
        return render_template("gallery/piece.html")

    @app.get("/panels/empty")
    def panel_empty() -> tuple[str, int]:
        return "", 204

    @app.get("/panels/down")
    def panel_down() -> tuple[str, int]:
        return "<h1>Bad gateway</h1>", 502

    return app
