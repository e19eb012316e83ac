"""Light polls (浅投票): a question to those on a frozen roll, from draft to result.

A secret poll keeps two registers without anything in common: who has voted, and how often each option was
chosen. Neither bears a time or a number in a series; what that protects from, and what not, is in
docs/decisions/0010-light-polls-count-and-keep-no-papers.md. An open poll (记名) keeps names with answers,
says so, and is for fun or for fixing a date.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.voting.base import Base
from services.voting.rolls.audiences import MEMBERS
from services.voting.thresholds import RULES, Rule
from shared.kit import clock
from shared.kit.database import Id, UTCDateTime
from shared.kit.problems import Conflict, Forbidden, Invalid

SECRET: Final = "secret"  # noqa: S105  (no password: a kind of poll)
NAMED: Final = "named"
SECRECY: Final = {SECRET: _l("Secret"), NAMED: _l("Open, with names")}

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
STATUS: Final = {DRAFT: _l("Draft"), OPEN: _l("Open"), CLOSED: _l("Closed")}

LEAST_ANSWERS: Final = 5  # of a secret poll: fewer would point at persons, so no result is ever shown
MOST_OPTIONS: Final = 20
LONGEST: Final = timedelta(days=90)

ADVISORY, ADOPTED, NOT_ADOPTED, WITHHELD = "advisory", "adopted", "not-adopted", "withheld"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom, and until when. With `roll_id` those on that frozen roll vote; else a roll is made of
    the audience when the poll opens."""

    title: str
    options: list[str]
    closes_at: datetime
    explanation: str = ""
    secrecy: str = SECRET
    most: int = 1
    rule_code: str | None = None
    audience: str = MEMBERS
    group_id: str | None = None
    roll_id: str | None = None

    def check(self) -> None:
        """Refuse what cannot be asked. Raises Invalid, naming the fields."""
        mistakes: dict[str, list[str]] = {}
        if not 2 <= len(self.options) <= MOST_OPTIONS:
            mistakes["options"] = [_("Please give between 2 and %(most)s options.", most=MOST_OPTIONS)]
        elif len(set(self.options)) < len(self.options):
            mistakes["options"] = [_("Two options read the same.")]
        elif not 1 <= self.most <= len(self.options):
            mistakes["most"] = [_("Between 1 and the number of options.")]
        if not clock.now() < self.closes_at <= clock.now() + LONGEST:
            mistakes["closes_at"] = [_("It must close within the next %(days)s days.", days=LONGEST.days)]
        if mistakes:
            raise Invalid(_("Please check what you entered."), fields=mistakes)


class Poll(Base):
    """One question. Its roll is frozen when it opens; its options cannot change from then on."""

    __tablename__ = "poll"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(100))
    explanation: Mapped[str] = mapped_column(Text, default="")
    secrecy: Mapped[str] = mapped_column(String(10))
    most: Mapped[int] = mapped_column(Integer)  # how many options one person may choose
    rule_code: Mapped[str | None] = mapped_column(String(20))  # of thresholds.RULES; None: advice only
    audience: Mapped[str] = mapped_column(String(10))
    group_id: Mapped[str | None] = mapped_column(Id)
    roll_id: Mapped[str | None] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(10), default=DRAFT)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entitled: Mapped[int | None] = mapped_column(Integer)
    answers: Mapped[int | None] = mapped_column(Integer)  # how many voted; known when it is closed
    outcome: Mapped[str | None] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    opened_by: Mapped[str | None] = mapped_column(Id)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str | None] = mapped_column(Id)  # None: it closed at its time
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}
    options: Mapped[list["PollOption"]] = relationship(
        order_by="PollOption.position", cascade="all, delete-orphan", lazy="selectin"
    )
    __table_args__ = (Index("ix_poll_list", "school_id", "status", "closes_at"),)

    @property
    def is_secret(self) -> bool:
        return self.secrecy == SECRET

    @property
    def is_draft(self) -> bool:
        return self.status == DRAFT

    @property
    def is_closed(self) -> bool:
        return self.status == CLOSED

    @property
    def takes_votes(self) -> bool:
        """Open, and not past its time: the message that closes it may come a little late."""
        return self.status == OPEN and clock.now() < self.closes_at

    @property
    def rule(self) -> Rule | None:
        return RULES[self.rule_code] if self.rule_code else None

    def require_draft(self) -> None:
        if not self.is_draft:
            raise NoLongerDraft()

    def open(self, *, by: str, roll_id: str, entitled: int) -> None:
        """Raises NoLongerDraft, Invalid when its time is over, TooFewEntitled."""
        self.require_draft()
        if not clock.now() < self.closes_at:
            raise Invalid(_("Its closing time is over. Please choose a later one."))
        if self.is_secret and entitled < LEAST_ANSWERS:
            raise TooFewEntitled(
                _(
                    "Only %(entitled)s are entitled. With fewer than %(least)s answers a secret result is never shown.",
                    entitled=entitled,
                    least=LEAST_ANSWERS,
                )
            )
        self.status, self.roll_id, self.entitled = OPEN, roll_id, entitled
        self.opened_by, self.opened_at = by, clock.now()

    def close(self, *, by: str | None, answers: int) -> None:
        """Raises NotOpen."""
        if self.status != OPEN:
            raise NotOpen()
        self.status, self.answers = CLOSED, answers
        self.closed_by, self.closed_at = by, clock.now()

    @property
    def is_withheld(self) -> bool:
        """Closed with too few answers for a secret result."""
        return self.is_closed and self.is_secret and (self.answers or 0) < LEAST_ANSWERS


