"""What an operator may set, read once from the environment, all mistakes told at once.

Every setting may also come from a file: NAME_FILE names it (for secrets).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from shared.contracts.registry import SERVICES


class ConfigError(Exception):
    """Settings that cannot work; the message lists every one of them."""


def _setting(default: Any, meaning: str, secret: bool = False) -> Any:
    return field(default=default, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True)
class Config:
    """One service's settings. Each field is the environment variable of the same name in capitals."""

    service: str
    data_dir: str = _setting("var", "folder for SQLite databases, keys and other files of the embedded mode")
    database_url: str = _setting("", "SQLAlchemy URL; empty means sqlite:///<data_dir>/<service>.db")
    broker_url: str = _setting("local:", "amqp://… or local: (events are handed over in the process)")
    field_keys: str = _setting(
        "", "keys for sensitive fields, '<id>:<base64 of 32 bytes>' per line, newest first", True
    )
    public_url: str = _setting("http://localhost:8000", "address people see, used in printed codes")
    secure_cookies: bool = _setting(False, "send cookies over https only (set it in production)")
    trusted_proxies: int = _setting(
        0,
        "proxies whose word about a request's origin is taken: 1 for the gateway, 2 with https in front of it",
    )
    log_level: str = _setting("info", "debug, info, warning or error")
    database_pool: int = _setting(10, "database connections a process may hold")
    receive_batch: int = _setting(200, "events taken from the broker at once")
    outbox_days: int = _setting(
        366, "days that sent events are kept: how far the feed and sending again reach"
    )
    inbox_days: int = _setting(
        90, "days that handled events are kept: how late a copy may come and still be known"
    )
    webhooks_inside: bool = _setting(
        False, "let webhooks lead to private addresses and over plain http (tests, or a closed network)"
    )
    web_workers: int = _setting(2, "gunicorn processes of `run <service> web`")
    web_port: int = _setting(8000, "port of `run <service> web`")
    health_port: int = _setting(0, "port for /healthz, /readyz and /metrics of relay and worker; 0 for none")

    @classmethod
    def read(cls, service: str, environ: Mapping[str, str] | None = None, **given: Any) -> "Config":
        """Settings for a service from the environment; `given` wins. Raises ConfigError naming every mistake."""
        environ = os.environ if environ is None else environ
        mistakes = [] if service in SERVICES else [f"there is no service called {service!r}"]
        values: dict[str, Any] = {}
        for setting in fields(cls)[1:]:
            if setting.name in given:
                values[setting.name] = given[setting.name]
                continue
            try:
                text = _text(environ, setting.name.upper())
                if text is not None:
                    values[setting.name] = _convert(setting.type, text)
            except (ValueError, OSError) as mistake:
                mistakes.append(f"{setting.name.upper()}: {mistake}")
        if mistakes:
            raise ConfigError("These settings cannot be used:\n  " + "\n  ".join(mistakes))
        config = cls(service=service, **values)
        if not config.database_url:
            path = Path(config.data_dir).absolute() / f"{service}.db"
            config = cls(service=service, **{**values, "database_url": f"sqlite:///{path}"})
        return config

    @classmethod
    def reference(cls) -> str:
        """The table of settings for the operator's guide."""
        rows = ["| variable | default | meaning |", "|---|---|---|"]
        for setting in fields(cls)[1:]:
            default = f"`{setting.default}`" if setting.default not in ("", None) else "–"
            rows.append(f"| `{setting.name.upper()}` | {default} | {setting.metadata['meaning']} |")
        return "\n".join(rows)


def _text(environ: Mapping[str, str], name: str) -> str | None:
    if path := environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get(name)


def _convert(kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ValueError(f"{text!r} is neither yes nor no")
        return text.lower() in ("1", "true", "yes")
    if kind is int:
        return int(text)
    return text
