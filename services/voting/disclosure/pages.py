"""Pages of what is public: the list, and one item."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.voting.disclosure import queries
from services.voting.disclosure.models import CATEGORIES, DisclosureItem
from services.voting.disclosure.schemas import DisclosureFilter
from services.voting.disclosure.wording import HEADINGS, about
from shared.kit.access import get_within
from shared.kit.database import reading
from shared.kit.pages import Listing, Pages, export, render
from shared.kit.web.forms import Form

pages = Pages("disclosure")


@pages.get("/disclosure/", allow="disclosure.see")
def disclosures() -> Any:
    """Everything that is public in one's own school."""
    filters = Form().load(DisclosureFilter, request.args) or {}
    keyset = queries.listing(filters)
    header = [_("Category"), _("About"), _("Published")]

    def row(item: DisclosureItem) -> list[Any]:
        return [str(CATEGORIES[item.category]), about(item), item.published_at]

    if (file := export(keyset, header, row, "disclosures")) is not None:
        return file
    return render(
        "disclosure/list.html", listing=Listing(keyset), filters=filters, categories=CATEGORIES, about=about
    )


@pages.get("/disclosure/<uuid:item_id>", allow="disclosure.see")
def disclosure(item_id: str) -> str:
    with reading() as session:
        item = get_within(session, DisclosureItem, item_id)
    return render(
        "disclosure/show.html",
        item=item,
        title=about(item),
        categories=CATEGORIES,
        headings=HEADINGS,
        sides=[(_("Income"), "income_by_code"), (_("Spending"), "spend_by_code")],
    )
