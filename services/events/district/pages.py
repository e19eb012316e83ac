"""The district's page of activities: counts by school."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.events.district import queries
from services.events.district.schemas import YearQuery
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import reading
from shared.kit.pages import Pages, render
from shared.kit.web.forms import Form

pages = Pages("district")


@pages.get("/district", allow="district.see")
def district() -> Any:
    """Every school's year in four numbers."""
    asked = Form().load(YearQuery, request.args) or {}
    year = asked.get("year", clock.today().year)
    with reading() as session:
        counts = queries.counts(session, str(actor().school_id), year)
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        header = [_("School"), _("Announced"), _("Held"), _("Called off"), _("Calendar published")]
        rows = (
            [c.name, c.announced, c.held, c.cancelled, _("yes") if c.has_calendar else _("no")]
            for c in counts
        )
        return as_file(header, rows, form, f"activities-{year}")
    return render("district/activities.html", year=year, counts=counts)
