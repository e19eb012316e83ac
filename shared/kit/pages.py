"""The pages of a feature: a Flask blueprint under /<service>, whose every route names its rule.

Pages call the same actions and queries as the API; forms are plain posts that answer with a redirect.
"""

import json
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from flask import Blueprint, Response, g, redirect, render_template, request

from shared.kit import paging
from shared.kit.access import require
from shared.kit.api import as_file
from shared.kit.database import reading

View = Callable[..., Any]
FLASH = "unionhall_said"
render = render_template


class Pages(Blueprint):
    """`pages = Pages("visits")`; templates lie in <feature>/templates/<feature>/."""

    def __init__(self, name: str) -> None:
        frame = sys._getframe(1).f_globals
        module = frame["__name__"]
        folder = Path(frame["__file__"]).parent / "templates"
        super().__init__(f"{name}_pages", module, template_folder=str(folder) if folder.is_dir() else None)
        self.service = module.split(".")[1]

    def get(self, rule: str, *, allow: str, root: bool = False, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """A page; `root` takes the URL as it is, without the service's prefix."""
        return self._guarded("GET", rule, allow, root, options)

    def post(self, rule: str, *, allow: str, root: bool = False, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Where a form is sent."""
        return self._guarded("POST", rule, allow, root, options)

    def _guarded(
        self, method: str, rule: str, allow: str, root: bool, options: Any
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(**parts: Any) -> Any:
                require(allow)
                return view(**{name: str(value) for name, value in parts.items()})

            guarded.allow = allow  # type: ignore[attr-defined]
            endpoint = options.pop("endpoint", view.__name__)
            url = rule if root else f"/{self.service}{rule}"
            self.add_url_rule(url, endpoint, guarded, methods=[method], **options)
            return view

        return decorate


def seen_other(url: str) -> Response:
    """After a post that worked: go and see (303)."""
    return redirect(url, 303)  # type: ignore[return-value]


def flash(message: str, kind: str = "done") -> None:
    """Say something on the next page; `kind` is done, soon or late."""
    g.setdefault("said", []).append([kind, str(message)])


def take_flashes() -> list[tuple[str, str]]:
    """What was said since the last page, once."""
    g.flashes_taken = True
    try:
        kept = json.loads(unquote(request.cookies.get(FLASH, "[]")))
        return [(str(kind), str(message)) for kind, message in kept] + g.pop("said", [])
    except (ValueError, TypeError, RecursionError):  # whatever stands in it, a page must come
        return []


def carry_flashes(response: Response) -> Response:
    """Keep what was said for the next page in a cookie; forget what was shown."""
    if said := g.pop("said", None):
        response.set_cookie(FLASH, quote(json.dumps(said)), max_age=60, httponly=True, samesite="Lax")
    elif g.get("flashes_taken") and FLASH in request.cookies:
        response.delete_cookie(FLASH)
    return response


class Listing:
    """A list page: its rows, how many there are in all, and the links to what comes next and to the exports."""

    def __init__(self, keyset: paging.Keyset, limit: int = paging.LIMIT) -> None:
        with reading() as session:
            page = paging.page(session, keyset, limit, request.args.get("after"))
            self.total = paging.count(session, keyset)
        self.rows = page.rows
        self.next_url = self._url(after=page.next) if page.next else None
        self.first_url = self._url(after=None) if request.args.get("after") else None
        self.csv_url = self._url(after=None, format="csv")
        self.xlsx_url = self._url(after=None, format="xlsx")

    @staticmethod
    def _url(**changes: str | None) -> str:
        asked = {**request.args.to_dict(), **changes}
        return f"{request.path}?{urlencode({k: v for k, v in asked.items() if v is not None})}"


def export(
    keyset: paging.Keyset, header: Sequence[str], row: Callable[[Any], Sequence[Any]], name: str
) -> Response | None:
    """The whole list as a file when the page was asked with ?format=csv|xlsx; else None."""
    form = request.args.get("format")
    if form not in ("csv", "xlsx"):
        return None
    with reading() as session:
        return as_file(header, (row(item) for item in paging.everything(session, keyset)), form, name)
