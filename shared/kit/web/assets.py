"""Static files at /static/: addresses that change with the content, so that browsers keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Response, request, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
WORKER = "build/offline-worker.js"
A_YEAR = 31_536_000


@lru_cache(maxsize=256)
def _fingerprint(path: Path, mtime_ns: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def fingerprint(name: str) -> str | None:
    """Short hash of a static file's content, or None if there is no such file."""
    path = STATIC / name
    try:
        stat = path.stat()
    except OSError:
        return None
    return _fingerprint(path, stat.st_mtime_ns, stat.st_size)


def asset(name: str) -> str:
    """Address of a built file ("app.css", "voting/ballot.js") or of a picture ("img/flower.svg")."""
    name = name if name.startswith("img/") else f"build/{name}"
    return url_for("web.static", filename=name, v=fingerprint(name))


def serve(filename: str) -> Response:
    """One static file; its compressed twin, written by the build, to browsers that accept it."""
    twin = f"{filename}.gz"
    compressed = (STATIC / twin).is_file() and request.accept_encodings["gzip"] > 0
    response = send_from_directory(STATIC, twin if compressed else filename, mimetype=_mimetype(filename))
    if compressed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    if filename == WORKER:  # it serves forms, which lie elsewhere than it does
        response.headers["Service-Worker-Allowed"] = "/"
    # Only an address that names this very content may be kept: while a new version rolls out,
    # an old process can be asked for the new hash, and must not have its answer remembered.
    if request.args.get("v") == fingerprint(filename):
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response


def _mimetype(filename: str) -> str | None:
    # Systems differ in what they call a script; nosniff makes browsers strict about it.
    return "text/javascript" if filename.endswith(".js") else None
