"""Refuse a form that another site makes a signed-in browser send.

Browsers say themselves where a request comes from (`Sec-Fetch-Site`, `Origin`), so a page carries no
token. Programs send a bearer token, which a browser never adds by itself, and are let through."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_babel import gettext as _

from shared.kit.web.errors import error_page

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def comes_from_here() -> bool:
    """Whether this request was started by one of our own pages, or by a program without cookies."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if site == "cross-site":
        return False
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    if site is not None:
        return site in ("same-origin", "none")
    return not request.cookies


def _refuse_strangers() -> Response | None:
    bearer = request.headers.get("Authorization", "").startswith("Bearer ")  # then no cookie is looked at
    if request.method in SAFE or bearer or comes_from_here():
        return None
    if request.path.startswith("/api/"):
        abort(403)
    return error_page(
        403,
        title=_("This came from another site"),
        happened=_("For your safety, forms are taken only from our own pages."),
        kept=_("Nothing was changed."),
        todo=_("Open the page here and send the form again."),
    )


def init_app(app: Flask) -> None:
    app.before_request(_refuse_strangers)
