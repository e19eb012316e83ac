"""What members say, kept so that the roll of any day can be worked out: see history.py."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from services.voting.rolls import actions
from services.voting.rolls.history import CARD, DATED, TERM
from shared.contracts.members import (
    GroupAdjusted,
    MemberJoined,
    MemberLeft,
    MemberRetired,
    MemberTransferred,
    OfficerChanged,
    PersonChanged,
)
from shared.kit import clock
from shared.kit.messages import Received, handles

DELEGATE = "delegate"


@handles(PersonChanged)
def on_person_changed(session: Session, event: Received) -> None:
    """The card, as an observation of the day on which it was said."""
    card = event.data
    says = {name: card[name] for name in ("school_id", "standing", "group_id")}
    says["terms"] = [
        _term(office["scope_id"], office["term_from"], office["term_to"])
        for office in card["offices"]
        if office["code"] == DELEGATE
    ]
    _hear(session, event, CARD, says, on=clock.local(event.time).date(), of=card["school_id"])


@handles(MemberJoined)
def on_member_joined(session: Session, event: Received) -> None:
    said = event.data
    says = {"school_id": _union(event), "standing": said["standing"], "group_id": said["group_id"]}
    _hear(session, event, DATED, says, on=said["joined_on"])


@handles(MemberTransferred)
def on_member_transferred(session: Session, event: Received) -> None:
    """The group in the union left ends with it; the card of the new union brings the new one."""
    said = event.data
    says = {"school_id": said["to_school_id"], "group_id": None}
    _hear(session, event, DATED, says, on=said["effective_on"], of=said["to_school_id"])


@handles(MemberRetired)
def on_member_retired(session: Session, event: Received) -> None:
    _hear(session, event, DATED, {"standing": event.data["standing"]}, on=event.data["effective_on"])


@handles(MemberLeft)
def on_member_left(session: Session, event: Received) -> None:
    standing = "deceased" if event.data["reason_code"] == "deceased" else "left"
    _hear(session, event, DATED, {"standing": standing}, on=event.data["effective_on"])


@handles(OfficerChanged)
def on_officer_changed(session: Session, event: Received) -> None:
    """Of offices only the delegates' concern a roll."""
    said = event.data
    if said["office_code"] == DELEGATE:
        says = {"terms": [_term(said["scope_id"], said["term_from"], said["term_to"])]}
        _hear(session, event, TERM, says, on=said["term_from"])


@handles(GroupAdjusted)
def on_group_adjusted(session: Session, event: Received) -> None:
    said = event.data
    actions.hear_of_group(
        session,
        said["group_id"],
        school_id=_union(event),
        leader_id=said["leader_id"],
        valid_from=said["valid_from"],
        said_at=event.time,
    )


def _hear(
    session: Session, event: Received, kind: str, says: dict[str, Any], *, on: date, of: str | None = None
) -> None:
    """Keep what an event says of its person from a day on; `of` is the union, if not the one that speaks."""
    actions.hear(
        session,
        event_id=event.id,
        school_id=of or _union(event),
        person_id=event.data["person_id"],
        kind=kind,
        effective_on=on,
        said_at=event.time,
        says=says,
    )


def _union(event: Received) -> str:
    if event.school is None:
        raise ValueError(f"{event.type} does not say of which union it is")
    return event.school


def _term(scope_id: str, first: date, end: date | None) -> list[str | None]:
    return [scope_id, first.isoformat(), end.isoformat() if end else None]
