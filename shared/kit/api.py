"""The JSON API of a feature: a flask-smorest blueprint whose every route names its rule.

URLs are relative to /api/<service>/v1; the OpenAPI 3.1 document is served at /api/<service>/v1/openapi.json.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import marshmallow
from flask import Response, abort, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import fields, validate
from webargs.flaskparser import FlaskParser

from shared.kit import idempotency, paging
from shared.kit.access import require
from shared.kit.database import reading
from shared.kit.problems import Changed, Problem

View = Callable[..., Any]


class Schema(marshmallow.Schema):
    """What a request may hold: a field nobody knows is refused, not ignored."""

    class Meta:
        unknown = marshmallow.RAISE


class NeedsIfMatch(Problem):
    slug = "if-match-required"
    status = 428
    title = "Send If-Match with the ETag of what you edit"


class _Parser(FlaskParser):
    """Webargs, which itself lets some bodies through to 500: brackets without end, numbers of thousands of digits."""

    def load_json(self, req: Any, schema: Any) -> Any:
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError):
            abort(400)


class Api(Blueprint):
    """`api = Api("visits", description="…")`."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, description: str = "") -> None:
        module = sys._getframe(1).f_globals["__name__"]
        super().__init__(f"{name}_api", module, description=description)
        self.service = module.split(".")[1]

    def get(self, rule: str, *, allow: str, **options: Any) -> Callable[[View], View]:
        return self._guarded("GET", rule, allow, options)

    def post(self, rule: str, *, allow: str, **options: Any) -> Callable[[View], View]:
        return self._guarded("POST", rule, allow, options)

    def put(self, rule: str, *, allow: str, **options: Any) -> Callable[[View], View]:
        return self._guarded("PUT", rule, allow, options)

    def patch(self, rule: str, *, allow: str, **options: Any) -> Callable[[View], View]:
        return self._guarded("PATCH", rule, allow, options)

    def delete(self, rule: str, *, allow: str, **options: Any) -> Callable[[View], View]:
        return self._guarded("DELETE", rule, allow, options)

    def _guarded(self, method: str, rule: str, allow: str, options: dict[str, Any]) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(**parts: Any) -> Any:
                require(allow)
                parts = {name: str(value) for name, value in parts.items()}
                return idempotency.once(lambda: view(**parts)) if method == "POST" else view(**parts)

            guarded.allow = allow  # type: ignore[attr-defined]
            self.add_url_rule(rule, view.__name__, guarded, methods=[method], **options)
            return view

        return decorate

    def paged(self, out: type[Schema], filters: type[Schema] | None = None) -> Callable[[View], View]:
        """A list: the view gets the filters and returns a Keyset; ?limit=&after= page it, ?format=csv|xlsx exports."""
        asked = type(f"{out.__name__}Query", (filters, _Paging) if filters else (_Paging,), {})
        one, many = out(), out(many=True)

        def decorate(view: View) -> View:
            @wraps(view)
            def listing(query: dict[str, Any], **parts: Any) -> Any:
                limit, after = query.pop("limit", paging.LIMIT), query.pop("after", None)
                form = query.pop("format", "json")
                with reading() as session:
                    keyset = view(query, **parts)
                    if form != "json":
                        return export_of(session, keyset, one, form, view.__name__)
                    page = paging.page(session, keyset, limit, after)
                    answer = jsonify(many.dump(page.rows))  # a whole answer: `response` would dump it again
                if page.next:
                    answer.headers["Link"] = f'<{_with_cursor(page.next)}>; rel="next"'
                return answer

            documented = self.response(200, many)(listing)
            return self.arguments(asked, location="query")(documented)

        return decorate

    @staticmethod
    def etag(version: int) -> None:
        """Set the ETag of the answer from a row's version."""
        g.etag = str(version)

    @staticmethod
    def check_etag(version: int) -> None:
        """Raise Changed (412) unless If-Match names this version; 428 when it is missing."""
        if not request.if_match:
            raise NeedsIfMatch()
        if str(version) not in request.if_match:
            raise Changed()


class _Paging(Schema):
    limit = fields.Integer(validate=validate.Range(1, paging.MOST))
    after = fields.String(validate=validate.Length(max=1000))
    format = fields.String(validate=validate.OneOf(["json", "csv", "xlsx"]))


def _with_cursor(cursor: str) -> str:
    arguments = request.args.copy()
    arguments["after"] = cursor
    return f"{request.path}?{urlencode(list(arguments.items(multi=True)))}"


def export_of(
    session: Any, keyset: paging.Keyset, schema: marshmallow.Schema, form: str, name: str
) -> Response:
    """The whole list as a file, its columns the schema's fields."""
    header = [str(field.metadata.get("label", key)) for key, field in schema.fields.items()]
    rows = (list(schema.dump(row).values()) for row in paging.everything(session, keyset))
    return as_file(header, rows, form, name)


def as_file(header: Any, rows: Any, form: str, name: str) -> Response:
    """A table as a CSV or XLSX download."""
    if form == "csv":
        response = Response(paging.to_csv(header, rows), mimetype="text/csv")
    else:
        response = Response(paging.to_xlsx(header, rows), mimetype=paging.XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
