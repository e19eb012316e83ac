"""The house stands: an event said by one service is handled by another, in both modes."""

from datetime import date

from shared.contracts.members import OrganisationChanged
from shared.kit import people
from shared.kit.database import new_id
from shared.kit.messages import emit
from shared.kit.testing.builders import a_school
from shared.kit.testing.services import House


class _Something:
    """Whatever the event is of."""


def say(house: House, organisation_id: str, name: str, version: int) -> None:
    with house.members.transaction() as session:
        thing = _Something()
        session.info.setdefault("made", set()).add(thing)
        emit(
            session,
            OrganisationChanged,
            of=thing,
            subject=organisation_id,
            organisation_id=organisation_id,
            kind="school",
            name=name,
            parent_id=None,
            tenant_id=organisation_id,
            status="active",
            version=version,
        )


def test_a_state_said_by_members_is_known_everywhere(house: House) -> None:
    organisation_id = new_id()
    for version in range(1, 4):
        say(house, organisation_id, f"学校{version}", version)
    house.settle()
    for name in ("events", "welfare", "voting"):
        with house.services[name].reading() as session:
            union = people.organisation(session, organisation_id)
            assert union is not None
            assert (union.name, union.version) == ("学校3", 3)


def test_nothing_is_said_when_the_transaction_fails(house: House) -> None:
    try:
        with house.members.transaction() as session:
            thing = _Something()
            session.info.setdefault("made", set()).add(thing)
            emit(
                session,
                OrganisationChanged,
                of=thing,
                subject=new_id(),
                organisation_id=new_id(),
                kind="school",
                name="x",
                tenant_id=None,
                parent_id=None,
                status="active",
                version=1,
            )
            raise RuntimeError("the action failed")
    except RuntimeError:
        pass
    assert house.members.outbox() == []


def test_the_copies_answer_who_holds_an_office(house: House) -> None:
    school = a_school(house)
    with house.welfare.reading() as session:
        assert people.officers(session, school.id, "carer", date(2026, 9, 1)) == []
