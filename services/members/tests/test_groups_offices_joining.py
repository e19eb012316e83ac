"""Groups and who was in them, offices and their terms, and the way into the union."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.groups.actions import adjust_groups, dissolve_group
from services.members.groups.queries import leader_of, members_on, summaries
from services.members.joining import actions as joining
from services.members.joining.actions import AlreadyMember
from services.members.joining.models import Application
from services.members.offices.actions import (
    IncompatibleOffices,
    appoint,
    approve_election,
    end_office,
    hand_over,
)
from services.members.offices.models import OfficeTerm
from services.members.offices.queries import terms_of
from services.members.schools.queries import FEW, HIDDEN, veiled
from services.members.tests.builders import a_district, a_group, a_member, a_union, again, card
from shared.contracts.members import GroupAdjusted, MemberJoined, MembersNoticeRequested, OfficerChanged
from shared.contracts.voting import ElectionCertified
from shared.kit.database import locked, new_id
from shared.kit.problems import Conflict, Invalid


@pytest.fixture
def members(service_of):
    return service_of("members")


@pytest.fixture
def union(members):
    return a_union(members)


def of(session, row):
    return locked(session, type(row), row.id)


# --- groups


def test_who_was_in_a_group_on_a_day_stays_on_record(members, union, frozen_clock):
    frozen_clock.at("2026-03-01T09:00")
    old, new = a_group(members, union, "语文组"), a_group(members, union, "数学组")
    member = a_member(members, union, group_id=old.id)
    frozen_clock.at("2026-09-01T09:00")
    with members.transaction() as session:
        assert adjust_groups(session, union.id, {member.id: new.id}) != []
    with members.reading() as session:
        for day, group in ((date(2026, 8, 31), old), (date(2026, 9, 1), new), (date(2026, 12, 1), new)):
            assert [m.id for m in members_on(session, group.id, day)] == [member.id], day
        assert members_on(session, old.id, date(2026, 9, 1)) == []
        assert members_on(session, old.id, date(2026, 2, 28)) == []
    assert card(members, member.id).group_id == new.id


def test_a_rebalance_moves_everybody_or_nobody(members, union):
    group, other = a_group(members, union, "语文组"), a_union(members, "实验小学")
    ours, stranger = a_member(members, union), a_member(members, other, "唐欣")
    with pytest.raises(Conflict), members.transaction() as session:
        adjust_groups(session, union.id, {ours.id: group.id, stranger.id: group.id})
    assert again(members, ours).group_id is None
    with members.transaction() as session, pytest.raises(Conflict):
        adjust_groups(session, union.id, {ours.id: a_foreign(session, other)})


def a_foreign(session, other):
    from services.members.groups.actions import form_group

    return form_group(session, of(session, other), "外校组").id


def test_a_leader_who_moves_leads_the_old_group_no_longer(members, union):
    old, new = a_group(members, union, "语文组"), a_group(members, union, "数学组")
    leader = a_member(members, union, group_id=old.id, leads=old)
    assert members.outbox(GroupAdjusted)[-1].data["leader_id"] == leader.id
    with members.transaction() as session:
        adjust_groups(session, union.id, {leader.id: new.id})
    with members.reading() as session:
        assert leader_of(session, old.id) is None
        vacancies = [row.group.name for row in summaries(session, union.id) if row.leader is None]
    assert vacancies == ["数学组", "语文组"]
    assert not card(members, leader.id).holds("group_leader")
    said = {event.subject: event.data for event in members.outbox(GroupAdjusted)}
    assert (said[old.id]["leader_id"], said[old.id]["member_count"], said[new.id]["member_count"]) == (
        None,
        0,
        1,
    )


def test_a_group_with_people_in_it_cannot_be_closed(members, union):
    group = a_group(members, union, "语文组")
    member = a_member(members, union, group_id=group.id)
    with members.transaction() as session, pytest.raises(Conflict):
        dissolve_group(session, of(session, group))
    with members.transaction() as session:
        adjust_groups(session, union.id, {member.id: None})
        dissolve_group(session, of(session, group))
    assert again(members, group).status == "closed"


# --- offices


@pytest.mark.parametrize(
    ("first", "second"),
    [("auditor", "treasurer"), ("treasurer", "auditor"), ("chair", "auditor"), ("auditor", "vice_chair")],
)
def test_who_audits_neither_keeps_the_money_nor_leads(members, union, first, second):
    member = a_member(members, union, offices=(first,))
    with members.transaction() as session, pytest.raises(IncompatibleOffices):
        appoint(session, of(session, member), second, scope=of(session, union), term_from=date(2026, 1, 1))


def test_an_auditor_whose_term_is_over_may_keep_the_money(members, union):
    member = a_member(members, union, offices=("auditor",))
    with members.transaction() as session:
        holder = of(session, member)
        end_office(session, holder, terms_of(session, member.id)[0], date(2026, 1, 1))
        appoint(session, holder, "treasurer", scope=of(session, union), term_from=date(2026, 1, 1))
    assert card(members, member.id).holds("treasurer")


def test_rights_end_the_same_minute(members, union, frozen_clock):
    frozen_clock.at("2026-09-01T16:42")
    member = a_member(members, union, offices=("carer",))
    assert card(members, member.id).holds("carer")
    with members.transaction() as session:
        end_office(session, of(session, member), terms_of(session, member.id)[0], date(2026, 9, 1))
    assert not card(members, member.id).holds("carer")
    assert members.outbox(OfficerChanged)[-1].data["action"] == "ended"


def test_a_hand_over_leaves_no_minute_with_two_or_no_treasurers(members, union):
    old, new = a_member(members, union, offices=("treasurer",)), a_member(members, union, "周明")
    with members.transaction() as session:
        term = session.get(OfficeTerm, terms_of(session, old.id)[0].id)
        hand_over(session, term, of(session, new), on=date(2026, 3, 1))
    assert not card(members, old.id).holds("treasurer", date(2026, 3, 1))
    assert card(members, new.id).holds("treasurer", date(2026, 3, 1))
    assert not card(members, new.id).holds("treasurer", date(2026, 2, 28))


def test_only_one_person_is_chair(members, union):
    old, new = (
        a_member(members, union, offices=("chair",)),
        a_member(members, union, "周明", offices=("chair",)),
    )
    assert not card(members, old.id).holds("chair")
    assert card(members, new.id).holds("chair")


def test_the_retired_hold_no_office_and_a_group_leader_needs_a_group(members, union):
    retired, member = a_member(members, union, standing="retired"), a_member(members, union, "周明")
    with members.transaction() as session:
        with pytest.raises(Conflict):
            appoint(
                session, of(session, retired), "carer", scope=of(session, union), term_from=date(2026, 1, 1)
            )
        with pytest.raises(Invalid):
            appoint(
                session,
                of(session, member),
                "group_leader",
                scope=of(session, union),
                term_from=date(2026, 1, 1),
            )


def elected(members, union, winners, *, needs_approval=False, body_code="audit-committee", election_id=None):
    members.receive(
        ElectionCertified,
        subject=union.id,
        school=union.id,
        election_id=election_id or new_id(),
        body_code=body_code,
        winners=[winner.id for winner in winners],
        term_from=date(2026, 9, 1),
        term_to=date(2029, 9, 1),
        needs_approval=needs_approval,
    )


def test_a_certified_election_gives_the_winners_their_office_and_ends_the_old_terms(
    members, union, frozen_clock
):
    frozen_clock.at("2026-09-01T15:00")
    old, new = a_member(members, union, offices=("auditor",)), a_member(members, union, "周明")
    election = new_id()
    for _ in range(2):  # a second delivery under another event id changes nothing
        elected(members, union, [new], election_id=election)
    assert card(members, new.id).holds("auditor")
    assert not card(members, old.id).holds("auditor")
    with members.reading() as session:
        assert len(terms_of(session, new.id)) == 1


def test_an_election_that_needs_the_district_waits_for_it(members, frozen_clock):
    frozen_clock.at("2026-09-01T15:00")
    union = a_union(members, district=a_district(members))
    new = a_member(members, union, "周明")
    election = new_id()
    elected(members, union, [new], needs_approval=True, election_id=election)
    assert not card(members, new.id).holds("auditor")
    frozen_clock.advance(days=10)
    with members.transaction() as session:
        (term,) = approve_election(session, of(session, union), election)
    assert card(members, new.id).holds("auditor")
    assert (term.term_from, term.term_to) == (date(2026, 9, 11), date(2029, 9, 1))
    with members.transaction() as session, pytest.raises(Conflict):
        approve_election(session, of(session, union), election)


def test_the_samples_of_an_election_are_understood(members):
    assert members.deliver_sample("voting.election.certified.v1")


# --- joining


def applied(members, member, group=None):
    with members.transaction() as session:
        application = joining.draft(
            session, of(session, member), "我自愿加入工会", group.id if group else None
        )
        joining.submit(session, application)
    return application


def notices(members):
    return [(event.data["template"], event.data["to"]) for event in members.outbox(MembersNoticeRequested)]


def test_an_application_goes_from_the_leader_to_the_committee_to_a_card(members, union):
    group = a_group(members, union, "语文组")
    leader = a_member(members, union, "张海燕", leads=group, group_id=group.id)
    chair = a_member(members, union, "赵立新", offices=("chair",))
    applicant = a_member(members, union, "周思远", standing="applicant", post_kind="temporary")
    application = applied(members, applicant, group)
    assert notices(members) == [("application-to-weigh", leader.id)]
    with members.transaction() as session, pytest.raises(Conflict):
        joining.approve(session, of(session, application), chair.id)  # the leader has not spoken yet
    with members.transaction() as session:
        joining.weigh(session, of(session, application), leader.id, supports=True, opinion="同意")
    before = len(members.outbox(MemberJoined))
    with members.transaction() as session:
        member = joining.approve(session, of(session, application), chair.id)
    assert (member.standing, member.card_number, member.group_id) == ("full", 3, group.id)
    assert card(members, applicant.id).standing == "full"
    assert [event.subject for event in members.outbox(MemberJoined)[before:]] == [applicant.id]
    assert notices(members)[1:] == [
        ("application-to-decide", chair.id),
        ("application-approved", applicant.id),
    ]
    assert again(members, union).member_count == 3


def test_doubts_of_the_leader_stop_nobody_and_a_refusal_gives_its_reason(members, union):
    group = a_group(members, union, "语文组")
    leader = a_member(members, union, "张海燕", leads=group)
    applicant = a_member(members, union, "周思远", standing="applicant")
    application = applied(members, applicant, group)
    with members.transaction() as session:
        joining.weigh(session, of(session, application), leader.id, supports=False, opinion="了解不多")
        joining.refuse(session, of(session, application), leader.id, "试用期满后再申请")
    assert again(members, application).reason == "试用期满后再申请"
    assert again(members, applicant).standing == "applicant"
    assert applied(members, applicant).id != application.id, "and may apply again"


def test_without_a_leader_the_application_goes_straight_to_the_committee(members, union):
    applicant = a_member(members, union, "周思远", standing="applicant")
    assert applied(members, applicant).state == "weighed"


def test_nobody_decides_on_their_own_application_and_no_member_applies(members, union):
    applicant = a_member(members, union, "周思远", standing="applicant")
    application = applied(members, applicant)
    with members.transaction() as session:
        with pytest.raises(Conflict):
            joining.approve(session, of(session, application), applicant.id)
        with pytest.raises(AlreadyMember):
            joining.draft(session, of(session, a_member_of(session, union)))
        with pytest.raises(Conflict):
            joining.draft(session, of(session, applicant))  # one is under way


def a_member_of(session, union):
    from services.members.people.actions import enter

    return enter(
        session, school_id=union.id, name="林晓雨", sex="female", birth_date=date(1990, 1, 1), standing="full"
    )


def test_a_withdrawn_application_is_over(members, union):
    applicant = a_member(members, union, "周思远", standing="applicant")
    application = applied(members, applicant)
    with members.transaction() as session:
        joining.withdraw(session, of(session, application))
        assert joining.open_application(session, applicant.id) is None
    assert again(members, application).state == "withdrawn"
    assert isinstance(application, Application)


# --- counts that a district may see


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_no_count_of_one_to_four_can_be_worked_out_from_the_others_and_the_sum(counts):
    shown = veiled(counts)
    unknown = [n for n, value in enumerate(shown) if value in (FEW, HIDDEN)]
    assert all(value not in (1, 2, 3, 4) for value in shown)
    if len(unknown) == 1:  # only where nothing but noughts could be hidden beside it
        assert all(count == 0 for n, count in enumerate(counts) if n not in unknown)
