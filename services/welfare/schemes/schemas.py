"""What the API takes and gives of schemes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, post_load, validate

from services.welfare.occasions import KINDS
from services.welfare.schemes.actions import LONGEST_TERM
from services.welfare.schemes.models import Occasion
from services.welfare.schemes.variants import VARIANTS
from shared.kit.access import SCHOOL_OFFICES
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text

_office = validate.OneOf(sorted(SCHOOL_OFFICES))
_days = validate.Range(0, LONGEST_TERM)


class OccasionBody(Schema):
    """One occasion that a scheme answers; a field left out is the usual one of its first kind."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{0,29}\Z"))
    kinds = fields.List(
        fields.String(validate=validate.OneOf(list(KINDS))),
        required=True,
        validate=validate.Length(1, len(KINDS)),
    )
    name = Text(40, allow_none=True)
    active = fields.Boolean()
    due_days = fields.Integer(strict=True, validate=_days)
    repeat_days = fields.Integer(strict=True, allow_none=True, validate=validate.Range(7, LONGEST_TERM))
    after_end_days = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, LONGEST_TERM))
    escalate_days = fields.Integer(strict=True, allow_none=True, validate=_days)
    office = fields.String(validate=_office)
    team = fields.List(fields.String(validate=_office), validate=validate.Length(max=2))
    ceiling = fields.String(allow_none=True, validate=validate.Regexp(r"^[a-z][a-z-]{0,39}\Z"))
    sex = fields.String(allow_none=True, validate=validate.OneOf(["female", "male"]))
    restricted = fields.Boolean()

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Occasion:
        kinds = data.pop("kinds")
        if "team" in data:
            data["team"] = tuple(data["team"])
        return Occasion.usual(*kinds, **data)


class Choice(Schema):
    """A scheme to put into force."""

    variant = fields.String(required=True, validate=validate.OneOf(list(VARIANTS)))
    replaces = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, 10_000),
        metadata={"description": "the version that was seen; 0 where none was chosen yet"},
    )
    effective_from = LocalDate()
    occasions = fields.List(fields.Nested(OccasionBody), validate=validate.Length(1, 40))


class OccasionOut(Schema):
    """An occasion as it stands in a scheme."""

    code = fields.String()
    kinds = fields.List(fields.String())
    name = fields.String(allow_none=True)
    active = fields.Boolean()
    due_days = fields.Integer()
    repeat_days = fields.Integer(allow_none=True)
    after_end_days = fields.Integer(allow_none=True)
    escalate_days = fields.Integer(allow_none=True)
    office = fields.String()
    team = fields.List(fields.String())
    ceiling = fields.String(allow_none=True)
    sex = fields.String(allow_none=True)
    restricted = fields.Boolean()


class VariantOut(Schema):
    """A scheme to choose from."""

    code = fields.String()
    name = fields.String()
    words = fields.String()
    occasions = fields.List(fields.Nested(OccasionOut))


class SchemeOut(Schema):
    """A version of a school's scheme."""

    version = fields.Integer()
    variant = fields.String()
    effective_from = LocalDate()
    chosen_by = Identifier(allow_none=True)
    occasions = fields.List(fields.Nested(OccasionOut))


class DayQuery(Schema):
    """The day asked about; today if left out."""

    on = LocalDate()


class ChoiceForm(PlainSchema):
    """What the page sends beside the occasions."""

    replaces = fields.Integer(required=True)
    effective_from = LocalDate(required=True, metadata={"label": _l("In force from")})


def days_field() -> fields.Integer:
    """A number of days as somebody types it."""
    return fields.Integer(validate=validate.Range(1, LONGEST_TERM))


class LimitBody(Schema):
    """The longest days for a kind; null lifts the cap."""

    max_days = fields.Integer(
        required=True, strict=True, allow_none=True, validate=validate.Range(1, LONGEST_TERM)
    )
