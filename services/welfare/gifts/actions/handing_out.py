"""The list is frozen, each chooses, and things change hands: by a code, by the sheet, by a colleague, at the door."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.gifts.actions.deciding import require_no_more_broken
from services.welfare.gifts.actions.saying import say
from services.welfare.gifts.models import (
    APPROVED,
    OPEN,
    RETURNED,
    SHARES,
    TAKEN,
    WAITING,
    GiftRound,
    GiftShare,
)
from services.welfare.gifts.queries.years import meant_ids
from services.welfare.telling import tell
from shared.kit import audit, clock, jobs
from shared.kit.database import locked, locked_where
from shared.kit.people import GONE, person
from shared.kit.problems import Conflict, Invalid

NOTICES_JOB = "gift-notices"
AT_ONCE = 100


def open_round(session: Session, made: GiftRound, *, by: str) -> jobs.Job:
    """Freeze the list as of today, each with a code, and begin to tell them. Raises Conflict, BreaksRule."""
    made.require(APPROVED)
    if made.pickup_to <= clock.now():
        raise Conflict(_("The time for fetching is over: revise the round."))
    require_no_more_broken(session, made)
    ids = meant_ids(session, made.school_id, made.audience)
    if not ids:
        raise Conflict(_("Nobody is on the list."))
    codes = random.SystemRandom().sample(range(100_000, 1_000_000), len(ids))
    only = made.items[0].id if len(made.items) == 1 else None
    session.add_all(
        GiftShare(
            school_id=made.school_id,
            round_id=made.id,
            person_id=person_id,
            number=number,
            code=str(code),
            item_id=only,
        )
        for number, (person_id, code) in enumerate(zip(ids, codes, strict=True), 1)
    )
    made.state, made.opened_on, made.eligible = OPEN, clock.today(), len(ids)
    audit.record(session, "gifts.opened", object_id=made.id, amount=len(ids))
    say(session, made, len(ids))
    return jobs.start(
        session,
        NOTICES_JOB,
        school_id=made.school_id,
        owner_id=by,
        total=len(ids),
        params={"round_id": made.id},
        next_url=f"/welfare/gifts/{made.id}",
    )


@jobs.job(NOTICES_JOB)
def notices_step(session: Session, job: jobs.Job) -> None:
    """Tell the next hundred that something is there for them."""
    made = session.get(GiftRound, job.params["round_id"])
    assert made is not None
    query = select(GiftShare).where(
        GiftShare.round_id == made.id, GiftShare.number > job.done, GiftShare.number <= job.done + AT_ONCE
    )
    shares = session.scalars(query.order_by(GiftShare.number)).all()
    for share in shares:
        tell(
            session,
            share.person_id,
            "gift-ready",
            school_id=made.school_id,
            link="/welfare/gifts/mine",
            from_at=made.pickup_from.isoformat(),
            to_at=made.pickup_to.isoformat(),
        )
    job.done += len(shares)
    if len(shares) < AT_ONCE:
        job.finish()


def choose(session: Session, made: GiftRound, share: GiftShare, item_id: str) -> None:
    """Take one of the things instead of another, until it is fetched; nobody asks why. Raises Conflict, Invalid."""
    made.require(OPEN)
    if share.state != WAITING:
        raise Conflict(str(SHARES[share.state]), state=share.state)
    if made.item(item_id) is None:
        raise Invalid(fields={"item_id": [_("Choose one of the things of this round.")]})
    share.item_id = item_id


def mark(
    session: Session,
    made: GiftRound,
    share: GiftShare,
    state: str,
    *,
    by: str | None,
    taken_by: str | None = None,
) -> None:
    """Handed out (to a colleague: `taken_by`), given back, or not fetched after all. Twice is once.

    Raises Conflict, Invalid.
    """
    made.require(OPEN)
    if state == share.state and taken_by in (None, share.taken_by):
        return
    allowed = {WAITING: (TAKEN,), TAKEN: (TAKEN, RETURNED, WAITING), RETURNED: (TAKEN,)}
    if state not in allowed[share.state]:
        raise Conflict(str(SHARES[share.state]), state=share.state)
    if state == TAKEN:
        _require_colleague(session, made, taken_by)
        share.taken_by, share.taken_at, share.returned_at = taken_by or share.person_id, clock.now(), None
        share.handed_by = by
    elif state == RETURNED:
        share.returned_at = clock.now()
    else:
        share.taken_by = share.taken_at = share.handed_by = None
    share.state = state
    audit.record(session, f"gift.{state}", object_id=share.id, person_id=share.person_id)


def _require_colleague(session: Session, made: GiftRound, person_id: str | None) -> None:
    card = person(session, person_id) if person_id else None
    gone = card is None or card.school_id != made.school_id or card.standing in GONE or card.erased
    if person_id and gone:
        raise Invalid(fields={"taken_by": [_("Choose somebody of this school.")]})


@dataclass(frozen=True)
class Line:
    """What was typed or scanned: a number of the sheet or a code, and who fetched it for that person, if another."""

    key: str
    taken_by: str | None = None


def take_lines(session: Session, made: GiftRound, lines: Sequence[Line], *, by: str) -> int:
    """Mark what was handed out, all lines or none; how many are new. Raises Conflict; Invalid for each wrong line."""
    made.require(OPEN)
    rows = locked_where(session, GiftShare, GiftShare.round_id == made.id)
    by_key = {key: share for share in rows for key in (str(share.number), share.code, share.id)}
    by_number = {str(share.number): share for share in rows}
    faults, done = [], 0
    for place, line in enumerate(lines, 1):
        share = by_key.get(line.key)
        fetcher = by_number.get(line.taken_by or "")
        if share is None or (line.taken_by and fetcher is None):
            faults.append(_("Line %(number)s: %(fault)s", number=place, fault=_("is not on this list")))
            continue
        if share.state == RETURNED:
            faults.append(_("Line %(number)s: %(fault)s", number=place, fault=str(SHARES[RETURNED])))
        elif share.state == WAITING:
            mark(session, made, share, TAKEN, by=by, taken_by=fetcher.person_id if fetcher else None)
            done += 1
    if faults:
        raise Invalid(fields={"lines": faults[:20]})
    return done


def parse_lines(text: str) -> list[Line]:
    """`12`, a code, or a scanned address; `12 30` where number 30 fetched it for number 12. Raises Invalid."""
    found = []
    for place, typed in enumerate(text.splitlines(), 1):
        parts = typed.replace("，", " ").replace(",", " ").split()
        if len(parts) > 2:
            fault = _("Line %(number)s: %(fault)s", number=place, fault=_("cannot be read"))
            raise Invalid(fields={"lines": [fault]})
        if parts:
            found.append(Line(parts[0].rstrip("/").rsplit("/", 1)[-1], *parts[1:]))
    if not found:
        raise Invalid(fields={"lines": [_("Write at least one line.")]})
    return found


def came(session: Session, round_id: str, person_id: str) -> None:
    """Events says that somebody arrived; only where it was for fetching, and something waits, it was fetched."""
    made = locked(session, GiftRound, round_id)
    if made is None or made.state != OPEN:
        return
    waiting = locked_where(
        session,
        GiftShare,
        GiftShare.round_id == made.id,
        GiftShare.person_id == person_id,
        GiftShare.state == WAITING,
    )
    for share in waiting:
        mark(session, made, share, TAKEN, by=None)


def did_not_come(session: Session, round_id: str, person_id: str) -> None:
    """Events took a tick back: what was fetched by it alone waits again; what somebody handed out stays."""
    made = locked(session, GiftRound, round_id)
    if made is None or made.state != OPEN:
        return
    by_the_tick = (GiftShare.state == TAKEN, GiftShare.handed_by.is_(None), GiftShare.taken_by == person_id)
    own = (GiftShare.round_id == made.id, GiftShare.person_id == person_id)
    for share in locked_where(session, GiftShare, *own, *by_the_tick):
        mark(session, made, share, WAITING, by=None)


def moved(session: Session, round_id: str, starts_at: datetime) -> None:
    """Events moved the time for fetching."""
    made = locked(session, GiftRound, round_id)
    if made is not None and made.state == OPEN:
        made.pickup_from, made.pickup_to = starts_at, starts_at + (made.pickup_to - made.pickup_from)
