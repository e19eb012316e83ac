"""One of the four services: its settings, its database, its features; and the Flask app that serves it.

Features are found by their folders: services/<service>/<feature>/{models,handlers,api,pages}.py.
"""

import time
from copy import copy
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import flask_smorest
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.contracts.registry import SERVICES
from shared.kit import access, audit, console, errors, feed, files, health, idempotency, jobs, telemetry, web
from shared.kit.api import Api
from shared.kit.bells import bell
from shared.kit.config import Config
from shared.kit.console import views as console_views
from shared.kit.database import Database, current, new_id, reading, serving
from shared.kit.pages import Pages, carry_flashes, take_flashes

ROOT = Path(__file__).resolve().parents[2]
TABLES_OF_THE_KIT = (audit, idempotency, jobs, files)  # imported so that every service has them
ROLES = ("models", "handlers", "api", "pages")


class Service:
    """A service that is ready to serve, relay or work."""

    def __init__(self, config: Config) -> None:
        self.name = config.service
        self.config = config
        self.modules = discover(self.name)
        self.base = import_module(f"services.{self.name}.base").Base
        self.rights: dict[str, set[str]] = (
            import_module(f"services.{self.name}.rights").RIGHTS | console.RIGHTS | feed.RIGHTS
        )
        access.check_rights(self.rights)
        self.database = Database(config.database_url, config.database_pool)
        self._bells = {who: bell(self.database, who) for who in ("relay", "worker", "outside")}
        self.database.wake = lambda who: self._bells[who].ring()

    def __repr__(self) -> str:
        return f"<Service {self.name}>"


def discover(name: str, roles: tuple[str, ...] = ROLES) -> list[ModuleType]:
    """Import the features of a service; only the handlers, where one wants to know who handles what."""
    folder = ROOT / "services" / name
    found = sorted(
        path
        for role in roles
        for path in (*folder.glob(f"*/{role}.py"), *folder.glob(f"*/{role}/__init__.py"))
    )
    modules = []
    for path in found:
        parts = path.relative_to(ROOT).with_suffix("").parts
        modules.append(import_module(".".join(part for part in parts if part != "__init__")))
    return modules


def outside_work(service: Service) -> list[Any]:
    """What a service does with the world outside, each a function to run in a thread beside the worker's."""
    return [module.run for module in discover(service.name, ("outside",))]


def discover_handlers() -> None:
    """Know what every service handles: for bindings, and for what must not go unrouted."""
    for name in SERVICES:
        discover(name, ("handlers",))


def create_app(service: Service) -> Flask:
    """The web app of a service. Its views find the service as the current one."""
    app = copy(_assembled(service.name, tuple(service.modules)))
    app.extensions = app.extensions | {"unionhall": service}
    inner = app.wsgi_app

    def in_service(environ: Any, start_response: Any) -> Any:
        with serving(service):
            return inner(environ, start_response)

    app.wsgi_app = in_service  # type: ignore[method-assign]
    if proxies := service.config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    return app


@cache
def _assembled(name: str, modules: tuple[ModuleType, ...]) -> Flask:
    """All routes, pages and the API's document, for whichever service of this name: to lay them takes a while."""
    app = Flask(f"unionhall.{name}", static_folder=None, root_path=str(ROOT))
    app.config |= {
        "API_TITLE": f"Unionhall {name}",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": f"/api/{name}/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "TEMPLATES_AUTO_RELOAD": False,
    }
    app.url_map.strict_slashes = False
    _follow_requests(app)
    web.init_app(app, name)
    documented = _Documented(
        app,
        spec_kwargs={
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
            },
            "security": [{"bearer": []}],
        },
    )
    errors.init_app(app)
    health.init_app(app, name)
    of_the_kit = (jobs.views_of, files.views_of, feed.views_of, console_views.views_of)
    for module in (*modules, *(views_of(name) for views_of in of_the_kit)):
        for found in vars(module).values():
            if isinstance(found, Api):
                documented.register_blueprint(found, url_prefix=f"/api/{name}/v1")
            elif isinstance(found, Pages):
                app.register_blueprint(found)
    app.jinja_env.globals["take_flashes"] = take_flashes
    return app


class _Documented(flask_smorest.Api):
    """The OpenAPI document; errors are ours (errors.py)."""

    def _register_error_handlers(self) -> None: ...


def _follow_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        asked = request.headers.get("X-Correlation-Id", "")
        g.correlation_id = asked if 8 <= len(asked) <= 64 and asked.replace("-", "").isalnum() else new_id()
        telemetry.correlation_id.set(g.correlation_id)
        if (request.endpoint or "").startswith("web.static"):
            return
        if token := access.token_of(request):
            with reading() as session:
                g.actor = access.identify(session, token, current().rights)
        else:
            g.actor = access.Actor(rights=current().rights)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Correlation-Id"] = g.get("correlation_id", "")
        if (etag := g.get("etag")) is not None and response.status_code < 300:
            response.set_etag(etag)
            response.make_conditional(request)
        if not request.path.startswith("/api/"):
            carry_flashes(response)
        if began := g.get("began"):
            route = request.url_rule.rule if request.url_rule else "unknown"
            telemetry.requests.labels(current().name, route, response.status_code).observe(
                time.perf_counter() - began
            )
        return response
