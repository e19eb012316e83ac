"""Errors a person or a program can act on: small named exceptions, turned at the edge into
RFC 9457 problem+json (API) or a page that says what happened, what was kept and what to do.
"""

from typing import Any

from flask_babel import lazy_gettext as _l


class Problem(Exception):
    """Something refused. `slug` names it for programs; `detail` tells the person; `fields` points at inputs."""

    slug = "problem"
    status = 400
    title: Any = _l("That did not work")

    def __init__(self, detail: str = "", fields: dict[str, list[str]] | None = None, **extra: Any) -> None:
        super().__init__(detail or str(self.slug))
        self.detail = detail
        self.fields = fields or {}
        self.extra = extra

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer, e.g. Retry-After."""
        return {}


class NotFound(Problem):
    slug = "not-found"
    status = 404
    title = _l("There is nothing here for you")


class Unauthenticated(Problem):
    slug = "unauthenticated"
    status = 401
    title = _l("Please sign in")


class Forbidden(Problem):
    slug = "forbidden"
    status = 403
    title = _l("Your office does not allow this")


class Refused(Forbidden):
    """Somebody of the same union wanted to see what is closed to them; the attempt is recorded (errors.py).

    `thing` names the kind of what was asked for (the entry is `<thing>.refused`), `person_id` whose data it is.
    """

    def __init__(self, thing: str, object_id: str, person_id: str | None) -> None:
        super().__init__()
        self.thing, self.object_id, self.person_id = thing, object_id, person_id


class Conflict(Problem):
    slug = "conflict"
    status = 409
    title = _l("This is no longer possible")


class Changed(Problem):
    slug = "changed-meanwhile"
    status = 412
    title = _l("Somebody changed this meanwhile")


class Invalid(Problem):
    slug = "invalid"
    status = 422
    title = _l("Please check what you entered")


class KeyReused(Problem):
    slug = "idempotency-key-reused"
    status = 422
    title = _l("This key was already used for another request")


class TooMany(Problem):
    slug = "too-many-requests"
    status = 429
    title = _l("Too many attempts")

    def __init__(self, detail: str = "", retry_after: int = 60, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class Unavailable(TooMany):
    slug = "unavailable"
    status = 503
    title = _l("This part is resting for a moment")
