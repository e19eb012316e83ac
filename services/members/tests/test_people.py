"""People in the register: cards, standing, transfers, and who may see what."""

from datetime import date

import pytest
from sqlalchemy import select

from services.members.people.actions import (
    IdentityKnown,
    accept_transfer,
    change_phone,
    correct,
    leave,
    release_transfer,
    request_transfer,
    retire,
)
from services.members.people.models import Affiliation, Member, Transfer
from services.members.schools.models import Organisation
from services.members.tests.builders import a_district, a_group, a_member, a_union, again, card
from shared.contracts.members import (
    MemberJoined,
    MemberLeft,
    MemberRetired,
    MemberTransferred,
    OfficerChanged,
    OrganisationChanged,
    PersonChanged,
)
from shared.kit.database import locked
from shared.kit.problems import Conflict

IDENTITY = "520321198804210427"


@pytest.fixture
def members(service_of):
    return service_of("members")


def test_entering_a_member_says_the_card_and_the_joining_and_keeps_our_own_copy(members):
    union = a_union(members)
    member = a_member(members, union, "曾海燕", sex="female")
    (said,) = members.outbox(PersonChanged)
    assert said.data["name"] == "曾海燕"
    assert said.data["pinyin_initials"] == "zhy"
    assert said.subject == member.id
    assert said.school == union.id
    (joined,) = members.outbox(MemberJoined)
    assert joined.data["standing"] == "full"
    assert card(members, member.id).name == "曾海燕"
    assert member.card_number == 1


def test_an_applicant_has_a_card_but_no_number_and_joins_nothing(members):
    member = a_member(members, a_union(members), standing="applicant")
    assert member.card_number is None
    assert members.outbox(MemberJoined) == []
    assert card(members, member.id).standing == "applicant"


def test_the_union_is_counted_again_when_somebody_joins(members):
    union = a_union(members)
    for name in ("林晓雨", "周明", "韩梅", "冯琳", "蒋涛"):
        a_member(members, union, name)
    assert again(members, union).member_count == 5
    counts = [e.data["member_count"] for e in members.outbox(OrganisationChanged) if e.subject == union.id]
    assert counts == [0, None, None, None, None, 5], "one to four people are never published as a number"


def test_an_identity_number_is_in_the_district_only_once(members):
    district = a_district(members)
    a_member(members, a_union(members, "五马中学", district=district), "罗燕", identity_number=IDENTITY)
    other = a_union(members, "实验小学", district=district)
    with pytest.raises(IdentityKnown):
        a_member(members, other, "罗燕", identity_number=IDENTITY)


def test_identity_number_and_phone_are_sealed_in_the_table_and_never_on_the_bus(members):
    a_member(members, a_union(members), "罗燕", identity_number=IDENTITY, phone="13800138000")
    with members.reading() as session:
        row = session.execute(select(Member.__table__)).one()
        member = session.scalars(select(Member)).one()
    assert IDENTITY not in str(row)
    assert "13800138000" not in str(row)
    assert (member.identity_number, member.phone) == (IDENTITY, "13800138000")
    assert all(IDENTITY not in str(event.raw) and b"138001" not in event.raw for event in members.outbox())


def test_a_corrected_name_is_read_anew(members):
    member = a_member(members, a_union(members), "单丽")
    assert card(members, member.id).initials == "sl"
    with members.transaction() as session:
        correct(session, locked(session, Member, member.id), name="解丽", birth_date=date(1988, 2, 29))
    assert card(members, member.id).initials == "xl"
    assert card(members, member.id).version == 2
    assert card(members, member.id).birth_date == date(1988, 2, 29)


def test_a_phone_number_changes_no_card(members):
    member = a_member(members, a_union(members))
    with members.transaction() as session:
        change_phone(session, locked(session, Member, member.id), "13900139000")
    assert len(members.outbox(PersonChanged)) == 1
    assert again(members, member).version == 2


def test_retiring_keeps_the_membership_and_ends_the_offices(members):
    union = a_union(members)
    member = a_member(members, union, offices=("carer",))
    assert card(members, member.id).holds("carer")
    with members.transaction() as session:
        retire(session, locked(session, Member, member.id), date(2026, 1, 1))
    assert card(members, member.id).standing == "retired"
    assert not card(members, member.id).holds("carer")
    assert members.outbox(MemberRetired)[0].data["standing"] == "retired"
    assert members.outbox(OfficerChanged)[-1].data["action"] == "ended"
    assert again(members, union).member_count == 1


def test_a_retirement_still_to_come_takes_effect_on_its_day(members, frozen_clock):
    frozen_clock.at("2026-06-01T10:00")
    member = a_member(members, a_union(members))
    with members.transaction() as session:
        retire(session, locked(session, Member, member.id), date(2026, 7, 1))
    members.work()
    assert again(members, member).standing == "full"
    frozen_clock.at("2026-07-01T08:00")
    members.work()
    assert again(members, member).standing == "retired"


