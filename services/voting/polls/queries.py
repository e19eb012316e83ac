"""Reads of polls. Nothing here tells a count before a poll is closed, nor ever who chose what in a secret one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from services.voting.polls.models import (
    CLOSED,
    DRAFT,
    OPEN,
    Count,
    NamedAnswer,
    Poll,
    PollVoter,
    StillSecret,
    counted,
)
from services.voting.rolls.models import Roll
from shared.kit.access import actor, get_within
from shared.kit.problems import NotFound


def polls(
    school_id: str,
    *,
    q: str = "",
    status: str | None = None,
    audience: str | None = None,
    drafts: bool = False,
) -> Select[tuple[Poll]]:
    """A union's polls, for lists; drafts only for those who prepare them."""
    query = select(Poll).where(Poll.school_id == school_id)
    if not drafts:
        query = query.where(Poll.status != DRAFT)
    if q:
        query = query.where(Poll.title.icontains(q, autoescape=True))
    if status:
        query = query.where(Poll.status == status)
    if audience:
        query = query.where(Poll.audience == audience)
    return query


def visible(session: Session, poll_id: str, *, lock: bool = False) -> Poll:
    """A poll of one's own union. Raises NotFound, for a draft too unless one prepares polls."""
    poll = get_within(session, Poll, poll_id, lock=lock)
    if poll.is_draft and not actor().may("polls.manage"):
        raise NotFound()
    return poll


def has_voted(session: Session, poll: Poll, person_id: str) -> bool | None:
    """Whether somebody has voted; None for whoever is not on the roll."""
    row = session.get(PollVoter, (poll.id, person_id))
    return None if row is None else row.voted


def turnout(session: Session, poll: Poll) -> int:
    """How many have voted: a count, never who."""
    if poll.answers is not None:
        return poll.answers
    voted = select(func.count()).where(PollVoter.poll_id == poll.id, PollVoter.voted.is_(True))
    return session.scalar(voted) or 0


def waiting_for(session: Session, school_id: str, person_id: str, now: datetime) -> list[Poll]:
    """Open polls on whose roll the person is and has not voted (待投票); the first to close comes first."""
    mine = and_(PollVoter.poll_id == Poll.id, PollVoter.person_id == person_id, PollVoter.voted.is_(False))
    query = select(Poll).join(PollVoter, mine)
    query = query.where(Poll.school_id == school_id, Poll.status == OPEN, Poll.closes_at > now)
    return list(session.scalars(query.order_by(Poll.closes_at, Poll.id)))


def closed_since(session: Session, school_id: str, since: datetime) -> list[Poll]:
    """Polls whose results came out lately, the newest first."""
    query = select(Poll).where(Poll.school_id == school_id, Poll.status == CLOSED, Poll.closed_at >= since)
    return list(session.scalars(query.order_by(Poll.closed_at.desc(), Poll.id)))


def voters_after(
    session: Session, poll: Poll, after: str | None, limit: int, *, voted: bool | None = None
) -> list[str]:
    """Some of those on the roll, by id: for telling them one by one."""
    query = select(PollVoter.person_id).where(PollVoter.poll_id == poll.id)
    if voted is not None:
        query = query.where(PollVoter.voted.is_(voted))
    if after:
        query = query.where(PollVoter.person_id > after)
    return list(session.scalars(query.order_by(PollVoter.person_id).limit(limit)))


@dataclass(frozen=True, slots=True)
class Result:
    """What a closed poll came to. `counts` is empty when it is withheld; `names` is for open polls alone."""

    poll: Poll
    roll: Roll
    counts: list[Count]
    names: dict[int, list[str]]  # position of an option -> ids of those who chose it

    @property
    def leading(self) -> list[Count]:
        """The options with most votes; several at a tie, none if nobody voted."""
        most = max((count.votes for count in self.counts), default=0)
        return [count for count in self.counts if count.votes == most > 0]


def result(session: Session, poll: Poll) -> Result:
    """The result. Raises StillSecret until the poll is closed."""
    if not poll.is_closed:
        raise StillSecret()
    roll = session.get(Roll, poll.roll_id)
    assert roll is not None, f"poll {poll.id} was opened without a roll"
    return Result(poll, roll, counted(poll), _names(session, poll))


def _names(session: Session, poll: Poll) -> dict[int, list[str]]:
    position = {option.id: option.position for option in poll.options}
    names: dict[int, list[str]] = defaultdict(list)
    for answer in session.scalars(select(NamedAnswer).where(NamedAnswer.poll_id == poll.id)):
        names[position[answer.option_id]].append(answer.person_id)
    return dict(names)
