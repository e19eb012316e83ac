"""Names that every template may use."""

from types import CodeType
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask, g, has_request_context, request
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.local import LocalProxy

from shared.kit.web import navigation
from shared.kit.web.assets import asset
from shared.kit.web.preferences import large_type


def actor() -> Any:
    """Who is asking, as the access check left it; None before it ran and outside requests."""
    person = g.get("actor") if has_request_context() else None
    return None if person is None or getattr(person, "is_anonymous", False) else person


def current_path() -> str:
    """Path and query of this page, to come back to it."""
    return request.full_path.rstrip("?") if has_request_context() else "/"


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page, not a person for the whole."""
    return has_request_context() and "HX-Request" in request.headers


def with_query(**changes: Any) -> str:
    """This address with some of its parameters changed (None takes one away): sorts, filters, pages."""
    args = request.args.to_dict(flat=False)
    for name, value in changes.items():
        args.pop(name, None)
        if value is not None:
            args[name] = value if isinstance(value, list) else [str(value)]
    pairs = [(name, value) for name, values in args.items() for value in values]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


class CompiledOnce(BytecodeCache):
    """A template is compiled once in a process, however many services in it use the same one."""

    _compiled: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=asset,
        actor=LocalProxy(actor),
        large_type=LocalProxy(large_type),
        current_path=LocalProxy(current_path),
        wants_fragment=LocalProxy(wants_fragment),
        with_query=with_query,
        new_entry_id=lambda: str(uuid4()),
        navigation=navigation.navigation,
        current_entry=navigation.current,
    )
    # What an earlier post left to say; the kit's pages module gives the real one.
    app.jinja_env.globals.setdefault("take_flashes", tuple)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledOnce()
