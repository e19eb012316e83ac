"""Republishing fills a copy that was lost, and an organisation never comes before its parent."""

import pytest
from sqlalchemy import delete, select

from services.members import demo
from services.members.people.models import Member
from services.members.republish import republish
from shared.contracts.members import OrganisationChanged, PersonChanged
from shared.kit.people import Organisation, Person


@pytest.fixture
def members(service_of):
    loaded = service_of("members")
    with loaded.transaction() as session:
        demo.load(session)
    return loaded


def test_every_card_is_said_again_one_version_on(members):
    with members.reading() as session:
        versions = dict(session.execute(select(Member.id, Member.version)).all())
    before = len(members.outbox(PersonChanged))
    with members.transaction() as session:
        session.execute(delete(Person))
        assert republish(session) == len(versions)
    said = members.outbox(PersonChanged)[before:]
    assert {event.subject: event.data["version"] for event in said} == {
        key: v + 1 for key, v in versions.items()
    }
    with members.reading() as session:
        assert len(session.scalars(select(Person)).all()) == len(versions)


def test_parents_are_said_before_their_children(members):
    before = len(members.outbox(OrganisationChanged))
    with members.transaction() as session:
        republish(session)
    known = {None}
    for event in members.outbox(OrganisationChanged)[before:]:
        assert event.data["parent_id"] in known
        known.add(event.subject)
    with members.reading() as session:
        assert len(known) - 1 == len(session.scalars(select(Organisation)).all())
