"""A withdrawn consent stops what it covered, erases it, and says so; the copy never goes back to an older word."""

from datetime import date, timedelta

import pytest

from services.welfare.consents import actions, queries
from shared.contracts.members import ConsentChanged, PersonChanged
from shared.contracts.welfare import WelfareErasureCompleted
from shared.kit import clock

PURPOSE = "a-purpose"


@pytest.fixture
def erased(monkeypatch):
    """Whom a feature was asked to erase."""
    asked = []

    def eraser(_session, person_id):
        asked.append(person_id)
        return 3

    monkeypatch.setitem(actions._erasers, PURPOSE, [eraser])
    return asked


def say(union, granted, *, time=None):
    union.receive(
        ConsentChanged,
        union.colleague,
        person_id=union.colleague.id,
        purpose_code=PURPOSE,
        granted=granted,
        text_version=2,
        erase_by=None if granted else date(2026, 7, 14),
        time=time,
    )


def held(union):
    with union.welfare.reading() as session:
        return queries.in_force(session, union.colleague.id, PURPOSE)


def test_a_consent_holds_with_its_text_until_it_is_withdrawn_and_then_what_it_covered_is_erased(
    union, erased
):
    say(union, True)
    assert held(union).text_version == 2
    say(union, False)
    assert held(union) is None
    [receipt] = union.welfare.outbox(WelfareErasureCompleted)
    assert (receipt.data["purpose_code"], receipt.data["rows"]) == (PURPOSE, 3)
    assert erased == [union.colleague.id]


def test_an_older_word_that_comes_late_changes_nothing(union, erased):
    say(union, False)
    say(union, True, time=clock.now() - timedelta(hours=1))
    assert held(union) is None


def test_an_erased_person_is_erased_for_every_purpose_and_once(union, erased):
    card = {
        "person_id": union.colleague.id,
        "school_id": union.school.id,
        "name": "",
        "pinyin": "",
        "pinyin_initials": "",
        "standing": "left",
        "offices": [],
        "disabled": True,
        "erased": True,
    }
    for version in (2, 3):
        union.receive(PersonChanged, union.colleague, **card, version=version)
    [receipt] = union.welfare.outbox(WelfareErasureCompleted)
    assert receipt.data["purpose_code"] is None
    assert erased == [union.colleague.id]
