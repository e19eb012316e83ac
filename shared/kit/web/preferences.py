"""What a browser remembers about its reader: the language and the size of type."""

from urllib.parse import urlsplit

from flask import has_request_context, redirect, request
from werkzeug.wrappers import Response

from shared.kit.web import language

COOKIE = "type"
CHOICES = {language.COOKIE: (language.CHINESE, language.ENGLISH), COOKIE: ("normal", "large")}
A_YEAR = 31_536_000


def large_type() -> bool:
    """Whether this reader asked for large type."""
    return has_request_context() and request.cookies.get(COOKIE) == "large"


def here(target: str | None) -> str:
    """`target` if it is a path of this site, else the home page."""
    target = target or "/"
    parts = urlsplit(target)
    plain = target.isprintable() and "\\" not in target
    inside = target.startswith("/") and not target.startswith("//")
    return target if plain and inside and not parts.scheme and not parts.netloc else "/"


def set_preferences() -> Response:
    response = redirect(here(request.form.get("next")), 303)
    for name, allowed in CHOICES.items():
        value = request.form.get(name)
        if value in allowed:
            response.set_cookie(
                name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
            )
    return response
