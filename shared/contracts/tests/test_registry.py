"""The rules that every contract keeps, and that a contract which breaks one cannot be made."""

import re
from datetime import UTC, date, datetime

import pytest
from marshmallow import Schema, fields

from shared.contracts import registry
from shared.contracts.fields import (
    many,
    text,
)
from shared.contracts.members import (
    LIFE_EVENTS,
    MemberHospitalized,
    PersonChanged,
)
from shared.contracts.registry import (
    L0,
    L1,
    L2,
    L3,
    SERVICES,
    ContractError,
    Event,
    all_events,
    classes_of_data,
    event,
    find,
)
from shared.contracts.schema import reactions
from shared.contracts.welfare import HardshipCaseChanged

ID = "0198f000-0000-7000-8000-000000000001"
every_event = pytest.mark.parametrize("cls", all_events(), ids=lambda cls: cls.type)


@pytest.fixture
def own_registry(monkeypatch):
    """What a test enters does not stay."""
    all_events()
    monkeypatch.setattr(registry, "_by_type", dict(registry._by_type))


# --- each contract ---------------------------------------------------------------------------------


@every_event
def test_a_type_is_service_thing_fact_version_in_lower_case(cls):
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[0-9]+", cls.type)
    assert cls.producer == cls.type.split(".")[0]
    assert cls.producer in SERVICES
    assert find(cls.type) is cls


@every_event
def test_every_field_has_a_class_of_data(cls):
    assert {class_ for _, class_ in classes_of_data(cls.reader())} <= {"L0", "L1", "L2", "L3"}


@every_event
def test_a_public_event_holds_nothing_but_l0(cls):
    if cls.audience == "public":
        assert {class_ for _, class_ in classes_of_data(cls.reader())} == {"L0"}


@every_event
def test_a_public_event_names_no_person(cls):
    if cls.audience == "public":
        assert not [name for name in cls.reader().fields if "person" in name or "member_id" in name]


@every_event
def test_no_contract_holds_a_float(cls):
    assert not [
        field for field in cls.reader().fields.values() if isinstance(field, fields.Float | fields.Decimal)
    ]


@every_event
def test_it_is_said_who_reacts_and_that_is_a_service_or_the_public(cls):
    said = reactions(cls)
    if cls is HardshipCaseChanged:
        assert said.startswith("nobody")
    else:
        assert cls.audience == "public" or any(re.search(rf"\b{service}\b", said) for service in SERVICES)


def test_only_the_kind_of_a_life_event_is_sensitive():
    sensitive = {
        (cls.type, path)
        for cls in all_events()
        for path, class_ in classes_of_data(cls.reader())
        if class_ == "L3"
    }
    assert sensitive == {(f"members.life-event.{kind}.v1", "kind") for kind in LIFE_EVENTS}


def test_only_the_person_card_is_personal():
    personal = {cls for cls in all_events() for _, class_ in classes_of_data(cls.reader()) if class_ == "L2"}
    assert personal == {PersonChanged}


def test_a_hardship_case_is_told_to_nobody_outside():
    assert HardshipCaseChanged.audience == "internal"


@pytest.mark.parametrize("kind", LIFE_EVENTS)
def test_a_life_event_says_its_own_kind_and_no_other(kind):
    data = {
        "life_event_id": ID,
        "person_id": ID,
        "kind": kind,
        "occurred_on": date(2026, 9, 7),
        "reported_at": datetime(2026, 9, 8, tzinfo=UTC),
        "privacy": "normal",
    }
    assert LIFE_EVENTS[kind].check(data)["kind"] == kind
    other = "marriage" if kind != "marriage" else "housing"
    with pytest.raises(ContractError):
        LIFE_EVENTS[kind].check(data | {"kind": other})


def test_an_unknown_type_is_not_found():
    assert find("members.person.changed.v99") is None


def test_types_come_sorted_and_once():
    types = [cls.type for cls in all_events()]
    assert types == sorted(set(types))


# --- what cannot be made ---------------------------------------------------------------------------


@pytest.mark.usefixtures("own_registry")
@pytest.mark.parametrize(
    ("type_", "audience", "field", "fault"),
    [
        ("members.thing.done.v1", "internal", L3(text(9)), "L3"),
        ("members.thing.done.v1", "internal", L2(text(9)), "L2"),
        ("members.thing.done.v1", "public", L1(text(9)), "L1"),
        ("members.thing.done.v1", "internal", text(9), "no class"),
        ("members.life-event.divorce.v1", "internal", L3(text(9)), "L3"),  # its kind alone may be
        ("members.life-event.divorce.v1", "public", L1(text(9)), "L1"),
        ("members.thing_done.v1", "internal", L1(text(9)), "not <service>"),
        ("members.Thing.done.v1", "internal", L1(text(9)), "not <service>"),
        ("members.thing.done", "internal", L1(text(9)), "not <service>"),
        ("canteen.thing.done.v1", "internal", L1(text(9)), "not <service>"),
        ("members.person.changed.v1", "internal", L1(text(9)), "already"),
    ],
)
def test_an_unlawful_contract_cannot_be_made(type_, audience, field, fault):
    contract = type("Doctored", (Event,), {"__doc__": "Reacts: nobody.", "what": field})
    with pytest.raises(TypeError, match=fault):
        event(type_, audience=audience)(contract)


@pytest.mark.usefixtures("own_registry")
def test_a_part_of_an_event_is_held_to_the_same_rules():
    class Inner(Schema):
        phone = L3(text(20))

    class Doctored(Event):
        """Reacts: nobody."""

        parts = L1(many(fields.Nested(Inner)))

    with pytest.raises(TypeError, match=r"parts\.phone is L3"):
        event("members.thing.done.v1", audience="internal")(Doctored)


@pytest.mark.usefixtures("own_registry")
def test_a_contract_must_say_who_reacts():
    class Silent(Event):
        """Something happened."""

        what = L0(text(9))

    with pytest.raises(TypeError, match="Reacts"):
        event("members.thing.done.v1", audience="internal")(Silent)


def test_a_subclass_shares_its_fields_and_not_its_type():
    assert MemberHospitalized.type != LIFE_EVENTS["housing"].type
    assert set(MemberHospitalized.reader().fields) == set(LIFE_EVENTS["housing"].reader().fields)
