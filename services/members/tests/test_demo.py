"""The demo district is whole, lawful, and quick to load."""

import time
from collections import Counter

import pytest
from sqlalchemy import select

from services.members import demo
from services.members.accounts.models import Account
from services.members.offices.models import INCOMPATIBLE
from services.members.people import identity
from services.members.people.models import Member
from services.members.schools.models import TENANTS, Organisation
from shared.contracts.members import MemberJoined
from shared.kit import clock, people


@pytest.fixture
def members(service_of):
    loaded = service_of("members")
    with loaded.transaction() as session:
        demo.load(session)
    return loaded


def test_loading_is_quick(service_of):
    fresh = service_of("members")
    began = time.process_time()
    with fresh.transaction() as session:
        demo.load(session)
    assert time.process_time() - began < 3


def test_three_unions_have_the_people_of_the_story(members):
    with members.reading() as session:
        unions = session.scalars(select(Organisation).where(Organisation.kind.in_(TENANTS))).all()
        staff = Counter(
            session.scalars(select(Member.school_id).where(Member.standing.not_in(("retired", "left")))).all()
        )
    assert {union.name: staff[union.id] for union in unions} == {
        "五马中学": 126,
        "实验小学": 58,
        "厉庄镇联合工会": 74,
    }
    assert {union.name: union.member_count for union in unions} == {
        "五马中学": 118 + 14,
        "实验小学": 58 + 6,
        "厉庄镇联合工会": 74 + 7,
    }


def test_sixty_one_delegates_of_whom_at_least_sixty_per_cent_teach(members):
    with members.reading() as session:
        union = session.scalars(select(Organisation).where(Organisation.name == "五马中学")).one()
        delegates = [card.id for card in people.officers(session, union.id, "delegate")]
        teachers = session.scalars(select(Member.id).where(Member.id.in_(delegates), Member.is_teacher)).all()
    assert (len(delegates), len(teachers)) == (61, 38)


def test_every_office_is_filled_and_no_two_that_exclude_each_other(members):
    with members.reading() as session:
        for union in session.scalars(select(Organisation).where(Organisation.kind.in_(TENANTS))).all():
            for code in (
                "chair",
                "vice_chair",
                "organiser",
                "carer",
                "women",
                "auditor",
                "treasurer",
                "principal",
            ):
                (holder,) = people.officers(session, union.id, code)
                assert not any(holder.holds(other) for other in INCOMPATIBLE.get(code, ()))


def test_ages_and_birthdays_are_there_to_try_every_rule(members):
    with members.reading() as session:
        everybody = session.scalars(select(Member)).all()
    ages = Counter(clock.age_on(member.birth_date, clock.today()) for member in everybody)
    assert ages[34] >= 3
    assert sum(count for age, count in ages.items() if age >= 80) >= 3
    assert sum(1 for member in everybody if (member.birth_date.month, member.birth_date.day) == (2, 29)) >= 3
    assert all(identity.has_right_check(member.identity_number) for member in everybody)
    assert len({member.name for member in everybody}) == len(everybody)


def test_those_who_joined_years_ago_are_not_welcomed_today(members):
    assert members.outbox(MemberJoined) == []


def test_everybody_printed_has_an_account(members):
    with members.reading() as session:
        logins = set(session.scalars(select(Account.login)))
    assert logins == {login for login, _password, _who in demo.ACCOUNTS}


def test_loading_again_changes_nothing(members):
    said = len(members.outbox())
    with members.transaction() as session:
        demo.load(session)
    assert len(members.outbox()) == said
