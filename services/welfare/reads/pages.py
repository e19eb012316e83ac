"""The page 谁看过我的资料: who looked at one's sensitive data in welfare, when, and at what."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.welfare.reads import queries
from services.welfare.visits.queries import names
from services.welfare.wording import office
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.audit import AuditEntry
from shared.kit.database import reading
from shared.kit.pages import Listing, Pages, export, render
from shared.kit.paging import everything
from shared.kit.people import person

pages = Pages("reads")

# What was looked at, by the first part of the entry. Who visits knows why; so the occasion itself is not said here.
THINGS: dict[str, Any] = {
    "visit": _l("Why you are visited"),
    "hardship": _l("Your hardship case"),
    "file": _l("A paper of yours"),
    "aid": _l("Your request for aid"),
    "request": _l("What you asked of the union"),
    "dispute": _l("Your dispute"),
    "confidence": _l("What you told the women's officer"),
}
REASONS: dict[str, Any] = {
    "review": _l("to decide in the committee, without sums"),
    "print": _l("to print it"),
}


@pages.get("/reads", allow=ANYONE_SIGNED_IN)
def reads() -> Any:
    keyset = queries.own_reads()
    if (file := _exported(keyset)) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        readers = {
            entry.actor_id: person(session, entry.actor_id) for entry in listing.rows if entry.actor_id
        }
    posts = {
        key: [office(held["code"]) for held in card.offices_on(clock.today())]
        for key, card in readers.items()
        if card is not None
    }
    return render("reads/reads.html", listing=listing, readers=readers, posts=posts, thing=thing)


def thing(entry: AuditEntry) -> str:
    """What was looked at, in words, with the reason where there is one."""
    words = str(THINGS.get(entry.action.split(".", maxsplit=1)[0], _("Your data")))
    return f"{words} · {REASONS[entry.reason]}" if entry.reason in REASONS else words


def _exported(keyset: Any) -> Any:
    with reading() as session:
        people = names(session, {entry.actor_id for entry in everything(session, keyset)})

    def row(entry: AuditEntry) -> list[Any]:
        outcome = _("refused") if entry.action.endswith(".refused") else _("seen")
        return [entry.at, people.get(entry.actor_id or "", ""), thing(entry), outcome]

    return export(keyset, [_("When"), _("Who"), _("What"), _("Outcome")], row, "reads")
