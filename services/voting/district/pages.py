"""The district's page of polls and rolls: a line of counts for each union."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.voting.district import queries
from services.voting.district.schemas import YearQuery
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.api import as_file
from shared.kit.database import reading
from shared.kit.pages import Pages, render
from shared.kit.web.forms import Form

pages = Pages("voting_district")


@pages.get("/district/polls", allow="district.see")
def polls() -> Any:
    this_year = clock.today().year
    year = (Form().load(YearQuery, request.args) or {}).get("year") or this_year
    with reading() as session:
        rows = queries.table(session, str(actor().school_id), year)
    if (form := request.args.get("format")) in ("csv", "xlsx"):
        header = [_("Union"), _("Polls held"), _("Open now"), _("Assembly rolls frozen")]
        return as_file(
            header,
            ([row.school.name, row.closed, row.open_now, row.rolls] for row in rows),
            form,
            f"polls-{year}",
        )
    return render("district/polls.html", rows=rows, year=year, this_year=this_year)
