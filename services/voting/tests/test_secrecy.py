"""A light poll's secrecy, with everything in hand that the service wrote: its tables, its outbox, its log."""

import itertools
import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.voting.tests.conftest import Union
from services.voting.tests.test_polls import NOW, Asked
from shared.kit import clock
from shared.kit.testing.fixtures import drop_service, make_service
from shared.kit.testing.services import TestService

CHOICES = [0, 1, 2, 0, 1, 2, 0]


def dump(voting: TestService) -> dict[str, list[dict]]:
    """Every row of every table, in the order in which the database keeps them."""
    sqlite = voting.service.database.is_sqlite
    with voting.reading() as session:
        names = session.scalars(
            text(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                if sqlite
                else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
        ).all()
        hidden = "rowid" if sqlite else "ctid::text AS place, xmin::text"
        return {
            name: [dict(row) for row in session.execute(text(f'SELECT {hidden}, * FROM "{name}"')).mappings()]
            for name in names
        }


def as_text(rows) -> str:
    return json.dumps(rows, default=str, ensure_ascii=False).replace("-", "")


def in_a_week() -> str:
    return (clock.now() + timedelta(days=7)).isoformat()


@pytest.fixture
def one_engine():
    """A service on the one database of which a test speaks."""
    made = []

    def make(engine):
        made.append(make_service(engine, "voting"))
        return made[-1]

    yield make
    for test in made:
        drop_service(test)


@pytest.fixture
def staff(union, frozen_clock):
    frozen_clock.at(NOW)
    return [union.join("李主席", offices=("chair",)), *union.join_many(7)]


def what_a_dump_shows(voting, staff, choices, **more):
    """Hold a poll in which people vote in turn, and return what the tables say of it, ids put aside."""
    before = dump(voting)
    poll = Asked(voting, staff[0], **more).open()
    opened = dump(voting)
    for person, choice in zip(staff, choices, strict=False):
        assert poll.vote(person, choice).status_code == 204
    after = dump(voting)
    known = {poll.id.replace("-", ""): "poll"} | {
        option.replace("-", ""): f"option {n}" for n, option in enumerate(poll.options)
    }
    shown = {}
    for name, rows in after.items():
        changed = [row for row in rows if row not in before[name] and row not in opened[name]]
        words = [
            {key: value for key, value in row.items() if key not in ("rowid", "place", "xmin")}
            for row in changed
        ]
        told = as_text(sorted(words, key=str))
        for known_id, word in known.items():
            told = told.replace(known_id, word)
        shown[name] = told
    return shown, after, poll


def test_two_polls_that_differ_only_in_who_chose_what_leave_the_same_dump(voting, staff):
    """Whatever permutation of the choices: had the dump a word to say of who chose what, one would differ."""
    first, *_ = what_a_dump_shows(voting, staff, CHOICES)
    for choices in (CHOICES[::-1], sorted(CHOICES), [1, 2, 0, 0, 2, 1, 0]):
        assert Counter(choices) == Counter(CHOICES)
        again, *_ = what_a_dump_shows(voting, staff, choices)
        assert again == first


def test_the_register_keeps_the_order_of_the_roll_and_not_of_the_votes(one_engine):
    """SQLite numbers rows as they are written, and a dump has them in that order."""
    voting = one_engine("sqlite")
    union = Union(voting)
    staff = [union.join("李主席", offices=("chair",)), *union.join_many(7)]
    shown = []
    for people in (staff, staff[::-1], staff[3:] + staff[:3]):
        poll = Asked(voting, staff[0], closes_at=in_a_week()).open()
        for person in people:
            poll.vote(person, 0)
        register = [row for row in dump(voting)["poll_voter"] if row["poll_id"] == poll.id.replace("-", "")]
        shown.append(
            [(row["person_id"], row["voted"]) for row in sorted(register, key=lambda row: row["rowid"])]
        )
    assert shown[0] == shown[1] == shown[2]


def test_every_option_is_written_at_every_vote(one_engine):
    """PostgreSQL keeps with a row the transaction that wrote it last, which must not tell the last choice."""
    voting = one_engine("postgres")
    union = Union(voting)
    staff = [union.join("李主席", offices=("chair",)), *union.join_many(7)]
    poll = Asked(voting, staff[0], closes_at=in_a_week()).open()
    for person in staff[:3]:
        poll.vote(person, 1)
        assert len({row["xmin"] for row in dump(voting)["poll_option"]}) == 1


def test_no_row_but_the_box_names_an_option(voting, staff):
    _, after, poll = what_a_dump_shows(voting, staff, CHOICES)
    for option_id, (name, rows) in itertools.product(poll.options, after.items()):
        if name != "poll_option":
            assert option_id.replace("-", "") not in as_text(rows), name


def test_an_idempotency_key_leaves_no_trace_of_a_choice(voting, staff):
    poll = Asked(voting, staff[0]).open()
    answer = voting.client(staff[1]).put(
        f"{poll.url}/vote",
        json={"option_ids": poll.options[:1]},
        headers={"Idempotency-Key": "a-key-of-mine"},
    )
    assert answer.status_code == 204
    written = dump(voting)
    assert not any("vote" in as_text(row) for row in written["idempotency_key"])
    assert len(written["idempotency_key"]) == 0


def test_nothing_is_said_or_logged_of_a_vote(voting, staff, capfd):
    poll = Asked(voting, staff[0]).open()
    said = len(voting.outbox())
    capfd.readouterr()
    poll.vote(staff[1], 2)
    assert len(voting.outbox()) == said
    logged = capfd.readouterr()
    assert poll.options[2] not in logged.out + logged.err
    for person in staff[2:7]:
        poll.vote(person, 2)
    poll.close()
    assert not any(person.id in event.raw.decode() for event in voting.outbox()[said:] for person in staff)


def test_the_check_can_fail_an_open_poll_does_link_people_and_choices(voting, staff):
    """The same comparison on a poll with names: were it blind, it would find nothing here either."""
    first, *_ = what_a_dump_shows(voting, staff, CHOICES, secrecy="named")
    again, *_ = what_a_dump_shows(voting, staff, CHOICES[::-1], secrecy="named")
    assert first["poll_named_answer"] != again["poll_named_answer"]
    assert first["poll_option"] == again["poll_option"]
