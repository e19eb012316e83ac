"""One place turns what went wrong into an answer: problem+json for programs, a calm page for people.

No traceback reaches anybody; the correlation id leads the operator to the log line.
"""

from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, json, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from shared.kit import audit, problems
from shared.kit.database import transaction
from shared.kit.telemetry import log
from shared.kit.web.errors import error_page

PROBLEM_JSON = "application/problem+json"


def init_app(app: Flask) -> None:
    """Catch everything."""
    app.register_error_handler(problems.Problem, answer)
    app.register_error_handler(HTTPException, lambda error: answer(_from_http(error)))
    app.register_error_handler(StaleDataError, lambda _error: answer(problems.Changed()))
    app.register_error_handler(OperationalError, _database_trouble)
    app.register_error_handler(InterfaceError, _database_trouble)
    for kind in (DataError, UnicodeEncodeError, OverflowError):
        app.register_error_handler(kind, _cannot_be_stored)
    app.register_error_handler(Exception, _ours)


def answer(problem: problems.Problem) -> Any:
    """The response for a problem, in the form the asker understands. An attempt at what is closed is recorded."""
    if isinstance(problem, problems.Refused):  # here, because whatever the view had begun is rolled back
        with transaction() as session:
            audit.record(
                session, f"{problem.thing}.refused", object_id=problem.object_id, person_id=problem.person_id
            )
    if request.path.startswith("/api/"):
        body = {
            "type": f"/problems/{problem.slug}",
            "title": str(problem.title),
            "status": problem.status,
            "detail": str(problem.detail) or str(problem.title),
            "correlation_id": g.get("correlation_id"),
            **({"errors": problem.fields} if problem.fields else {}),
            **problem.extra,
        }
        return Response(
            json.dumps(body, ensure_ascii=False, default=str),
            problem.status,
            problem.headers,
            content_type=PROBLEM_JSON,
        )
    if problem.status == 401 and request.method == "GET" and not request.headers.get("HX-Request"):
        return redirect(f"/members/sign-in?next={quote(request.full_path.rstrip('?'))}", 303)
    page = error_page(
        problem.status,
        title=str(problem.title) if problem.detail else None,
        happened=str(problem.detail) or None,
        reference=g.get("correlation_id") if problem.status >= 500 else None,
    )
    page.headers.extend(problem.headers)
    return page


def _from_http(error: HTTPException) -> problems.Problem:
    """Flask's and webargs' own errors as problems."""
    data = getattr(error, "data", None) or {}
    messages = data.get("messages") or data.get("errors") or {}
    flat: dict[str, list[str]] = {}
    for location, found in messages.items() if isinstance(messages, dict) else ():
        for name, texts in found.items() if isinstance(found, dict) else [(location, found)]:
            flat[str(name)] = [str(t) for t in texts] if isinstance(texts, list) else [str(texts)]
    kinds: dict[int, type[problems.Problem]] = {
        401: problems.Unauthenticated,
        403: problems.Forbidden,
        404: problems.NotFound,
        409: problems.Conflict,
        412: problems.Changed,
        422: problems.Invalid,
    }
    problem = kinds.get(error.code or 500, problems.Problem)(fields=flat)
    if type(problem) is problems.Problem:
        problem.status = error.code or 500
        problem.slug = error.name.lower().replace(" ", "-")
        problem.title = {413: _("That file is too large")}.get(problem.status, error.name)
    return problem


def _database_trouble(error: Exception) -> Any:
    log.error("database.trouble", error=type(error).__name__)
    return answer(
        problems.Unavailable(_("Nothing was changed. Please try again in a moment."), retry_after=5)
    )


def _cannot_be_stored(error: Exception) -> Any:
    """A character or a number that no database takes, in a place where it was only looked for."""
    log.info("request.unstorable", error=type(error).__name__)
    return answer(problems.Invalid(_("There is a character or a number in it that cannot be used.")))


class _Ours(problems.Problem):
    slug = "our-fault"
    status = 500

    def __init__(self) -> None:
        super().__init__(_("Nothing was changed. The people who run this can find it by the number below."))
        self.title = _("Something went wrong on our side")


def _ours(error: Exception) -> Any:
    log.error("request.failed", path=request.url_rule.rule if request.url_rule else "unknown", exc_info=error)
    return answer(_Ours())
