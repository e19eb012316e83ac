"""Rounds of gifts over HTTP: from the draft to the books; choosing, fetching, one's own."""

from typing import Any

from sqlalchemy.orm import Session

from services.welfare.gifts.actions import closing, deciding, drafting, handing_out
from services.welfare.gifts.models import DRAFT, GiftRound, GiftShare
from services.welfare.gifts.queries import lists
from services.welfare.gifts.queries.years import meant_ids
from services.welfare.gifts.schemas import (
    ChoiceBody,
    GiftBody,
    GiftClose,
    GiftDetail,
    GiftFilter,
    GiftLines,
    GiftReason,
    GiftRow,
    GiftVoice,
    HandedOut,
    OwnShare,
    ShareBody,
    ShareFilter,
    ShareOut,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.people import rule_pack

api = Api("gifts", description="Rounds of gifts and benefits (福利发放), from the draft to the books.")


@api.get("/gifts", allow=lists.DECIDE)
@api.paged(GiftRow, GiftFilter)
def gift_rounds(filters: dict[str, Any]) -> Keyset:
    """The school's rounds."""
    return lists.rounds(filters)


@api.post("/gifts", allow=lists.KEEP)
@api.arguments(GiftBody)
@api.response(201, GiftDetail)
def begin_gifts(body: dict[str, Any]) -> Any:
    """Begin a round; its draft says at once which rules it would break."""
    with transaction() as session:
        return detail(session, drafting.begin(session, school_id=str(actor().school_id), **body))


@api.get("/gifts/mine", allow=lists.MINE)
@api.response(200, OwnShare(many=True))
def own_gifts() -> Any:
    """What is or was there for the asker."""
    with reading() as session:
        return [own_share(share, made) for share, made in lists.own(session)]


@api.put("/gifts/shares/<uuid:share_id>/choice", allow=lists.MINE)
@api.arguments(ChoiceBody)
@api.response(200, OwnShare)
def choose_gift(body: dict[str, Any], share_id: str) -> Any:
    """Choose among the things, until it is fetched; no reason is asked."""
    with transaction() as session:
        share = lists.own_share(session, share_id)
        made = lists.kept(session, share.round_id, lock=True)
        session.refresh(share)
        handing_out.choose(session, made, share, body["item_id"])
        return own_share(share, made)


@api.get("/gifts/<uuid:round_id>", allow=lists.DECIDE)
@api.response(200, GiftDetail)
def one_gift_round(round_id: str) -> Any:
    """A round and how it stands."""
    with reading() as session:
        return detail(session, lists.seen(session, round_id))


@api.put("/gifts/<uuid:round_id>", allow=lists.KEEP)
@api.arguments(GiftBody)
@api.response(200, GiftDetail)
def edit_gifts(body: dict[str, Any], round_id: str) -> Any:
    """Write a draft anew."""
    with transaction() as session:
        return detail(session, drafting.edit(session, lists.kept(session, round_id, lock=True), **body))


@api.post("/gifts/<uuid:round_id>/propose", allow=lists.KEEP)
@api.arguments(GiftReason)
@api.response(200, GiftDetail)
def propose_gifts(body: dict[str, Any], round_id: str) -> Any:
    """Lay it before the committee. 409 `rule-broken` names what it would break, until a reason is given."""
    with transaction() as session:
        made = lists.kept(session, round_id, lock=True)
        deciding.propose(session, made, by=str(actor().person_id), **body)
        return detail(session, made)


@api.post("/gifts/<uuid:round_id>/vote", allow=lists.DECIDE)
@api.arguments(GiftVoice)
@api.response(200, GiftDetail)
def vote_on_gifts(body: dict[str, Any], round_id: str) -> Any:
    """One voice of the committee's three; two alike decide."""
    with transaction() as session:
        made = lists.seen(session, round_id, lock=True)
        deciding.vote(session, made, by=str(actor().person_id), **body)
        return detail(session, made)


@api.post("/gifts/<uuid:round_id>/revise", allow=lists.KEEP)
@api.response(200, GiftDetail)
def revise_gifts(round_id: str) -> Any:
    """Take it back to the draft."""
    with transaction() as session:
        made = lists.kept(session, round_id, lock=True)
        drafting.revise(session, made)
        return detail(session, made)


@api.post("/gifts/<uuid:round_id>/call-off", allow=lists.KEEP)
@api.response(200, GiftDetail)
def call_off_gifts(round_id: str) -> Any:
    """Give it up before it is opened."""
    with transaction() as session:
        made = lists.kept(session, round_id, lock=True)
        drafting.call_off(session, made)
        return detail(session, made)


@api.post("/gifts/<uuid:round_id>/open", allow=lists.KEEP)
@api.response(200, GiftDetail)
def open_gifts(round_id: str) -> Any:
    """Freeze the list as of today; a job tells everybody on it."""
    with transaction() as session:
        made = lists.kept(session, round_id, lock=True)
        job = handing_out.open_round(session, made, by=str(actor().person_id))
        return detail(session, made) | {"job_id": job.id}


@api.get("/gifts/<uuid:round_id>/shares", allow=lists.KEEP)
@api.paged(ShareOut, ShareFilter)
def gift_shares(filters: dict[str, Any], round_id: str) -> Keyset:
    """The frozen list; `state=waiting` are those who have not fetched theirs."""
    with reading() as session:
        return lists.shares(lists.kept(session, round_id), filters)


@api.post("/gifts/<uuid:round_id>/handed-out", allow=lists.KEEP)
@api.arguments(GiftLines)
@api.response(200, HandedOut)
def hand_out(body: dict[str, Any], round_id: str) -> Any:
    """Mark by number or code, all lines or none. What is marked already stays."""
    with transaction() as session:
        made = lists.kept(session, round_id, lock=True)
        lines = [handing_out.Line(**line) for line in body["lines"]]
        return {"handed_out": handing_out.take_lines(session, made, lines, by=str(actor().person_id))}


@api.put("/gifts/shares/<uuid:share_id>", allow=lists.KEEP)
@api.arguments(ShareBody)
@api.response(200, ShareOut)
def mark_share(body: dict[str, Any], share_id: str) -> Any:
    """Handed out (to a colleague: `taken_by`), given back, or not fetched after all."""
    with transaction() as session:
        share = get_within(session, GiftShare, share_id)
        made = lists.kept(session, share.round_id, lock=True)
        session.refresh(share)
        handing_out.mark(session, made, share, by=str(actor().person_id), **body)
        return share


@api.post("/gifts/<uuid:round_id>/close", allow=lists.KEEP)
@api.arguments(GiftClose)
@api.response(200, GiftDetail)
def close_gifts(body: dict[str, Any], round_id: str) -> Any:
    """End it; what it cost is booked once against its fund."""
    with transaction() as session:
        made = lists.kept(session, round_id, lock=True)
        closing.close(session, made, by=str(actor().person_id), **body)
        return detail(session, made)


def detail(session: Session, made: GiftRound) -> dict[str, Any]:
    """A round as its detail schema dumps it; of a draft what it would break if it were proposed now."""
    session.flush()
    chosen = lists.choices(session, made) if actor().may(lists.KEEP) else None
    breaches = made.breaches
    if made.state == DRAFT:
        pack = rule_pack(session, made.school_id, made.happens_on)
        breaches = [breach.as_dict() for breach in deciding.breaches_of(session, made, pack)]
    shown = {column.name: getattr(made, column.name) for column in GiftRound.__table__.columns}
    return shown | {
        "items": [
            {
                "id": item.id,
                "name": item.name,
                "chosen": None if chosen is None else chosen.get(item.id, 0),
            }
            for item in made.items
        ],
        "breaches": breaches,
        "meant": made.eligible
        if made.eligible is not None
        else len(meant_ids(session, made.school_id, made.audience)),
        "figures": lists.figures(session, made),
        "job_id": None,
    }


def own_share(share: GiftShare, made: GiftRound) -> dict[str, Any]:
    """A share as its owner sees it."""
    told = {name: getattr(made, name) for name in ("occasion", "place", "pickup_from", "pickup_to", "items")}
    mine = {name: getattr(share, name) for name in ("id", "round_id", "item_id", "code", "state")}
    return told | mine
