"""gunicorn, started from Python: the app is made in each process after the fork, nothing at import."""

import os
import shutil
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client import multiprocess

from shared.kit import telemetry
from shared.kit.service import Service, create_app


class _Server(BaseApplication):
    def __init__(self, make_app: Any, settings: dict[str, Any]) -> None:
        self._make_app = make_app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make_app()


def run(make_app: Any, **settings: Any) -> None:
    """Serve a WSGI app until told to stop; `settings` are gunicorn's."""
    _Server(
        make_app,
        {"graceful_timeout": 30, "keepalive": 5, "errorlog": "-", "control_socket_disable": True, **settings},
    ).run()


def serve(service: Service) -> None:
    """The web process of a service: several workers, figures of all of them together."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", f"/tmp/unionhall-{service.name}-{os.getpid()}")  # noqa: S108
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, mode=0o700)
    telemetry.share(folder)

    def make_app() -> Flask:
        return create_app(service)

    run(
        make_app,
        bind=f"0.0.0.0:{service.config.web_port}",
        workers=service.config.web_workers,
        worker_class="gthread",
        threads=8,
        child_exit=lambda _server, worker: multiprocess.mark_process_dead(worker.pid),
    )
