"""Delivers what any service wants a person to be told."""

from sqlalchemy.orm import Session

from services.members.notices import actions
from shared.contracts.events import EventsNoticeRequested
from shared.contracts.members import MembersNoticeRequested
from shared.contracts.voting import VotingNoticeRequested
from shared.contracts.welfare import WelfareNoticeRequested
from shared.kit.messages import Received, handles


@handles(MembersNoticeRequested, EventsNoticeRequested, WelfareNoticeRequested, VotingNoticeRequested)
def on_notice_requested(session: Session, event: Received) -> None:
    actions.deliver(session, event.id, at=event.time, school_id=event.school, said=event.data)
