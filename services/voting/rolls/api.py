"""URLs of the JSON API of rolls."""

from typing import Any

from flask import Response

from services.voting.rolls import actions, queries
from services.voting.rolls.models import Roll
from services.voting.rolls.schemas import (
    AsOf,
    CheckOut,
    EntitledOut,
    LineOut,
    RollFilter,
    RollIn,
    RollOut,
    TeachersIn,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api("rolls", description="Rolls (名册): who is entitled on a day, and the lists that were frozen.")


@api.get("/entitled", allow="rolls.see")
@api.arguments(AsOf, location="query")
@api.response(200, EntitledOut)
def who_was_entitled(asked):
    """Those entitled on any day. Idempotent."""
    union = actor().school_id
    with reading() as session:
        actions.check_audience(session, union, asked["audience"], asked["group_id"])
        lines = queries.entitled_on(session, union, asked["as_of"], asked["audience"], asked["group_id"])
        heard_until = queries.heard_until(session, union)
    return {**asked, "heard_until": heard_until, "entitled": len(lines), "lines": lines}


@api.get("/rolls", allow="rolls.see")
@api.paged(RollOut, RollFilter)
def list_rolls(filters: dict[str, Any]) -> Keyset:
    """The union's rolls, the oldest first. Idempotent."""
    return Keyset(queries.rolls(actor().school_id, **filters), order=[Roll.created_at, Roll.id])


@api.post("/rolls", allow="rolls.keep")
@api.arguments(RollIn)
@api.response(201, RollOut)
def create_roll(body):
    """Begin a roll; until it is frozen it follows what members say."""
    with transaction() as session:
        return actions.draft_roll(session, school_id=actor().school_id, by=actor().person_id, **body)


@api.get("/rolls/<uuid:roll_id>", allow="rolls.see")
@api.response(200, RollOut)
def get_roll(roll_id):
    """One roll. Idempotent."""
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
    api.etag(roll.version)
    return roll


@api.delete("/rolls/<uuid:roll_id>", allow="rolls.keep")
@api.response(204)
def delete_roll(roll_id):
    """Drop a draft. 409 once it is frozen."""
    with transaction() as session:
        actions.discard_roll(session, get_within(session, Roll, roll_id, lock=True))


@api.get("/rolls/<uuid:roll_id>/lines", allow="rolls.see")
@api.response(200, LineOut(many=True))
def get_lines(roll_id):
    """The people of a roll, in the order of their ids: as frozen, or as of its day. Idempotent."""
    with reading() as session:
        return queries.lines(session, get_within(session, Roll, roll_id))


@api.put("/rolls/<uuid:roll_id>/teachers", allow="rolls.keep")
@api.arguments(TeachersIn)
@api.response(200, LineOut(many=True))
def put_teachers(body, roll_id):
    """Say which delegates teach (60 % must, 学校教职工代表大会规定 art. 11). Idempotent."""
    with transaction() as session:
        roll = get_within(session, Roll, roll_id, lock=True)
        actions.mark_teachers(session, roll, set(body["teacher_ids"]))
        session.flush()
        return queries.lines(session, roll)


@api.post("/rolls/<uuid:roll_id>/freeze", allow="rolls.keep")
@api.response(200, RollOut)
def freeze_roll(roll_id):
    """Fix the list and its SHA-256 for ever. 409 `teachers-missing`, `nobody-entitled`, `roll-frozen-already`."""
    with transaction() as session:
        return actions.freeze(session, get_within(session, Roll, roll_id, lock=True), by=actor().person_id)


@api.get("/rolls/<uuid:roll_id>/roll.txt", allow="rolls.see")
@api.response(200, content_type="text/plain")
def get_canonical(roll_id):
    """The list as it is hashed: the SHA-256 of this file is the roll's. Idempotent."""
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
        return Response(roll.canonical(queries.lines(session, roll)), mimetype="text/plain")


@api.get("/rolls/<uuid:roll_id>/check", allow="rolls.see")
@api.response(200, CheckOut)
def check_roll(roll_id):
    """Hash the list that the tables hold now, and compare. Idempotent."""
    with reading() as session:
        roll = get_within(session, Roll, roll_id)
        recomputed = queries.recomputed_hash(session, roll)
    return {"sha256": roll.sha256, "recomputed": recomputed, "matches": recomputed == roll.sha256}
