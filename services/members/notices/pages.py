"""The inbox page: what a person was told, unread first to the eye, each one step from where it leads."""

from typing import Any

from services.members.asking import me
from services.members.notices import actions, queries
from services.members.notices.models import Notice
from services.members.notices.wording import words
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.web.preferences import here

pages = Pages("notices")


@pages.get("/notices/", allow=ANYONE_SIGNED_IN)
def inbox() -> Any:
    keyset = Keyset(queries.inbox(me()), order=[Notice.created_at, Notice.id], descending=True)
    with reading() as session:
        unread = queries.unread_count(session, me())
    return render("notices/inbox.html", listing=Listing(keyset), unread=unread, words=words)


@pages.post("/notices/<uuid:notice_id>/open", allow=ANYONE_SIGNED_IN)
def open_notice(notice_id: str) -> Any:
    """Read, and on to where it leads. A post, because reading changes something."""
    with transaction() as session:
        notice = queries.own_notice(session, notice_id, me())
        actions.read(notice)
        link = notice.link
    return seen_other(here(link or "/members/notices/"))


@pages.post("/notices/read", allow=ANYONE_SIGNED_IN)
def read_all() -> Any:
    with transaction() as session:
        actions.read_all(session, me())
    return seen_other("/members/notices/")
