"""What the API and the forms of rolls take and give."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate

from services.voting.rolls.audiences import AUDIENCES, chosen
from services.voting.rolls.models import DRAFT, FROZEN
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text

_AUDIENCE = validate.OneOf(list(AUDIENCES))


class RollIn(Schema):
    """A roll as it is begun."""

    title = Text(100, required=True)
    audience = fields.String(required=True, validate=_AUDIENCE)
    group_id = Identifier(load_default=None, allow_none=True)
    as_of = LocalDate(required=True)


class RollForm(Schema):
    """The same as people choose it: who is entitled in one choice, `members`, `delegates` or `group:<id>`."""

    title = Text(100, required=True, metadata={"label": _l("Name of the roll")})
    who = fields.String(required=True, metadata={"label": _l("Who is entitled")})
    as_of = LocalDate(required=True, metadata={"label": _l("As of")})

    @post_load
    def audience(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        try:
            audience, group_id = chosen(data.pop("who"))
        except ValueError:
            raise ValidationError(_("Choose one of the answers."), "who") from None
        return {**data, "audience": audience, "group_id": group_id}


class RollFilter(Schema):
    q = Text(100, allow_empty=True)
    status = fields.String(validate=validate.OneOf([DRAFT, FROZEN]))


class RollOut(Schema):
    """A roll; the counts and the hash are there once it is frozen."""

    id = fields.String()
    title = fields.String()
    audience = fields.String()
    group_id = fields.String(allow_none=True)
    as_of = fields.Date()
    status = fields.String()
    poll_id = fields.String(allow_none=True)
    entitled = fields.Integer(allow_none=True)
    teachers = fields.Integer(allow_none=True)
    teacher_share = fields.Integer(
        allow_none=True, metadata={"description": "Per mille, of a delegates' roll."}
    )
    sha256 = fields.String(allow_none=True)
    heard_until = fields.AwareDateTime(allow_none=True)
    frozen_at = fields.AwareDateTime(allow_none=True)


class LineOut(Schema):
    person_id = fields.String()
    group_id = fields.String(allow_none=True)
    teacher = fields.Boolean()


class AsOf(Schema):
    """Whom to list, and for which day."""

    as_of = LocalDate(required=True)
    audience = fields.String(load_default="members", validate=_AUDIENCE)
    group_id = Identifier(load_default=None)


class EntitledOut(Schema):
    """Those entitled on a day by what has been heard so far; `heard_until` says how far that goes."""

    as_of = fields.Date()
    audience = fields.String()
    heard_until = fields.AwareDateTime(allow_none=True)
    entitled = fields.Integer()
    lines = fields.List(fields.Nested(LineOut))


class TeachersIn(Schema):
    teacher_ids = fields.List(Identifier(), required=True, validate=validate.Length(max=5000))


class CheckOut(Schema):
    """Whether a frozen roll still is what was hashed."""

    sha256 = fields.String()
    recomputed = fields.String()
    matches = fields.Boolean()
