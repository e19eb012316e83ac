"""Long lists: cursor pages by key, and the whole list as CSV or XLSX.

A view returns a `Keyset`; the API pages it with ?limit=&after= and a Link header, pages draw a pager from it.
"""

import base64
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from shared.kit import clock
from shared.kit.problems import Invalid

LIMIT, MOST = 50, 200
EXPORT_MOST = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Keyset:
    """A query and the columns that order it; the last one is unique. `descending` turns the whole order round."""

    query: Select[*tuple[Any, ...]]
    order: Sequence[Any]
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor of those behind them (None at the end)."""

    rows: list[Any]
    next: str | None


def page(session: Session, keyset: Keyset, limit: int = LIMIT, after: str | None = None) -> Page:
    """The rows behind a cursor. Raises Invalid when the cursor is none of ours."""
    query = _ordered(keyset)
    if after:
        query = query.where(_behind(keyset, _decode(after, keyset)))
    names = [f"key_{n}" for n in range(len(keyset.order))]
    query = query.add_columns(*(column.label(name) for column, name in zip(keyset.order, names, strict=True)))
    found = session.execute(query.limit(limit + 1)).all()
    rows = [_entity(row, len(names)) for row in found[:limit]]
    cursor = _encode([getattr(found[limit - 1], name) for name in names]) if len(found) > limit else None
    return Page(rows, cursor)


def count(session: Session, keyset: Keyset) -> int:
    """How many rows the whole list has."""
    return session.scalar(select(func.count()).select_from(keyset.query.order_by(None).subquery())) or 0


def everything(session: Session, keyset: Keyset) -> Iterator[Any]:
    """Every row in order, for an export; at most EXPORT_MOST."""
    for row in session.execute(_ordered(keyset).limit(EXPORT_MOST)):
        yield _entity(row, 0)


def _entity(row: Any, extra: int) -> Any:
    """The entity where the query asks for one, else the row."""
    width = len(row) - extra
    return row[0] if width == 1 else row


def _ordered(keyset: Keyset) -> Select[*tuple[Any, ...]]:
    return keyset.query.order_by(*(c.desc() if keyset.descending else c.asc() for c in keyset.order))


def _behind(keyset: Keyset, values: list[Any]) -> Any:
    """(a, b) > (x, y), spelt out so that both databases use the index."""
    clauses = []
    for n, (column, value) in enumerate(zip(keyset.order, values, strict=True)):
        same = [c == v for c, v in zip(keyset.order[:n], values[:n], strict=True)]
        clauses.append(and_(*same, column < value if keyset.descending else column > value))
    return or_(*clauses)


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _decode(cursor: str, keyset: Keyset) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keyset.order):
            raise ValueError(cursor)
        return [_typed(column, value) for column, value in zip(keyset.order, values, strict=True)]
    except (ValueError, TypeError):
        raise Invalid(fields={"after": ["not a cursor of this list"]}) from None


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(value, bool) or not isinstance(value, kind if kind is not float else (int, float)):
        raise ValueError(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError(value)
    if kind is str and "\x00" in str(value):
        raise ValueError(value)
    return value


# --- exports


# By these a spreadsheet knows a formula; a Chinese one takes the full-width signs as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """What a cell can hold, and a spreadsheet will not run as a formula."""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "、".join(value)
    elif isinstance(value, list | dict):
        value = orjson.dumps(value).decode()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as one sheet."""
    from openpyxl import Workbook  # noqa: PLC0415  (half a second, which a start without an export saves)

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(header))
    for row in rows:
        sheet.append([safe_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
