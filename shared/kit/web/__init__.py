"""The look of every page: one call from a service's factory gives it the base page, the macros,
static files, the two languages, security headers and the cross-site check."""

from flask import Blueprint, Flask

from shared.kit.web import assets, csrf, formats, headers, language, offline, preferences, tools


def init_app(app: Flask, service: str) -> None:
    """Dress `app`, the pages of `service` ("members", "events", "welfare" or "voting"); who asks is in `g.actor` by then."""
    language.init_app(app, service)
    formats.init_app(app)
    tools.init_app(app)
    headers.init_app(app)
    csrf.init_app(app)
    offline.init_app(app)
    # A blueprint, so that a service's own templates are found first and the kit's after them.
    blueprint = Blueprint("web", __name__, template_folder="templates")
    blueprint.add_url_rule("/static/<path:filename>", "static", assets.serve)
    blueprint.add_url_rule("/preferences", "preferences", preferences.set_preferences, methods=["POST"])
    blueprint.add_url_rule("/offline/saved", "offline", offline.saved)
    app.register_blueprint(blueprint)
