"""The demo's part of voting: loaded once, with real rolls and votes."""

from services.voting import demo
from services.voting.polls.models import Poll
from services.voting.rolls.models import Roll


def loaded(voting):
    with voting.transaction() as session:
        demo.load(session)
    with voting.reading() as session:
        polls = [(poll.title, poll.status, poll.entitled, poll.outcome) for poll in session.query(Poll)]
        rolls = [(roll.entitled, roll.teachers, roll.is_frozen) for roll in session.query(Roll)]
    return sorted(polls), sorted(rolls, key=str)


def test_the_demo_loads_once_and_only_when_its_people_have_been_heard_of(voting, union):
    assert loaded(voting) == ([], [])
    union.join("赵立新", offices=("chair", "delegate"))
    union.join_many(60, offices=("delegate",))
    first = loaded(voting)
    assert first == (
        [("“教工之家”的墙面用什么颜色", "closed", 61, "adopted"), ("秋游去哪里", "open", 61, None)],
        [(61, 61, True), (61, None, True)],
    )
    assert loaded(voting) == first
