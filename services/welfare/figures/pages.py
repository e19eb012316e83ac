"""The pages of care in figures: a school's year and its targets; the district's months and medians."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.welfare.district.queries import before, half_year_of, told_on
from services.welfare.district.queries import latest_told as latest_half_year
from services.welfare.figures import actions, queries
from services.welfare.figures.counting import COUNTED, month_before
from services.welfare.figures.schemas import HalfYearQuery, MonthQuery, Targets, YearQuery
from services.welfare.occasions import GROUPS
from services.welfare.periods import in_words
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.web.forms import Form

pages = Pages("figures")
HOME = "/welfare/figures/"
BACK = 3  # how many periods before the last can be looked at
WITHHELD = "—"
NAMES: dict[str, Any] = {
    "visits_planned": _l("Visits that fell due"),
    "visits_completed": _l("Visits made"),
    "visits_on_time": _l("Made in time"),
    "aid_payments": _l("Payments of aid"),
    "disputes_open": _l("Disputes under way"),
}


@pages.get("/figures/", allow="figures.see")
def year() -> Any:
    asked = Form().load(YearQuery, request.args) or {}
    wanted = asked.get("year") or clock.today().year
    with reading() as session:
        school_id = str(actor().school_id)
        found = queries.year_of_care(session, school_id, wanted)
        meter = queries.coverage(session, school_id)
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        header = [_("Month"), *map(str, GROUPS.values()), _("All together")]
        rows = [[row.month, *row.by_group.values(), row.made] for row in found.months]
        return as_file(header, rows, form, f"care-{wanted}")
    years = [clock.today().year - n for n in (2, 1, 0)]
    return render("figures/year.html", found=found, meter=meter, years=years, groups=GROUPS)


@pages.get("/figures/<int(min=2000,max=2099):year>/targets", allow="figures.aim")
def targets(year: str) -> str:
    return _targets(int(year), Form())


@pages.post("/figures/<int(min=2000,max=2099):year>/targets", allow="figures.aim")
def set_targets(year: str) -> Any:
    form = Form()
    if (data := form.load(Targets, request.form)) is None:
        return Response(_targets(int(year), form), 422)
    with transaction() as session:
        who = actor()
        actions.aim(session, school_id=str(who.school_id), year=int(year), by=str(who.person_id), **data)
    flash(_("Kept."))
    return seen_other(f"{HOME}?year={year}")


def _targets(year: int, form: Form) -> str:
    with reading() as session:
        current = queries.target_of(session, str(actor().school_id), int(year))
        return render("figures/targets.html", form=form, year=year, current=current)


@pages.get("/district/months", allow="district.see")
def months() -> Any:
    """What each school told of a month; exact sums for nobody, so there is no total either."""
    asked = Form().load(MonthQuery, request.args) or {}
    last = queries.latest_month()
    period = asked.get("period") or last
    with reading() as session:
        rows = queries.months_told(session, str(actor().school_id), period)
    if file := _exported(
        [_("School"), *(str(NAMES[name]) for name in COUNTED)],
        [[row.school.name, *((row.figures or {}).get(name) for name in COUNTED)] for row in rows],
        f"care-{period}",
    ):
        return file
    months = [last]
    for _n in range(BACK):
        months.insert(0, month_before(months[0]))
    return render("figures/months.html", rows=rows, period=period, months=months, names=NAMES)


@pages.get("/district/times", allow="district.see")
def times() -> Any:
    """Medians of a half-year by school."""
    asked = Form().load(HalfYearQuery, request.args) or {}
    period = asked.get("period") or latest_half_year()
    with transaction() as session:
        actions.tell_times(session, str(actor().school_id), period)
        rows = queries.times_told(session, str(actor().school_id), period)
    if file := _exported(
        [_("School"), _("Until it was known"), _("Until it was read"), _("Until the visit")],
        [[row.school.name, row.known, row.read, row.helped] for row in rows],
        f"times-{period}",
    ):
        return file
    periods = [half_year_of(clock.today())]
    for _n in range(BACK):
        periods.insert(0, before(periods[0]))
    is_told, day = clock.today() >= told_on(period), told_on(period)
    return render(
        "figures/times.html",
        rows=rows,
        period=period,
        periods=periods,
        in_words=in_words,
        is_told=is_told,
        told_on=day,
    )


def _exported(header: Sequence[str], rows: list[list[Any]], name: str) -> Response | None:
    if (form := request.args.get("format")) not in ("csv", "xlsx"):
        return None
    return as_file(header, [[WITHHELD if cell is None else cell for cell in row] for row in rows], form, name)
