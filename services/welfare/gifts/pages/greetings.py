"""The festivals of a year and who is greeted at each, as one table; with it what gifts may still cost."""

from flask import request

from services.welfare.gifts.pages import pages
from services.welfare.gifts.queries import greetings, lists
from services.welfare.gifts.schemas import YearFilter
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import reading
from shared.kit.pages import render
from shared.kit.web.forms import Form


@pages.get("/gifts/greetings", allow=lists.DECIDE)
def greetings_of_year() -> str:
    today = clock.today()
    year = (Form().load(YearFilter, request.args) or {}).get("year", today.year)
    who = actor()
    with reading() as session:
        return render(
            "gifts/greetings.html",
            year=year,
            today=today,
            rows=greetings.of_year(session, year),
            columns=greetings.COLUMNS,
            reserve=greetings.reserve(session, str(who.school_id), year) if who.may("gifts.keep") else None,
            keeps=who.may(lists.KEEP),
        )
