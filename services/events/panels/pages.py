"""The panel of events on everybody's home page."""

from typing import Any

from services.events.activities.models import STATES
from services.events.asking import myself
from services.events.bulletins.wording import period_in_words
from services.events.panels.queries import week_of
from services.events.registrations.models import STATES as PLACE_STATES
from shared.kit.access import actor
from shared.kit.database import reading
from shared.kit.pages import Pages, render

pages = Pages("panels")


@pages.get("/panels/this-week", allow="activities.see")
def this_week() -> Any:
    """What I can join and have joined; nothing at all if there is nothing."""
    with reading() as session:
        week = week_of(session, myself(session), actor().may("activities.organise"))
    if week.is_empty:
        return "", 204
    return render(
        "panels/this_week.html",
        week=week,
        period_in_words=period_in_words,
        STATES=STATES,
        PLACE_STATES=PLACE_STATES,
    )
