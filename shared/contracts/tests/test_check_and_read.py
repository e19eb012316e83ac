"""A producer is held to the letter of a contract, a reader understands a newer producer."""

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
    tree,
)
from shared.contracts.members import (
    MembershipCounted,
    RulePackPublished,
    SigningKeyChanged,
)
from shared.contracts.registry import (
    L1,
    ContractError,
    Event,
    all_events,
    event,
    optional,
)
from shared.contracts.welfare import CareCounted

ID = "0198f000-0000-7000-8000-000000000001"


@pytest.fixture
def own_registry(monkeypatch):
    """What a test enters does not stay."""
    all_events()
    monkeypatch.setattr(registry, "_by_type", dict(registry._by_type))


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
