"""What the API of groups takes and gives."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text


class GroupIn(Schema):
    name = Text(max=50, required=True, metadata={"label": _l("Name of the group")})


class GroupOut(Schema):
    """A group with its leader and size."""

    id = Identifier(attribute="group.id")
    name = fields.String(attribute="group.name")
    leader_id = Identifier(attribute="leader.id", allow_none=True)
    leader_name = fields.String(attribute="leader.name", allow_none=True)
    size = fields.Integer()


class MembersAsked(Schema):
    """Who was in a group on a day (today)."""

    on = LocalDate(load_default=None, allow_none=True)


class GroupMemberOut(Schema):
    id = Identifier()
    name = fields.String()
    standing = fields.String()


class Move(Schema):
    person_id = Identifier(required=True)
    group_id = Identifier(required=True, allow_none=True)


class Adjustment(Schema):
    """Everybody who moves, in one step."""

    moves = fields.List(fields.Nested(Move), required=True, validate=validate.Length(1, 500))


class AdjustmentOut(Schema):
    moved = fields.Integer()
