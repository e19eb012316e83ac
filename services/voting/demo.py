"""The demo union's rolls and polls: the delegates frozen, a poll that is closed and one that is open."""

import random
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.voting.polls.actions import close_poll, draft_poll, open_poll, vote
from services.voting.polls.models import Poll, Question
from services.voting.rolls import queries
from services.voting.rolls.actions import draft_roll, freeze, mark_teachers
from services.voting.rolls.audiences import DELEGATES
from services.voting.rolls.models import Roll
from shared.kit import clock, people
from shared.kit.people import Organisation, Person

NOT_TEACHING = {"行政组", "总务处"}


def load(session: Session) -> None:
    """Once, and only when the people of 五马中学 have been heard of."""
    union = session.scalars(
        select(Organisation).where(Organisation.name == "五马中学", Organisation.kind == "school")
    ).first()
    if union is None or session.scalars(select(Poll.id).where(Poll.school_id == union.id)).first():
        return
    chairs = people.officers(session, union.id, "chair")
    if not chairs:
        return
    roll = _delegates(session, union, chairs[0])
    _closed(session, union, chairs[0], roll)
    _open(session, union, chairs[0])


def _delegates(session: Session, union: Organisation, chair: Person) -> Roll:
    roll = draft_roll(
        session,
        school_id=union.id,
        by=chair.id,
        title="第八届教代会第二次会议代表",
        audience=DELEGATES,
        as_of=clock.today(),
    )
    not_teaching = {group.id for group in queries.groups(session, union.id) if group.name in NOT_TEACHING}
    teachers = {one.person_id for one in queries.lines(session, roll) if one.group_id not in not_teaching}
    mark_teachers(session, roll, teachers)
    return freeze(session, roll, by=chair.id)


def _closed(session: Session, union: Organisation, chair: Person, roll: Roll) -> None:
    question = Question(
        title="“教工之家”的墙面用什么颜色",
        explanation="施工队下周进场，请代表们先定一个主色。",
        options=["浅绿", "米白", "天蓝"],
        rule_code="more-than-half",
        closes_at=_evening_in(days=1),
        roll_id=roll.id,
    )
    poll = draft_poll(session, question, school_id=union.id, by=chair.id)
    open_poll(session, poll, by=chair.id)
    _votes(session, poll, [0] * 32 + [1] * 14 + [2] * 8)
    close_poll(session, poll, by=chair.id)


def _open(session: Session, union: Organisation, chair: Person) -> None:
    question = Question(
        title="秋游去哪里",
        explanation="当天往返，周六出发。每人选一处，票多的先去。",
        options=["茅台古镇", "红军街和四渡赤水纪念馆", "赤水丹霞", "这次不去"],
        closes_at=_evening_in(days=6),
    )
    poll = draft_poll(session, question, school_id=union.id, by=chair.id)
    open_poll(session, poll, by=chair.id)
    _votes(session, poll, [0] * 12 + [1] * 9 + [2] * 15 + [3] * 4)


def _votes(session: Session, poll: Poll, choices: list[int]) -> None:
    """So many choices, by as many of the roll; where there are enough others, officers are left to vote by hand."""
    chance = random.Random(poll.title)  # noqa: S311  (the same demo every time)
    chance.shuffle(choices)
    roll = session.get(Roll, poll.roll_id)
    assert roll is not None
    cards = queries.cards(session, [line.person_id for line in queries.lines(session, roll)])
    everybody = sorted(cards.values(), key=_name)
    others = [card for card in everybody if not card.offices_on(clock.today())]
    voters = others if len(others) >= len(choices) else everybody
    for person, choice in zip(chance.sample(voters, len(choices)), choices, strict=True):
        vote(session, poll, person_id=person.id, option_ids=[poll.options[choice].id])


def _name(card: Person) -> tuple[str, str]:
    return card.pinyin, card.id


def _evening_in(days: int) -> datetime:
    return datetime.combine(clock.today() + timedelta(days=days), time(18), clock.SHANGHAI)
