"""The district's page of visits: a word and counts for each school, nobody in it."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.welfare.district import queries
from services.welfare.district.schemas import PeriodQuery
from services.welfare.occasions import GROUPS
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import reading
from shared.kit.pages import Pages, render
from shared.kit.web.forms import Form

pages = Pages("visits_district")
WITHHELD = "—"


@pages.get("/district/visits", allow="district.see")
def visits() -> Any:
    now = queries.half_year_of(clock.today())
    period = (Form().load(PeriodQuery, request.args) or {}).get("period") or now
    with reading() as session:
        table = queries.table(session, str(actor().school_id), period)
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        return as_file(
            [_("School"), *(str(name) for name in GROUPS.values())],
            (
                [row.school.name, *(WITHHELD if row.counts[g] is None else row.counts[g] for g in GROUPS)]
                for row in table.rows
            ),
            form,
            f"visits-{period}",
        )
    return render(
        "district/visits.html", table=table, groups=GROUPS, now=now, before=_before(now), in_words=_in_words
    )


def _before(period: str) -> str:
    year = int(period[:4])
    return f"{year}-H1" if period.endswith("H2") else f"{year - 1}-H2"


def _in_words(period: str) -> str:
    year, half = period.split("-")
    return _("First half of %(year)s", year=year) if half == "H1" else _("Second half of %(year)s", year=year)
