"""Pages of a school year: what is in force, and the form from which it is published."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import ValidationError

from services.events.school_calendars import actions, queries
from services.events.school_calendars.models import BREAKS, TERMS, YearCalendar
from services.events.school_calendars.schemas import YearAsked, YearIn
from services.events.school_calendars.typed import EMPTY_ROWS, as_entered, as_typed
from shared.kit import clock, people
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.festivals import FESTIVALS
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.problems import Invalid
from shared.kit.web.forms import Form

pages = Pages("school-calendars")
NAMES = {code: festival.name for code, festival in FESTIVALS.items()} | BREAKS
URL = "/events/school-calendar"


@pages.get("/school-calendar", allow="school-calendars.see")
def school_year() -> Any:
    """A year as it is in force: terms, days off, make-up days, the union's afternoons, festivals."""
    year = _asked_year()
    with reading() as session:
        school_id = str(actor().school_id)
        working = queries.working_days(session, school_id, year)
        return render(
            "school_calendars/year.html",
            year=year,
            NAMES=NAMES,
            TERMS=TERMS,
            published=people.calendar(session, school_id, year) is not None,
            entered=queries.of_year(session, school_id, year) or actions.blank(school_id, year),
            terms=queries.terms(session, school_id, year),
            days_off=queries.spans(queries.days_off(session, school_id, year).items()),
            make_up=sorted(working.makeup_days),
            as_day=queries.as_day,
            month_ends=working.month_ends(year),
            festivals=sorted((festival.day_in(year), festival.name) for festival in FESTIVALS.values()),
        )


@pages.get("/school-calendar/edit", allow="school-calendars.publish")
def edit_school_year() -> Any:
    """The form, with what was entered or the nation's days off."""
    year, school_id = _asked_year(), str(actor().school_id)
    with reading() as session:
        calendar = queries.of_year(session, school_id, year) or actions.blank(school_id, year)
    return _form_page(year, calendar, Form(as_typed(calendar)))


@pages.post("/school-calendar/edit", allow="school-calendars.publish")
def enter_school_year() -> Any:
    """Keep the year, and publish it if that button was pressed."""
    year, school_id = _asked_year(), str(actor().school_id)
    form = Form({**request.form, "rows": len(request.form)})
    try:
        body = YearIn().load(as_entered(request.form))
        with transaction() as session:
            calendar = actions.take(session, school_id, year)
            actions.enter(calendar, **body)
            if "publish" in request.form:
                actions.publish(session, calendar)
        flash(_("Published.") if "publish" in request.form else _("Kept; not published yet."))
        return seen_other(f"{URL}?year={year}")
    except ValidationError as refusal:
        form.refuse(refusal.normalized_messages())
    except Invalid as refusal:
        form.refuse(refusal.fields)
    with reading() as session:
        calendar = queries.of_year(session, school_id, year) or actions.blank(school_id, year)
    form.values["rows"] = len(calendar.holidays) + EMPTY_ROWS * 2
    return _form_page(year, calendar, form), 422


def _asked_year() -> int:
    asked = Form().load(YearAsked, request.args) or {}
    return int(asked.get("year", clock.today().year))


def _form_page(year: int, calendar: YearCalendar, form: Form) -> str:
    return render(
        "school_calendars/form.html", form=form, year=year, calendar=calendar, NAMES=NAMES, TERMS=TERMS
    )