class PollOption(Base):
    """One answer one may choose, and how often it was chosen: the whole box of a secret poll.

    `votes` is None once a result is withheld: what must not be shown is not kept.
    """

    __tablename__ = "poll_option"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)
    poll_id: Mapped[str] = mapped_column(ForeignKey("poll.id"))
    position: Mapped[int] = mapped_column(Integer)  # 1, 2, … as they were written
    text: Mapped[str] = mapped_column(String(60))
    votes: Mapped[int | None] = mapped_column(Integer, default=0)
    __table_args__ = (UniqueConstraint("poll_id", "position"),)


class PollVoter(Base):
    """Somebody on the poll's roll, and whether they have voted.

    All rows are made when the poll opens, in the order of the roll, and not as people vote.
    """

    __tablename__ = "poll_voter"
    poll_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
    school_id: Mapped[str] = mapped_column(Id)
    voted: Mapped[bool] = mapped_column(default=False)


class NamedAnswer(Base):
    """Who chose what in an open poll. A secret poll has no row here, and there is a test that says so."""

    __tablename__ = "poll_named_answer"
    poll_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    option_id: Mapped[str] = mapped_column(Id, primary_key=True)
    school_id: Mapped[str] = mapped_column(Id)


@dataclass(frozen=True, slots=True)
class Count:
    """One option of a result; `reached` says whether it met the rule, None without a rule."""

    position: int
    text: str
    votes: int
    reached: bool | None


def counted(poll: Poll) -> list[Count]:
    """The counts, in the order of the options; none of a poll whose result is withheld."""
    if poll.is_withheld:
        return []
    return [
        Count(
            option.position,
            option.text,
            option.votes or 0,
            poll.rule.threshold.met(option.votes or 0, poll.entitled or 0) if poll.rule else None,
        )
        for option in poll.options
    ]


def outcome_of(poll: Poll, counts: list[Count]) -> str:
    if poll.is_withheld:
        return WITHHELD
    if poll.rule is None:
        return ADVISORY
    return ADOPTED if any(count.reached for count in counts) else NOT_ADOPTED


def canonical_result(poll: Poll, roll_hash: str, counts: list[Count]) -> bytes:
    """The result as it is hashed: what was counted, against which roll, by which rule."""
    head = [
        "unionhall poll 1",
        f"poll {poll.id}",
        f"roll {roll_hash}",
        f"secrecy {poll.secrecy}",
        f"choose {poll.most}",
        f"rule {poll.rule_code or 'none'}",
        f"entitled {poll.entitled}",
        f"answers {poll.answers}",
    ]
    body = [f"option {count.position} {count.votes}" for count in counts]
    return "".join(f"{line}\n" for line in [*head, *body, f"outcome {poll.outcome}"]).encode()


def hash_of(poll: Poll, roll_hash: str, counts: list[Count]) -> str:
    return hashlib.sha256(canonical_result(poll, roll_hash, counts)).hexdigest()


class AlreadyVoted(Conflict):
    slug = "already-voted"
    title = _l("You have voted already")


class NotOnRoll(Forbidden):
    slug = "not-on-roll"
    title = _l("You are not on the roll of this poll")


class NotOpen(Conflict):
    slug = "poll-not-open"
    title = _l("This poll is not open")


class NoLongerDraft(Conflict):
    slug = "poll-no-longer-draft"
    title = _l("This poll has been opened and cannot be changed any more")


class TooFewEntitled(Conflict):
    slug = "too-few-entitled"
    title = _l("Too few people for a secret poll")


class StillSecret(Conflict):
    slug = "result-not-out"
    title = _l("The result is hidden until the poll is closed")
