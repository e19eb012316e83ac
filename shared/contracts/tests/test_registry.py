"""The rules that every contract keeps, and that a contract which breaks one cannot be made."""

import re
from datetime import UTC, date, datetime

import pytest
from marshmallow import Schema, fields

from shared.contracts import registry
from shared.contracts.fields import (
    code,
    count,
    fen,
    flag,
    identifier,
    iso_date,
    link,
    many,
    moment,
    text,
    tree,
)
from shared.contracts.members import (
    LIFE_EVENTS,
    MemberHospitalized,
    MembershipCounted,
    PersonChanged,
    RulePackPublished,
    SigningKeyChanged,
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
    optional,
)
from shared.contracts.schema import reactions
from shared.contracts.welfare import CareCounted, HardshipCaseChanged

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


# --- check and read --------------------------------------------------------------------------------


@pytest.fixture
def visit(own_registry):
    class Stop(Schema):
        at = L1(iso_date())
        kind = L1(code("home", "hospital"))

    @event("welfare.trial.made.v1", audience="internal")
    class TrialMade(Event):
        """Reacts: nobody, outside this test."""

        id = L1(identifier())
        on = L1(iso_date())
        at = L1(optional(moment()))
        gift_fen = L1(fen())
        days = L1(count())
        on_time = L1(flag())
        where = L1(optional(link()))
        stops = L1(many(fields.Nested(Stop)))

    return TrialMade


GOOD = {
    "id": ID,
    "on": date(2026, 9, 10),
    "at": datetime(2026, 9, 10, 1, 30, tzinfo=UTC),
    "gift_fen": 30000,
    "days": 2,
    "on_time": True,
    "where": "/welfare/visits/7",
    "stops": [{"at": date(2026, 9, 10), "kind": "home"}],
}
WIRE = GOOD | {
    "on": "2026-09-10",
    "at": "2026-09-10T01:30:00+00:00",
    "stops": [{"at": "2026-09-10", "kind": "home"}],
}


def test_check_gives_json_from_python_values_and_from_json_alike(visit):
    assert visit.check(GOOD) == WIRE
    assert visit.check(WIRE) == WIRE


def test_read_gives_python_values_back(visit):
    assert visit.read(WIRE) == GOOD


def test_an_optional_field_left_out_is_null_on_the_wire_and_none_when_read(visit):
    given = {key: value for key, value in GOOD.items() if key not in ("at", "where")}
    assert visit.check(given)["at"] is None
    assert visit.read({key: value for key, value in WIRE.items() if key != "at"})["at"] is None


@pytest.mark.parametrize("name", ["id", "on", "gift_fen", "days", "on_time", "stops"])
def test_a_required_field_must_be_there_and_not_null(visit, name):
    with pytest.raises(ContractError) as missing:
        visit.check({key: value for key, value in GOOD.items() if key != name})
    assert set(missing.value.messages) == {name}
    with pytest.raises(ContractError):
        visit.check(GOOD | {name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ID.upper()),
        ("id", ID + "\n"),
        ("id", "7"),
        ("on", "10.9.2026"),
        ("at", "2026-09-10T01:30:00"),
        ("gift_fen", -1),
        ("gift_fen", 300.0),
        ("gift_fen", "300"),
        ("gift_fen", True),
        ("days", -1),
        ("on_time", "yes"),
        ("where", "https://elsewhere.example/"),
        ("where", "//elsewhere.example/"),
        ("where", "/a b"),
        ("stops", [{"at": "2026-09-10", "kind": "office"}]),
        ("stops", [{"at": "2026-09-10", "kind": "home", "phone": "1"}]),
        ("occasion", "grief"),
    ],
)
def test_a_producer_is_held_to_the_letter(visit, name, value):
    with pytest.raises(ContractError) as refused:
        visit.check(GOOD | {name: value})
    assert set(refused.value.messages) == {name}
    assert refused.value.type == visit.type


def test_a_reader_ignores_what_a_newer_producer_adds(visit):
    newer = WIRE | {"added": 1, "stops": [{"at": "2026-09-10", "kind": "office", "floor": 3}]}
    read = visit.read(newer)
    assert "added" not in read
    assert read["stops"] == [{"at": date(2026, 9, 10), "kind": "office"}]


def test_a_reader_still_refuses_what_it_cannot_use(visit):
    with pytest.raises(ContractError):
        visit.read(WIRE | {"on": "soon"})


@pytest.mark.parametrize(
    "parameters", [{"share": 0.5}, {"list": [1, {"deep": 1.5}]}, {"day": date(2026, 1, 1)}]
)
def test_a_rule_pack_holds_no_float_and_nothing_json_lacks(parameters):
    data = {
        "pack_id": ID,
        "code": "guizhou",
        "version": 1,
        "jurisdiction": "贵州",
        "name": "贵州",
        "effective_from": "2026-01-01",
        "source": "invented",
        "superseded": False,
    }
    assert RulePackPublished.check(
        data | {"parameters": {"share": [1, 2], "none": None, "in": {"deep": ["a"]}}}
    )
    with pytest.raises(ContractError):
        RulePackPublished.check(data | {"parameters": parameters})


@pytest.mark.parametrize("figure", [1, 2, 3, 4, -1])
def test_no_few_can_be_counted_in_public(figure):
    counted = {"period": "2026-09", "visits_planned": 5, "visits_completed": 0, "visits_overdue": None}
    assert CareCounted.check(counted)["visits_planned"] == 5
    with pytest.raises(ContractError):
        CareCounted.check(counted | {"visits_overdue": figure})
    with pytest.raises(ContractError):
        MembershipCounted.check({"period": "2026-09", "left": figure})


def test_a_private_key_cannot_be_said():
    public = {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}
    data = {"kid": "a", "valid_from": datetime(2026, 9, 1, tzinfo=UTC), "public_jwk": public}
    assert SigningKeyChanged.check(data)
    with pytest.raises(ContractError):
        SigningKeyChanged.check(data | {"public_jwk": public | {"d": "secret"}})


def test_tree_is_for_objects_only():
    class Holder(Schema):
        settings = tree()

    assert Holder().validate({"settings": [1]})
    assert not Holder().validate({"settings": {"a": [1, "b", None, True]}})


def test_a_subclass_shares_its_fields_and_not_its_type():
    assert MemberHospitalized.type != LIFE_EVENTS["housing"].type
    assert set(MemberHospitalized.reader().fields) == set(LIFE_EVENTS["housing"].reader().fields)
