"""Light polls from draft to result: who may vote, once each, what is shown when, and what is said to others."""

import hashlib
import threading
from datetime import date

import pytest
from werkzeug.test import TestResponse

from services.voting.polls import actions
from services.voting.polls.models import Poll
from shared.contracts.members import MemberRetired
from shared.contracts.voting import BallotCertified, BallotOpened, RollFrozen
from shared.kit.database import locked

NOW = "2026-09-10T09:00"
TONIGHT = "2026-09-10T20:00:00+08:00"
URL = "/api/voting/v1"


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and slug of a problem."""
    return answer.status_code, answer.json["type"].removeprefix("/problems/")


class Asked:
    """A poll as its union knows it."""

    def __init__(self, voting, chair, **more):
        self.voting, self.chair = voting, voting.client(chair)
        body = {"title": "教工之家的墙面", "options": ["浅绿", "米白", "天蓝"], "closes_at": TONIGHT, **more}
        drafted = self.chair.post(f"{URL}/polls", json=body)
        assert drafted.status_code == 201, drafted.text
        self.id = drafted.json["id"]
        self.url = f"{URL}/polls/{self.id}"
        self.options = [option["id"] for option in drafted.json["options"]]

    def open(self):
        opened = self.chair.post(f"{self.url}/open")
        assert opened.status_code == 200, opened.text
        return self

    def vote(self, person, *choice):
        chosen = [self.options[n] for n in choice]
        return self.voting.client(person).put(f"{self.url}/vote", json={"option_ids": chosen})

    def close(self):
        return self.chair.post(f"{self.url}/close").json

    def result(self):
        return self.chair.get(f"{self.url}/result")


@pytest.fixture
def chair(union, frozen_clock):
    frozen_clock.at(NOW)
    return union.join("李主席", offices=("chair",))


@pytest.fixture
def staff(union, chair):
    return [chair, *union.join_many(8)]


def votes(result):
    return [count["votes"] for count in result["counts"]]


def test_a_poll_goes_from_draft_to_result(voting, staff, chair):
    poll = Asked(voting, chair).open()
    for person, choice in zip(staff, [0, 0, 0, 1, 1, 2, 0], strict=False):
        assert poll.vote(person, choice).status_code == 204
    seen = poll.chair.get(poll.url).json
    assert (seen["status"], seen["entitled"], seen["turnout"], seen["voted"]) == ("open", 9, 7, True)
    result = poll.close()
    assert votes(result) == [4, 2, 1]
    assert (result["outcome"], result["entitled"], result["answers"]) == ("advisory", 9, 7)


def test_the_second_attempt_is_refused_as_voted(voting, staff, chair):
    poll = Asked(voting, chair).open()
    assert poll.vote(staff[1], 0).status_code == 204
    assert refusal(poll.vote(staff[1], 1)) == (409, "already-voted")
    assert poll.chair.get(poll.url).json["turnout"] == 1


def test_only_those_on_the_roll_vote_whatever_they_may_otherwise(voting, union, staff, chair):
    poll = Asked(voting, chair).open()
    newcomer, retired = union.join("新来的"), union.join("退休", standing="retired")
    for person in (newcomer, retired):
        assert refusal(poll.vote(person, 0)) == (403, "not-on-roll")
    assert poll.chair.get(poll.url).json["entitled"] == 9


def test_retiring_after_the_freeze_does_not_take_the_vote_away(voting, union, staff, chair):
    poll = Asked(voting, chair).open()
    person = staff[3]
    voting.receive(
        MemberRetired,
        subject=person.id,
        school=union.id,
        person_id=person.id,
        effective_on=date(2026, 9, 10),
        standing="retired",
    )
    union.card(person.id, standing="retired")
    assert poll.vote(person, 0).status_code == 204


def test_another_union_finds_no_poll_of_ours(voting, staff, chair, another_union):
    poll = Asked(voting, chair).open()
    stranger = another_union.join(offices=("chair",))
    theirs = voting.client(stranger)
    for method, path in (
        ("GET", ""),
        ("GET", "/result"),
        ("POST", "/close"),
        ("POST", "/open"),
        ("DELETE", ""),
    ):
        assert theirs.open(method, poll.url + path).status_code == 404
    assert poll.vote(stranger, 0).status_code == 404
    assert theirs.get(f"{URL}/polls").json == []


def test_a_draft_is_seen_by_those_who_prepare_polls_alone(voting, staff, chair):
    poll = Asked(voting, chair)
    teacher = voting.client(staff[1])
    assert teacher.get(poll.url).status_code == 404
    assert teacher.get(f"{URL}/polls").json == []
    assert len(poll.chair.get(f"{URL}/polls").json) == 1
    assert refusal(poll.vote(chair, 0)) == (409, "poll-not-open")
    assert teacher.post(f"{poll.url}/open").status_code == 403


def test_a_draft_can_be_written_anew_and_an_open_poll_cannot(voting, staff, chair):
    poll = Asked(voting, chair)
    body = {"title": "改过的", "options": ["去", "不去"], "closes_at": TONIGHT}
    assert poll.chair.put(poll.url, json=body).status_code == 428
    etag = poll.chair.get(poll.url).headers["ETag"]
    revised = poll.chair.put(poll.url, json=body, headers={"If-Match": etag})
    assert [option["text"] for option in revised.json["options"]] == ["去", "不去"]
    assert poll.chair.put(poll.url, json=body, headers={"If-Match": etag}).status_code == 412
    poll.open()
    etag = poll.chair.get(poll.url).headers["ETag"]
    late = poll.chair.put(poll.url, json=body, headers={"If-Match": etag})
    assert refusal(late) == (409, "poll-no-longer-draft")
    assert refusal(poll.chair.delete(poll.url)) == (409, "poll-no-longer-draft")


def test_a_draft_can_be_dropped(voting, chair):
    poll = Asked(voting, chair)
    assert poll.chair.delete(poll.url).status_code == 204
    assert poll.chair.get(poll.url).status_code == 404


def test_no_result_is_told_before_the_poll_is_closed(voting, staff, chair):
    poll = Asked(voting, chair).open()
    for person in staff:
        poll.vote(person, 0)
    assert refusal(poll.result()) == (409, "result-not-out")
    assert "votes" not in poll.chair.get(poll.url).text


def test_a_secret_result_of_four_is_withheld_and_forgotten_and_of_five_is_shown(voting, staff, chair):
    few, enough = Asked(voting, chair).open(), Asked(voting, chair).open()
    for poll, number in ((few, 4), (enough, 5)):
        for person in staff[:number]:
            poll.vote(person, 0)
        poll.close()
    withheld = few.result().json
    assert (withheld["withheld"], withheld["outcome"], withheld["counts"], withheld["answers"]) == (
        True,
        "withheld",
        [],
        4,
    )
    with voting.reading() as session:
        assert {option.votes for option in session.get(Poll, few.id).options} == {None}
    assert votes(enough.result().json) == [5, 0, 0]
    tallies = {event.data["ballot_id"]: event.data["tallies"] for event in voting.outbox(BallotCertified)}
    assert tallies == {few.id: None, enough.id: {"option-1": 5, "option-2": 0, "option-3": 0}}


def test_an_open_poll_shows_names_with_answers_and_a_secret_one_has_none(voting, staff, chair):
    named, secret = Asked(voting, chair, secrecy="named").open(), Asked(voting, chair).open()
    for poll in (named, secret):
        for person in staff[:6]:
            poll.vote(person, 1)
        poll.close()
    assert set(named.result().json["counts"][1]["person_ids"]) == {person.id for person in staff[:6]}
    assert [count["person_ids"] for count in secret.result().json["counts"]] == [[], [], []]


def test_a_named_result_of_fewer_than_five_is_shown_here_and_not_told_to_outsiders(voting, staff, chair):
    poll = Asked(voting, chair, secrecy="named").open()
    poll.vote(staff[1], 2)
    assert votes(poll.close()) == [0, 0, 1]
    assert voting.outbox(BallotCertified)[-1].data["tallies"] is None


def test_several_options_up_to_the_number_allowed(voting, staff, chair):
    poll = Asked(voting, chair, most=2).open()
    assert poll.vote(staff[0], 0, 1).status_code == 204
    assert poll.vote(staff[1], 0, 1, 2).status_code == 422
    assert poll.vote(staff[1]).status_code == 422
    other = Asked(voting, chair)
    foreign = voting.client(staff[1]).put(f"{poll.url}/vote", json={"option_ids": other.options[:1]})
    assert foreign.status_code == 422
    assert poll.chair.get(poll.url).json["turnout"] == 1


@pytest.mark.parametrize(("rule", "least"), [("more-than-half", 6), ("half-or-more", 5), ("two-thirds", 7)])
@pytest.mark.parametrize("missing", [0, 1])
def test_the_rule_is_measured_against_all_entitled_and_not_against_those_who_came(
    union, staff, rule, least, missing
):
    union.join()
    poll = Asked(union.voting, staff[0], options=["赞成", "反对"], rule_code=rule).open()
    assert poll.chair.get(poll.url).json["entitled"] == 10
    for n, person in enumerate(staff[:8]):
        poll.vote(person, 0 if n < least - missing else 1)
    result = poll.close()
    assert (result["outcome"], result["needed"]) == ("not-adopted" if missing else "adopted", least)
    assert [count["reached"] for count in result["counts"]] == [not missing, False]


def test_it_closes_by_itself_at_its_time(voting, staff, chair, frozen_clock):
    poll = Asked(voting, chair).open()
    for person in staff[:5]:
        poll.vote(person, 2)
    frozen_clock.at("2026-09-10T19:59")
    voting.work()
    assert poll.chair.get(poll.url).json["status"] == "open"
    frozen_clock.at("2026-09-10T20:00")
    assert refusal(poll.vote(staff[6], 0)) == (409, "poll-not-open")
    voting.work()
    assert votes(poll.result().json) == [0, 0, 5]
    assert len(voting.outbox(BallotCertified)) == 1


def test_closed_by_hand_before_its_time_it_stays_closed_once(voting, staff, chair, frozen_clock):
    poll = Asked(voting, chair).open()
    for person in staff[:5]:
        poll.vote(person, 0)
    poll.close()
    assert refusal(poll.chair.post(f"{poll.url}/close")) == (409, "poll-not-open")
    assert refusal(poll.vote(staff[6], 0)) == (409, "poll-not-open")
    frozen_clock.at("2026-09-10T20:01")
    voting.work()
    assert len(voting.outbox(BallotCertified)) == 1


def test_opening_freezes_its_roll_and_says_so(voting, union, staff, chair):
    poll = Asked(voting, chair).open()
    (roll,), (opened,) = voting.outbox(RollFrozen), voting.outbox(BallotOpened)
    assert (roll.data["ballot_id"], roll.data["entitled"]) == (poll.id, 9)
    assert opened.subject == poll.id and opened.school == union.id
    assert (opened.data["kind"], opened.data["secrecy"], opened.data["entitled"]) == ("poll", "secret", 9)


def test_a_poll_may_use_a_roll_that_was_frozen_before(voting, union, staff, chair):
    client = voting.client(chair)
    body = {"title": "全体会员", "audience": "members", "as_of": "2026-09-10"}
    roll_id = client.post(f"{URL}/rolls", json=body).json["id"]
    question = {"title": "地点", "options": ["一", "二"], "closes_at": TONIGHT, "roll_id": roll_id}
    assert client.post(f"{URL}/polls", json=question).status_code == 422
    client.post(f"{URL}/rolls/{roll_id}/freeze")
    union.join("后来的")
    poll = Asked(voting, chair, roll_id=roll_id).open()
    assert poll.chair.get(poll.url).json["entitled"] == 9
    assert len(voting.outbox(RollFrozen)) == 1


def test_a_secret_poll_of_four_people_is_not_opened_at_all(voting, union, chair):
    group_id = union.group()
    for _ in range(4):
        union.join(group_id=group_id)
    secret = Asked(voting, chair, audience="group", group_id=group_id)
    assert refusal(secret.chair.post(f"{secret.url}/open")) == (409, "too-few-entitled")
    assert voting.outbox(RollFrozen) == []
    Asked(voting, chair, audience="group", group_id=group_id, secrecy="named").open()


def test_the_certified_hash_covers_the_counts_the_rule_and_the_roll(voting, staff, chair):
    poll = Asked(voting, chair, rule_code="more-than-half").open()
    for person in staff[:6]:
        poll.vote(person, 0)
    result = poll.close()
    by_hand = [
        "unionhall poll 1",
        f"poll {poll.id}",
        f"roll {result['roll_sha256']}",
        "secrecy secret",
        "choose 1",
        "rule more-than-half",
        "entitled 9",
        "answers 6",
        "option 1 6",
        "option 2 0",
        "option 3 0",
        "outcome adopted",
    ]
    assert hashlib.sha256("".join(f"{line}\n" for line in by_hand).encode()).hexdigest() == result["sha256"]
    said = voting.outbox(BallotCertified)[-1].data
    assert (said["sha256"], said["rule_id"], said["outcome"]) == (
        result["sha256"],
        "more-than-half",
        "adopted",
    )
    assert (said["issued"], said["returned"], said["valid"]) == (6, 6, 6)


UNASKABLE = [
    {"options": ["一"]},
    {"options": ["一", "一"]},
    {"options": [f"第{n}" for n in range(21)]},
    {"options": ["", "二"]},
    {"most": 3},
    {"most": 0},
    {"closes_at": "2026-09-10T08:00:00+08:00"},
    {"closes_at": "2027-09-10T08:00:00+08:00"},
    {"title": ""},
    {"title": "长" * 101},
    {"secrecy": "half"},
    {"rule_code": "unanimous"},
    {"audience": "group"},
    {"roll_id": "0191a2b3-0000-7000-8000-000000000000"},
    {"colour": "green"},
]


def test_a_question_that_cannot_be_asked_is_refused_with_its_field(voting, chair):
    client = voting.client(chair)
    for broken in UNASKABLE:
        body = {"title": "问题", "options": ["一", "二"], "closes_at": TONIGHT, **broken}
        refused = client.post(f"{URL}/polls", json=body)
        assert refused.status_code == 422, broken
        assert refused.json["errors"], broken
    assert client.get(f"{URL}/polls").json == []


def test_everybody_on_the_roll_is_told_once_and_nobody_else(voting, union, staff, chair, monkeypatch):
    """Some at a time, here three: the last of nine ends a full batch."""
    monkeypatch.setattr(actions, "TOLD_AT_ONCE", 3)
    union.join(standing="retired")
    poll = Asked(voting, chair).open()
    voting.work()
    told = [event for event in voting.outbox() if event.type.endswith("notice.requested.v1")]
    assert sorted(event.data["to"] for event in told) == sorted(person.id for person in staff)
    assert {event.data["link"] for event in told} == {f"/voting/polls/{poll.id}"}
    assert "墙面" not in str([event.raw for event in told])


def test_many_at_once_vote_once_each_and_every_vote_counts(voting, union, chair):
    """Everybody votes twice, all at the same time; the second of each is refused and no count is lost."""
    members = [chair, *union.join_many(9)]
    poll = Asked(voting, chair, options=["赞成", "反对"]).open()
    _ = voting.app  # made before the threads start
    answers, start = [], threading.Barrier(2 * len(members))

    def one(person, choice):
        start.wait()
        answers.append(poll.vote(person, choice).status_code)

    threads = [threading.Thread(target=one, args=(person, choice)) for person in members for choice in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [204] * 10 + [409] * 10
    assert sum(votes(poll.close())) == 10


def test_a_vote_and_the_closing_at_once_never_disagree(voting, staff, chair):
    """Whichever comes first, the votes that were taken are the votes that were counted."""
    poll = Asked(voting, chair).open()
    _ = voting.app
    taken, start = [], threading.Barrier(len(staff) + 1)

    def vote(person):
        start.wait()
        taken.append(poll.vote(person, 0).status_code)

    def close():
        start.wait()
        with voting.transaction() as session:
            actions.close_poll(session, locked(session, Poll, poll.id))

    threads = [threading.Thread(target=vote, args=(person,)) for person in staff]
    threads.append(threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = poll.result().json
    assert result["answers"] == taken.count(204)
    assert result["withheld"] or votes(result)[0] == taken.count(204)


def test_lists_are_searched_filtered_and_exported(voting, staff, chair):
    Asked(voting, chair, title="秋游去哪里").open()
    Asked(voting, chair, title="墙面颜色")
    client = voting.client(chair)
    assert [poll["title"] for poll in client.get(f"{URL}/polls?q=秋游").json] == ["秋游去哪里"]
    assert [poll["title"] for poll in client.get(f"{URL}/polls?status=draft").json] == ["墙面颜色"]
    assert "秋游去哪里" in client.get(f"{URL}/polls?format=csv").get_data(as_text=True)
    assert client.get(f"{URL}/polls?q=%00").status_code == 422
    assert client.get("/voting/polls/?q=%00&status=%00").status_code == 200
    first = client.get(f"{URL}/polls?limit=1")
    assert len(first.json) == 1 and 'rel="next"' in first.headers["Link"]
