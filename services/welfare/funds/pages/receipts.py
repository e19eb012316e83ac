"""The page of receipts, for those who answer for the money."""

from collections import Counter
from typing import Any

from services.welfare.funds import queries
from services.welfare.funds.pages import pages
from services.welfare.visits.queries import names
from shared.kit.database import reading
from shared.kit.pages import Listing, render


@pages.get("/receipts/", allow="funds.receipts")
def receipts() -> Any:
    listing = Listing(queries.all_receipts())
    with reading() as session:
        people = names(session, {receipt.kept_by for receipt in listing.rows})
        uses = Counter(queries.hashes(session))
    return render("funds/receipts.html", listing=listing, people=people, uses=uses)