def test_a_retirement_that_was_put_off_waits_for_the_new_day(members, frozen_clock):
    frozen_clock.at("2026-06-01T10:00")
    member = a_member(members, a_union(members))
    for day in (date(2026, 7, 1), date(2026, 9, 1)):
        with members.transaction() as session:
            retire(session, locked(session, Member, member.id), day)
    frozen_clock.at("2026-07-02T08:00")
    members.work()
    assert again(members, member).standing == "full"
    frozen_clock.at("2026-09-01T08:00")
    members.work()
    assert again(members, member).standing == "retired"


def test_whoever_retired_cannot_retire_again(members):
    member = a_member(members, a_union(members), standing="retired")
    with members.transaction() as session, pytest.raises(Conflict):
        retire(session, locked(session, Member, member.id), date(2026, 1, 1))


def test_leaving_ends_the_affiliation_and_says_why(members):
    union = a_union(members)
    group = a_group(members, union)
    member = a_member(members, union, group_id=group.id)
    with members.transaction() as session:
        leave(session, locked(session, Member, member.id), reason="own-wish", on=date(2026, 3, 1))
    left = members.outbox(MemberLeft)[0].data
    assert (left["reason_code"], left["effective_on"]) == ("own-wish", "2026-03-01")
    assert card(members, member.id).group_id is None
    with members.reading() as session:
        assert session.scalars(select(Affiliation.to_on)).one() == date(2026, 3, 1)


def test_a_death_is_told_as_such(members):
    member = a_member(members, a_union(members), standing="retired")
    with members.transaction() as session:
        leave(session, locked(session, Member, member.id), reason="deceased", on=date(2026, 3, 1))
    assert card(members, member.id).standing == "deceased"
    assert members.outbox(MemberLeft)[0].data["reason_code"] == "deceased"


def test_a_transfer_moves_the_person_only_when_the_new_union_accepts(members):
    district = a_district(members)
    old, new = (
        a_union(members, "五马中学", district=district),
        a_union(members, "实验小学", district=district),
    )
    member = a_member(members, old, "周明", offices=("sports",), staff_number="017")
    a_member(members, new, "唐欣")
    with members.transaction() as session:
        transfer = request_transfer(
            session,
            locked(session, Member, member.id),
            to_school_id=new.id,
            effective_on=date(2026, 1, 1),
            by=member.id,
        )
    with members.transaction() as session:
        release_transfer(session, locked(session, Transfer, transfer.id), by=member.id)
    assert card(members, member.id).school_id == old.id
    with members.transaction() as session:
        accept_transfer(session, locked(session, Transfer, transfer.id), by=member.id)
    moved = again(members, member)
    assert (moved.school_id, moved.card_number, moved.staff_number) == (new.id, 2, None)
    assert card(members, member.id).school_id == new.id
    assert not card(members, member.id).holds("sports")
    (said,) = members.outbox(MemberTransferred)
    assert (said.school, said.data["to_school_id"]) == (old.id, new.id)
    assert (again(members, old).member_count, again(members, new).member_count) == (0, 2)
    with members.reading() as session:
        spans = session.execute(
            select(Affiliation.school_id, Affiliation.to_on.is_(None)).where(
                Affiliation.member_id == member.id
            )
        ).all()
    assert sorted(map(tuple, spans)) == sorted([(old.id, False), (new.id, True)])


def test_an_unreleased_transfer_cannot_be_accepted_nor_a_second_one_begun(members):
    district = a_district(members)
    old, new = (
        a_union(members, "五马中学", district=district),
        a_union(members, "实验小学", district=district),
    )
    member = a_member(members, old)

    def request(session):
        row = locked(session, Member, member.id)
        return request_transfer(
            session, row, to_school_id=new.id, effective_on=date(2026, 1, 1), by=member.id
        )

    with members.transaction() as session:
        transfer = request(session)
    with members.transaction() as session, pytest.raises(Conflict):
        request(session)
    with members.transaction() as session, pytest.raises(Conflict):
        accept_transfer(session, locked(session, Transfer, transfer.id), by=member.id)


def test_nobody_goes_to_a_union_of_another_district(members):
    here, elsewhere = a_union(members, "五马中学"), a_union(members, "远山中学")
    member = a_member(members, here)
    with members.transaction() as session, pytest.raises(Conflict):
        request_transfer(
            session,
            locked(session, Member, member.id),
            to_school_id=elsewhere.id,
            effective_on=date(2026, 1, 1),
            by=member.id,
        )


def test_a_tree_allows_only_its_own_kinds_of_children(members):
    from services.members.schools.actions import NameTaken, found_organisation
    from shared.kit.problems import Invalid

    union = a_union(members)
    a_group(members, union, "语文组")
    with members.transaction() as session:
        row = session.get(Organisation, union.id)
        with pytest.raises(Invalid):
            found_organisation(session, kind="school", name="分校", parent=row)
        with pytest.raises(NameTaken):
            found_organisation(session, kind="group", name="语文组", parent=row)
