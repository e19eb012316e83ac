"""Changes to polls: prepare, open, vote, close. The poll is always locked first, so votes and closing queue up."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import case, insert, update
from sqlalchemy.orm import Session

from services.voting.polls import queries
from services.voting.polls.models import (
    LEAST_ANSWERS,
    AlreadyVoted,
    Count,
    NamedAnswer,
    NotOnRoll,
    NotOpen,
    Poll,
    PollOption,
    PollVoter,
    Question,
    counted,
    hash_of,
    outcome_of,
)
from services.voting.rolls import actions as rolls
from services.voting.rolls import queries as roll_queries
from services.voting.rolls.audiences import GROUP
from services.voting.rolls.models import Roll
from shared.contracts.voting import BallotCertified, BallotOpened
from shared.kit import clock
from shared.kit.messages import emit, remind, reminder
from shared.kit.notices import notify
from shared.kit.problems import Invalid

PollCloses = reminder("poll-closes")
PollAnnounced = reminder("poll-announced")

TOLD_AT_ONCE = 50  # people told in one message to oneself, so that none takes long


def draft_poll(session: Session, question: Question, *, school_id: str, by: str) -> Poll:
    """Prepare a poll; nobody but officers sees it yet. Raises Invalid."""
    poll = Poll(school_id=school_id, created_by=by)
    _ask(session, poll, question)
    session.add(poll)
    session.flush()
    return poll


def revise(session: Session, poll: Poll, question: Question) -> Poll:
    """Write a draft anew. Raises NoLongerDraft, Invalid."""
    poll.require_draft()
    _ask(session, poll, question)
    return poll


def _ask(session: Session, poll: Poll, question: Question) -> None:
    question.check()
    audience, group_id = question.audience, question.group_id
    if question.roll_id:
        roll = session.get(Roll, question.roll_id)
        if roll is None or roll.school_id != poll.school_id or not roll.is_frozen:
            raise Invalid(fields={"roll_id": [_("Please choose a frozen roll of this union.")]})
        audience, group_id = roll.audience, roll.group_id
    else:
        rolls.check_audience(session, poll.school_id, audience, group_id)
    poll.title, poll.explanation, poll.closes_at = question.title, question.explanation, question.closes_at
    poll.secrecy, poll.most, poll.rule_code = question.secrecy, question.most, question.rule_code
    poll.audience, poll.roll_id = audience, question.roll_id
    poll.group_id = group_id if audience == GROUP else None
    poll.options.clear()
    session.flush()  # the old options go before the new ones take their positions
    poll.options.extend(
        PollOption(school_id=poll.school_id, position=position, text=text)
        for position, text in enumerate(question.options, start=1)
    )


def discard(session: Session, poll: Poll) -> None:
    """Drop a draft. Raises NoLongerDraft."""
    poll.require_draft()
    session.delete(poll)


def open_poll(session: Session, poll: Poll, *, by: str) -> Poll:
    """Freeze the roll, lay out the register, and let people vote; those entitled are told in a moment.

    Raises NoLongerDraft, NobodyEntitled, TooFewEntitled, Invalid.
    """
    poll.require_draft()
    roll = session.get(Roll, poll.roll_id) if poll.roll_id else _roll_of(session, poll, by)
    assert roll is not None and roll.is_frozen
    entitled = roll_queries.lines(session, roll)
    poll.open(by=by, roll_id=roll.id, entitled=len(entitled))
    session.flush()
    session.execute(
        insert(PollVoter),
        [
            {"poll_id": poll.id, "person_id": line.person_id, "school_id": poll.school_id, "voted": False}
            for line in entitled
        ],
    )
    emit(
        session,
        BallotOpened,
        of=poll,
        subject=poll.id,
        school=poll.school_id,
        ballot_id=poll.id,
        kind="poll",
        secrecy=poll.secrecy,
        closes_at=poll.closes_at,
        entitled=poll.entitled,
    )
    remind(session, PollCloses, at=poll.closes_at, key=poll.id, data={"poll_id": poll.id})
    remind(session, PollAnnounced, at=clock.now(), key=poll.id, data={"poll_id": poll.id})
    return poll


def _roll_of(session: Session, poll: Poll, by: str) -> Roll:
    roll = rolls.draft_roll(
        session,
        school_id=poll.school_id,
        by=by,
        title=poll.title,
        audience=poll.audience,
        as_of=clock.today(),
        group_id=poll.group_id,
        poll_id=poll.id,
    )
    return rolls.freeze(session, roll, by=by)


def vote(session: Session, poll: Poll, *, person_id: str, option_ids: Collection[str]) -> None:
    """Take one person's answer, once and for good. The poll must be locked.

    The register and the box are written side by side and share nothing but the poll: every option's row is
    written at each vote, chosen or not, so that not even the rows' last change tells which it was.
    Raises NotOpen, NotOnRoll, AlreadyVoted, Invalid.
    """
    if not poll.takes_votes:
        raise NotOpen()
    chosen = _check_choice(poll, option_ids)
    mark = update(PollVoter).where(
        PollVoter.poll_id == poll.id, PollVoter.person_id == person_id, PollVoter.voted.is_(False)
    )
    if session.execute(mark.values(voted=True)).rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyVoted() if queries.has_voted(session, poll, person_id) else NotOnRoll()
    session.execute(
        update(PollOption)
        .where(PollOption.poll_id == poll.id)
        .values(votes=PollOption.votes + case((PollOption.id.in_(chosen), 1), else_=0))
    )
    if not poll.is_secret:
        session.add_all(
            NamedAnswer(poll_id=poll.id, person_id=person_id, option_id=option_id, school_id=poll.school_id)
            for option_id in chosen
        )


def _check_choice(poll: Poll, option_ids: Collection[str]) -> set[str]:
    chosen = set(option_ids)
    known = {option.id for option in poll.options}
    if not chosen:
        raise Invalid(fields={"option_ids": [_("Please choose first.")]})
    if not chosen <= known:
        raise Invalid(fields={"option_ids": [_("That is not an option of this poll.")]})
    if len(chosen) > poll.most:
        raise Invalid(fields={"option_ids": [_("Please choose at most %(most)s.", most=poll.most)]})
    return chosen


def close_poll(session: Session, poll: Poll, *, by: str | None = None) -> Poll:
    """Count and say the result; `by` None means that its time has come. The poll must be locked. Raises NotOpen."""
    poll.close(by=by, answers=queries.turnout(session, poll))
    if poll.is_withheld:
        session.execute(update(PollOption).where(PollOption.poll_id == poll.id).values(votes=None))
    counts = counted(poll)
    roll = session.get(Roll, poll.roll_id)
    assert roll is not None and roll.sha256 is not None
    poll.outcome = outcome_of(poll, counts)
    poll.sha256 = hash_of(poll, roll.sha256, counts)
    emit(
        session,
        BallotCertified,
        of=poll,
        subject=poll.id,
        school=poll.school_id,
        ballot_id=poll.id,
        kind="poll",
        entitled=poll.entitled,
        issued=poll.answers,
        returned=poll.answers,
        valid=poll.answers,
        outcome=poll.outcome,
        rule_id=poll.rule_code or "advice",
        sha256=poll.sha256,
        tallies=_public_tallies(poll, counts),
    )
    return poll


def _public_tallies(poll: Poll, counts: list[Count]) -> dict[str, int] | None:
    """Votes by option for anybody outside, or None where they would point at persons, in an open poll too."""
    if (poll.answers or 0) < LEAST_ANSWERS:
        return None
    return {f"option-{count.position}": count.votes for count in counts}


def announce(session: Session, poll: Poll, *, after: str | None) -> None:
    """Tell the next few of those entitled, and leave oneself a message for the rest."""
    told = queries.voters_after(session, poll, after, TOLD_AT_ONCE)
    for person_id in told:
        notify(
            session,
            to=person_id,
            school=poll.school_id,
            template="poll-opened",
            parameters={"closes_at": poll.closes_at.isoformat()},
            link=f"/voting/polls/{poll.id}",
        )
    if len(told) == TOLD_AT_ONCE:
        data = {"poll_id": poll.id, "after": told[-1]}
        remind(session, PollAnnounced, at=clock.now(), key=poll.id, data=data)
