"""Rolls: who is entitled on a day, freezing, the hash, and what never changes afterwards."""

import hashlib
import random
from datetime import date, timedelta

from services.voting.rolls import queries
from services.voting.rolls.models import Roll
from shared.contracts.members import (
    GroupAdjusted,
    MemberJoined,
    MemberLeft,
    MemberRetired,
    MemberTransferred,
    OfficerChanged,
)
from shared.contracts.voting import RollFrozen
from shared.kit import clock
from shared.kit.database import new_id

TODAY = "2026-09-10T09:00"
URL = "/api/voting/v1"


def entitled(voting, union, day=None, audience="members", group_id=None):
    with voting.reading() as session:
        lines = queries.entitled_on(session, union.id, day or clock.today(), audience, group_id)
    return {line.person_id for line in lines}


def refusal(answer):
    """Status and slug of a problem."""
    return answer.status_code, answer.json["type"].removeprefix("/problems/")


def begin_roll(client, **more):
    body = {"title": "第八届教代会代表", "audience": "members", "as_of": clock.today().isoformat(), **more}
    answer = client.post(f"{URL}/rolls", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def test_members_and_the_early_retired_in_post_vote_and_the_retired_do_not(voting, union):
    full, working = union.join("全员"), union.join("内退", standing="early_retired_in_post")
    union.join("退休", standing="retired")
    union.join("申请", standing="applicant")
    assert entitled(voting, union) == {full.id, working.id}


def test_the_kind_of_post_never_takes_the_vote_away(voting, union):
    kinds = ("established", "contract", "temporary", "external", "dispatched", "migrant")
    hired = {union.join(kind, post_kind=kind).id for kind in kinds}
    assert entitled(voting, union) == hired


def test_a_retirement_ends_the_vote_on_its_day(voting, union):
    person = union.join()
    voting.receive(
        MemberRetired,
        subject=person.id,
        school=union.id,
        person_id=person.id,
        effective_on=date(2026, 9, 1),
        standing="retired",
    )
    assert person.id in entitled(voting, union, date(2026, 8, 31))
    assert person.id not in entitled(voting, union, date(2026, 9, 1))


def test_whoever_left_was_entitled_until_then(voting, union):
    person = union.join()
    voting.receive(
        MemberLeft,
        subject=person.id,
        school=union.id,
        person_id=person.id,
        effective_on=date(2026, 9, 1),
        reason_code="deceased",
    )
    assert person.id in entitled(voting, union, date(2026, 8, 31))
    assert person.id not in entitled(voting, union, date(2026, 9, 1))


def test_a_transfer_moves_the_vote_from_one_union_to_the_other(voting, union, another_union):
    person = union.join()
    voting.receive(
        MemberTransferred,
        subject=person.id,
        school=union.id,
        person_id=person.id,
        to_school_id=another_union.id,
        effective_on=date(2026, 9, 1),
    )
    for day, here, there in ((date(2026, 8, 31), True, False), (date(2026, 9, 1), False, True)):
        assert (person.id in entitled(voting, union, day)) is here
        assert (person.id in entitled(voting, another_union, day)) is there


def test_delegates_are_those_in_term_who_still_have_a_vote(voting, union):
    delegate, plain = union.join(offices=("delegate",)), union.join()
    union.join(offices=("delegate",), standing="retired")
    newcomer = union.join()
    voting.receive(
        OfficerChanged,
        subject=newcomer.id,
        school=union.id,
        person_id=newcomer.id,
        office_code="delegate",
        scope_id=union.id,
        action="taken",
        term_from=date(2026, 9, 1),
        term_to=date(2029, 9, 1),
    )
    assert entitled(voting, union, date(2026, 8, 31), "delegates") == {delegate.id}
    assert entitled(voting, union, date(2026, 9, 1), "delegates") == {delegate.id, newcomer.id}
    assert plain.id in entitled(voting, union)


def test_a_delegate_who_moves_away_is_no_delegate_of_the_new_union(voting, union, another_union):
    person = union.join(offices=("delegate",))
    voting.receive(
        MemberTransferred,
        subject=person.id,
        school=union.id,
        person_id=person.id,
        to_school_id=another_union.id,
        effective_on=date(2026, 9, 1),
    )
    assert entitled(voting, union, date(2026, 9, 1), "delegates") == set()
    assert entitled(voting, another_union, date(2026, 9, 1), "delegates") == set()


def test_a_groups_roll_holds_the_group(voting, union):
    group_id = union.group()
    inside = union.join(group_id=group_id)
    union.join()
    assert entitled(voting, union, audience="group", group_id=group_id) == {inside.id}


def test_late_doubled_and_shuffled_messages_give_the_same_rolls(service_of, frozen_clock):
    """The same story told to two services, to one of them in disorder and partly twice."""
    frozen_clock.at(TODAY)
    school_id, other_id = new_id(), new_id()
    person_ids = [new_id() for _ in range(8)]
    told = []
    for n, person_id in enumerate(person_ids):
        day = date(2026, 1, 1) + timedelta(days=10 * n)
        told.append(
            (
                MemberJoined,
                person_id,
                day,
                {
                    "group_id": None,
                    "category": "contract",
                    "standing": "full",
                    "joined_on": day,
                },
            )
        )
        later = day + timedelta(days=5 + 7 * n)
        told.append(
            [
                (
                    MemberRetired,
                    person_id,
                    later,
                    {"effective_on": later - timedelta(days=3), "standing": "retired"},
                ),
                (MemberLeft, person_id, later, {"effective_on": later, "reason_code": "resigned"}),
                (
                    MemberTransferred,
                    person_id,
                    later,
                    {"to_school_id": other_id, "effective_on": later + timedelta(days=2)},
                ),
                (
                    OfficerChanged,
                    person_id,
                    later,
                    {
                        "office_code": "delegate",
                        "scope_id": school_id,
                        "action": "taken",
                        "term_from": day,
                        "term_to": later,
                    },
                ),
            ][n % 4]
        )
    in_order = [(*one, new_id()) for one in told]
    disorder = in_order + in_order[::3]
    random.Random(7).shuffle(disorder)

    rolls = []
    for story in (in_order, disorder):
        voting = service_of("voting")
        for kind, person_id, day, data, event_id in story:
            voting.receive(
                kind,
                subject=person_id,
                school=school_id,
                event_id=event_id,
                person_id=person_id,
                time=clock.morning_of(day),
                **data,
            )
        with voting.reading() as session:
            rolls.append(
                [
                    queries.entitled_on(session, union_id, date(2026, 1, 1) + timedelta(days=n), audience)
                    for union_id in (school_id, other_id)
                    for n in range(0, 150, 3)
                    for audience in ("members", "delegates")
                ]
            )
    assert rolls[0] == rolls[1]
    assert any(rolls[0])


def test_freezing_records_the_count_the_teachers_and_a_hash_that_anyone_reproduces(
    voting, union, frozen_clock
):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair", "delegate"))
    delegates = [chair, *union.join_many(4, offices=("delegate",))]
    client = voting.client(chair)
    roll_id = begin_roll(client, audience="delegates")
    teachers = [person.id for person in delegates[:3]]
    assert client.put(f"{URL}/rolls/{roll_id}/teachers", json={"teacher_ids": teachers}).status_code == 200

    frozen = client.post(f"{URL}/rolls/{roll_id}/freeze")
    assert frozen.status_code == 200, frozen.text
    assert (frozen.json["entitled"], frozen.json["teachers"], frozen.json["teacher_share"]) == (5, 3, 600)

    text = client.get(f"{URL}/rolls/{roll_id}/roll.txt").data
    assert hashlib.sha256(text).hexdigest() == frozen.json["sha256"]
    by_hand = ["unionhall roll 1", f"school {union.id}", "as-of 2026-09-10", "entitled delegates"]
    by_hand += [
        f"{one} - {'teacher' if one in teachers else 'other'}" for one in sorted(p.id for p in delegates)
    ]
    assert text.decode() == "\n".join(by_hand) + "\n"
    assert client.get(f"{URL}/rolls/{roll_id}/check").json["matches"] is True

    (said,) = voting.outbox(RollFrozen)
    assert said.school == union.id
    assert (said.data["roll_id"], said.data["entitled"], said.data["teacher_share"]) == (roll_id, 5, 600)
    assert said.data["sha256"] == frozen.json["sha256"]


def test_nothing_heard_later_changes_a_frozen_roll(voting, union, frozen_clock):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair",))
    person = union.join()
    client = voting.client(chair)
    roll_id = begin_roll(client)
    frozen = client.post(f"{URL}/rolls/{roll_id}/freeze").json
    lines = client.get(f"{URL}/rolls/{roll_id}/lines").json

    voting.receive(
        MemberLeft,
        subject=person.id,
        school=union.id,
        person_id=person.id,
        effective_on=date(2026, 9, 1),
        reason_code="resigned",
    )
    union.join("新来的", joined_on=date(2026, 9, 1))
    assert person.id not in entitled(voting, union)
    assert client.get(f"{URL}/rolls/{roll_id}/lines").json == lines
    assert client.get(f"{URL}/rolls/{roll_id}").json == frozen
    assert client.get(f"{URL}/rolls/{roll_id}/check").json["matches"] is True

    assert refusal(client.post(f"{URL}/rolls/{roll_id}/freeze")) == (409, "roll-frozen-already")
    assert client.delete(f"{URL}/rolls/{roll_id}").status_code == 409


def test_a_changed_line_is_found_by_the_hash(voting, union, frozen_clock):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair",))
    client = voting.client(chair)
    roll_id = begin_roll(client)
    client.post(f"{URL}/rolls/{roll_id}/freeze")
    with voting.transaction() as session:
        session.get(Roll, roll_id).as_of = date(2026, 9, 9)
    assert client.get(f"{URL}/rolls/{roll_id}/check").json["matches"] is False


def test_with_36_teachers_of_61_delegates_one_is_missing_and_with_37_none(voting, union, frozen_clock):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair",))
    delegates = [person.id for person in union.join_many(61, offices=("delegate",))]
    client = voting.client(chair)
    roll_id = begin_roll(client, audience="delegates")
    client.put(f"{URL}/rolls/{roll_id}/teachers", json={"teacher_ids": delegates[:36]})
    refused = client.post(f"{URL}/rolls/{roll_id}/freeze", headers={"Accept-Language": "zh"})
    assert (*refusal(refused), refused.json["missing"]) == (409, "teachers-missing", 1)
    assert "59.0" in refused.json["detail"]

    client.put(f"{URL}/rolls/{roll_id}/teachers", json={"teacher_ids": delegates[:37]})
    assert client.post(f"{URL}/rolls/{roll_id}/freeze").json["teacher_share"] == 606


def test_a_roll_of_nobody_or_of_a_day_to_come_is_not_frozen(voting, union, frozen_clock):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair",))
    client = voting.client(chair)
    nobody = begin_roll(client, audience="delegates")
    assert refusal(client.post(f"{URL}/rolls/{nobody}/freeze")) == (409, "nobody-entitled")
    tomorrow = begin_roll(client, as_of="2026-09-11")
    assert client.post(f"{URL}/rolls/{tomorrow}/freeze").status_code == 422


def test_teachers_are_marked_among_the_delegates_alone(voting, union, another_union, frozen_clock):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair", "delegate"))
    stranger = another_union.join()
    client = voting.client(chair)
    roll_id = begin_roll(client, audience="delegates")
    assert (
        client.put(f"{URL}/rolls/{roll_id}/teachers", json={"teacher_ids": [stranger.id]}).status_code == 422
    )


def test_another_union_finds_no_roll_of_ours_and_may_not_use_our_groups(
    voting, union, another_union, frozen_clock
):
    frozen_clock.at(TODAY)
    chair, stranger = union.join(offices=("chair",)), another_union.join(offices=("chair",))
    roll_id = begin_roll(voting.client(chair))
    theirs = voting.client(stranger)
    for method, path in (
        ("GET", ""),
        ("GET", "/lines"),
        ("GET", "/roll.txt"),
        ("GET", "/check"),
        ("POST", "/freeze"),
        ("DELETE", ""),
    ):
        assert theirs.open(method, f"{URL}/rolls/{roll_id}{path}").status_code == 404
    assert theirs.get(f"{URL}/rolls").json == []
    body = {"title": "x", "audience": "group", "group_id": union.group(), "as_of": "2026-09-10"}
    assert theirs.post(f"{URL}/rolls", json=body).status_code == 422


def test_only_those_who_keep_rolls_see_them(voting, union, frozen_clock):
    frozen_clock.at(TODAY)
    roll_id = begin_roll(voting.client(union.join(offices=("chair",))))
    assert voting.client(union.join()).get(f"{URL}/rolls/{roll_id}").status_code == 403
    assert voting.client(union.join(offices=("auditor",))).get(f"{URL}/rolls/{roll_id}").status_code == 200
    assert (
        voting.client(union.join(offices=("auditor",))).post(f"{URL}/rolls/{roll_id}/freeze").status_code
        == 403
    )
    assert voting.client().get(f"{URL}/rolls/{roll_id}").status_code == 401


def test_who_was_entitled_on_a_day_is_a_question_of_its_own(voting, union, frozen_clock):
    frozen_clock.at(TODAY)
    chair = union.join("李主席", offices=("chair",), joined_on=date(2024, 9, 1))
    union.join(joined_on=date(2026, 3, 1))
    client = voting.client(chair)
    assert client.get(f"{URL}/entitled?as_of=2026-02-28").json["entitled"] == 1
    then = client.get(f"{URL}/entitled?as_of=2026-03-01").json
    assert then["entitled"] == 2
    assert then["heard_until"] == "2026-03-01T00:00:00+00:00"


def test_a_group_keeps_the_leader_that_was_said_last(voting, union):
    group_id, first, second = union.group(), new_id(), new_id()
    for leader_id, day in ((second, date(2026, 9, 1)), (first, date(2026, 2, 1))):
        voting.receive(
            GroupAdjusted,
            subject=group_id,
            school=union.id,
            group_id=group_id,
            leader_id=leader_id,
            member_count=12,
            valid_from=day,
        )
    with voting.reading() as session:
        assert queries.constituencies(session, union.id)[group_id].leader_id == second
