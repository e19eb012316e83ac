"""Polls' messages to themselves: telling those entitled, and closing when the time has come."""

from sqlalchemy.orm import Session

from services.voting.polls import actions
from services.voting.polls.models import OPEN, Poll
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(actions.PollCloses)
def on_poll_closes(session: Session, event: Received) -> None:
    """Somebody may have closed it before."""
    poll = locked(session, Poll, event.data["poll_id"])
    if poll is not None and poll.status == OPEN and clock.now() >= poll.closes_at:
        actions.close_poll(session, poll)


@handles(actions.PollAnnounced)
def on_poll_announced(session: Session, event: Received) -> None:
    """Whoever voted by now, or comes too late, is told nothing more."""
    poll = locked(session, Poll, event.data["poll_id"])
    if poll is not None and poll.takes_votes:
        actions.announce(session, poll, after=event.data.get("after"))
