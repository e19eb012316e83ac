"""Pages of the board: the sheets of one's school, one of them, and the same on paper."""

from typing import Any

from flask_babel import gettext as _

from services.events.bulletins import queries
from services.events.bulletins.models import Bulletin
from services.events.bulletins.wording import INCOME, SPENDING, lines, period_in_words
from shared.kit import clock
from shared.kit.access import get_within
from shared.kit.database import reading
from shared.kit.pages import Listing, Pages, render
from shared.kit.people import organisation

pages = Pages("bulletins")


@pages.get("/bulletins/", allow="bulletins.see")
def bulletins() -> str:
    return render("bulletins/list.html", listing=Listing(queries.listing()), in_words=period_in_words)


@pages.get("/bulletins/<uuid:bulletin_id>", allow="bulletins.see")
def bulletin(bulletin_id: str) -> str:
    return _sheet("bulletins/show.html", bulletin_id)


@pages.get("/bulletins/<uuid:bulletin_id>/print", allow="bulletins.see")
def sheet(bulletin_id: str) -> str:
    """For the board of the staff room."""
    return _sheet("bulletins/sheet.html", bulletin_id, printed_at=clock.now())


def _sheet(template: str, bulletin_id: str, **more: Any) -> str:
    with reading() as session:
        found = get_within(session, Bulletin, bulletin_id)
        school = organisation(session, found.school_id)
    content = found.content
    return render(
        template,
        bulletin=found,
        school=school,
        title=period_in_words(found.reference),
        sides=[
            (_("Income"), lines(INCOME, content["income_by_code"])),
            (_("Spending"), lines(SPENDING, content["spend_by_code"])),
        ],
        **more,
    )
