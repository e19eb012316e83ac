"""Which language a page speaks: the person's choice, else the browser's wish, else Chinese."""

from pathlib import Path

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale
from werkzeug.local import LocalProxy

from shared.kit.web import catalogues

CHINESE, ENGLISH = "zh_Hans", "en"
COOKIE = "lang"


def choose() -> str:
    """The locale of this request."""
    if not has_request_context():
        return CHINESE
    chosen = request.cookies.get(COOKIE)
    if chosen in (CHINESE, ENGLISH):
        return chosen
    # Browsers say zh-CN, zh-Hans-CN, zh-TW or only zh; all of them read our Chinese.
    wished = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    known = {"zh": CHINESE, "en": ENGLISH}
    return next((known[tag] for tag in wished if tag in known), CHINESE)


def current() -> str:
    """Name of the current locale, outside a request too."""
    return str(get_locale() or CHINESE)


def init_app(app: Flask, service: str) -> None:
    directories = [catalogues.KIT]
    own = catalogues.SERVICES / service / "translations"
    if own.is_dir():
        directories.append(own)
    for directory in directories:
        catalogues.compile_stale(directory)
    Babel(
        app,
        default_locale=CHINESE,
        default_timezone="Asia/Shanghai",
        default_translation_directories=";".join(str(Path(d).resolve()) for d in directories),
        locale_selector=choose,
    )
    app.jinja_env.globals["locale"] = LocalProxy(current)
