"""The district's pages: a word and counts for each school, nobody in it."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.district import actions, queries
from services.welfare.district.schemas import TableQuery
from services.welfare.district.topics import TOPICS
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import transaction
from shared.kit.pages import Pages, render
from shared.kit.problems import NotFound
from shared.kit.web.forms import Form

pages = Pages("welfare_district")
WITHHELD = "—"
PERIODS_BACK = 3


@pages.get("/district/<topic>", allow="district.see")
def district_table(topic: str) -> Any:
    if topic not in TOPICS:
        raise NotFound()
    asked = Form().load(TableQuery, request.args) or {}
    period = asked.pop("period", None) or queries.latest_told()
    with transaction() as session:
        actions.tell(session, str(actor().school_id), topic, period)
        table = queries.table(session, str(actor().school_id), topic, period, **asked)
    if file := _exported(table):
        return file
    return render(
        "district/table.html",
        table=table,
        topics=TOPICS,
        topic=TOPICS[topic],
        periods=_periods(),
        asked=asked,
        in_words=_in_words,
    )


def _exported(table: queries.DistrictTable) -> Response | None:
    """The table as a file; with ?of=months the other one."""
    if (form := request.args.get("format")) not in ("csv", "xlsx"):
        return None
    names = TOPICS[table.topic].columns
    columns = [str(names[column]) for column in table.totals]
    if request.args.get("of") == "months":
        rows = [[row.month, *_shown(row.counts)] for row in table.months]
        return as_file([_("Month"), *columns], rows, form, f"{table.topic}-{table.period}-months")
    rows = [[row.school.name, *_shown(row.counts)] for row in table.rows]
    rows.append([_("All schools"), *_shown(table.totals)])
    return as_file([_("School"), *columns], rows, form, f"{table.topic}-{table.period}")


def _shown(counts: dict[str, int | None]) -> list[Any]:
    return [WITHHELD if count is None else count for count in counts.values()]


def _periods() -> list[str]:
    """The half-year that runs, and those before it."""
    found = [queries.half_year_of(clock.today())]
    for _n in range(PERIODS_BACK):
        found.append(queries.before(found[-1]))
    return found


def _in_words(period: str) -> str:
    year, half = period.split("-")
    return _("First half of %(year)s", year=year) if half == "H1" else _("Second half of %(year)s", year=year)
