"""Opening a campaign of check-ups, marking who has been, closing it; what a person keeps of the own one."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.welfare.checkups import queries
from services.welfare.checkups.models import (
    AFTERNOON,
    CLOSED,
    MORNING,
    WOMEN,
    CheckupAttendance,
    CheckupCampaign,
    CheckupSlot,
    OwnRecord,
)
from services.welfare.telling import tell_office
from shared.contracts.welfare import CheckupCampaignOpened
from shared.kit import audit, clock, files
from shared.kit.access import Actor
from shared.kit.database import locked, new_id
from shared.kit.messages import emit, remind, reminder
from shared.kit.people import Person
from shared.kit.problems import Invalid

OWN_COPY = "checkup-own-copy"
CheckupAgain = reminder("checkup-again")
AHEAD = timedelta(days=30)
HOURS = {MORNING: (time(8), time(11, 30)), AFTERNOON: (time(14), time(17))}


def open_campaign(
    session: Session,
    *,
    school_id: str,
    half_days: Iterable[tuple[date, str]],
    capacity: int,
    by: str,
    **told: Any,
) -> CheckupCampaign:
    """Open it and ask events for its slots, `capacity` places each half-day. Raises Invalid."""
    chosen = sorted({(day, *HOURS[half]) for day, half in half_days})
    if not chosen:
        raise Invalid(fields={"slots": [_("Name at least one half-day.")]})
    if chosen[0][0] <= clock.today():
        raise Invalid(fields={"slots": [_("The half-days must lie ahead, from tomorrow on.")]})
    campaign = CheckupCampaign(
        school_id=school_id, starts_on=chosen[0][0], ends_on=chosen[-1][0], opened_by=by, **told
    )
    session.add(campaign)
    session.flush()
    slots = [
        CheckupSlot(
            id=new_id(),
            school_id=school_id,
            campaign_id=campaign.id,
            starts_at=datetime.combine(day, begins, clock.SHANGHAI),
            ends_at=datetime.combine(day, ends, clock.SHANGHAI),
            capacity=capacity,
        )
        for day, begins, ends in chosen
    ]
    session.add_all(slots)
    audit.record(session, "checkup.opened", object_id=campaign.id)
    emit(
        session,
        CheckupCampaignOpened,
        of=campaign,
        subject=campaign.id,
        school=school_id,
        campaign_id=campaign.id,
        audience_code=campaign.audience,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        capacity=capacity * len(slots),
        slots=[
            {
                "slot_id": slot.id,
                "starts_at": slot.starts_at,
                "ends_at": slot.ends_at,
                "capacity": slot.capacity,
            }
            for slot in slots
        ],
    )
    remind(session, CheckupAgain, at=campaign.again_on - AHEAD, key=campaign.id,
           data={"campaign_id": campaign.id})  # fmt: skip
    return campaign


def remind_of_next(session: Session, campaign: CheckupCampaign) -> None:
    """A year or two are nearly over: whoever keeps check-ups is told, unless the next one is there."""
    newer = select(CheckupCampaign.id).where(
        CheckupCampaign.school_id == campaign.school_id,
        CheckupCampaign.audience == campaign.audience,
        CheckupCampaign.starts_on > campaign.starts_on,
    )
    if session.scalar(newer.limit(1)) is None:
        office = "women" if campaign.audience == WOMEN else "carer"
        tell_office(session, office, "file-due", school_id=campaign.school_id, link="/welfare/checkups/new",
                    due_on=campaign.again_on.isoformat())  # fmt: skip


def mark(
    session: Session,
    campaign: CheckupCampaign,
    person_id: str,
    attended: bool,
    on: date,
    *,
    slot_id: str | None = None,
) -> None:
    """Somebody has been, or was marked by mistake. Twice is once. Takes the person locked against two doors."""
    locked(session, Person, person_id)
    row = queries.attendance(session, campaign.id, person_id)
    if attended and row is None:
        session.add(
            CheckupAttendance(
                school_id=campaign.school_id,
                campaign_id=campaign.id,
                person_id=person_id,
                attended_on=on,
                slot_id=slot_id,
            )
        )
    elif not attended and row is not None:
        session.delete(row)
    session.flush()


def came(session: Session, slot_id: str, person_id: str, at: datetime) -> None:
    """Events says that somebody arrived; most arrivals are at other activities."""
    slot = session.get(CheckupSlot, slot_id)
    if slot is not None and (campaign := session.get(CheckupCampaign, slot.campaign_id)) is not None:
        mark(session, campaign, person_id, True, clock.local(at).date(), slot_id=slot_id)


def did_not_come(session: Session, slot_id: str, person_id: str) -> None:
    """Events took a tick back. What was marked by hand, or at another half-day's door, stays."""
    locked(session, Person, person_id)
    session.execute(
        delete(CheckupAttendance).where(
            CheckupAttendance.slot_id == slot_id, CheckupAttendance.person_id == person_id
        )
    )


def slot_changed(session: Session, slot_id: str, change: str, starts_at: datetime | None) -> None:
    """Events moved a half-day or called it off."""
    slot = locked(session, CheckupSlot, slot_id)
    if slot is None:
        return
    if change == "cancelled":
        slot.called_off = True
    elif starts_at is not None:
        slot.starts_at, slot.ends_at = starts_at, starts_at + (slot.ends_at - slot.starts_at)


def close(session: Session, campaign: CheckupCampaign) -> None:
    """The campaign is over; who has been stays. Raises Conflict."""
    campaign.require_open()
    campaign.state = CLOSED
    audit.record(session, "checkup.closed", object_id=campaign.id)


def keep_record(
    session: Session,
    campaign: CheckupCampaign,
    person_id: str,
    *,
    follow_up: bool,
    copy: tuple[BinaryIO, str] | None = None,
) -> OwnRecord:
    """Note for oneself whether to come again, and keep a copy (its stream and name) over an earlier one. Raises Invalid."""
    record = queries.own_record(session, campaign.id)
    if record is None:
        record = OwnRecord(school_id=campaign.school_id, campaign_id=campaign.id, person_id=person_id)
        session.add(record)
        session.flush()  # its id is part of the seal
    record.follow_up = follow_up
    if copy is not None:
        stream, name = copy
        kept = files.keep(
            session,
            stream,
            name,
            school_id=campaign.school_id,
            owner_id=person_id,
            purpose=OWN_COPY,
            about=person_id,
        )
        files.erase(session, [record.file_id] if record.file_id else [])
        record.file_id = kept.id
    return record


@files.readable(OWN_COPY)
def may_read_own_copy(_session: Session, file: files.File, who: Actor) -> bool:
    """The person, and no office whatever."""
    return file.about_id == who.person_id


def drop_records(session: Session, person_id: str, campaign_id: str | None = None) -> int:
    """Erase what a person keeps: of one check-up, or of all. Returns the number of rows."""
    own = [OwnRecord.person_id == person_id, *([OwnRecord.campaign_id == campaign_id] if campaign_id else [])]
    records = session.scalars(select(OwnRecord).where(*own)).all()
    rows = len(records) + files.erase(session, [one.file_id for one in records if one.file_id])
    for record in records:
        session.delete(record)
    return rows


def forget(session: Session, person_id: str) -> int:
    """A person was erased: that they have been goes, and what they kept. Returns the number of rows."""
    gone = session.execute(delete(CheckupAttendance).where(CheckupAttendance.person_id == person_id))
    return int(gone.rowcount) + drop_records(session, person_id)  # type: ignore[attr-defined]
