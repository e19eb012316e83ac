"""What the API takes and gives of check-ups, and what the forms take. No field says what was found, and none may."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, pre_load, validate

from services.welfare.checkups.models import AUDIENCES, HALVES, STATES
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text

MOST_PLACES = 500
MOST_HALF_DAYS = 20
_audience = validate.OneOf(list(AUDIENCES))
_half = validate.OneOf(list(HALVES))
_places = validate.Range(1, MOST_PLACES)
_years = validate.OneOf([1, 2])


class CampaignFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(list(STATES)))
    sort = fields.String(validate=validate.OneOf(["starts_on", "-starts_on"]))


class CampaignRow(Schema):
    """A campaign of check-ups."""

    id = Identifier()
    title = fields.String()
    audience = fields.String()
    provider = fields.String()
    package = fields.String()
    starts_on = LocalDate()
    ends_on = LocalDate()
    every_years = fields.Integer()
    state = fields.String()
    version = fields.Integer()


class SlotOut(Schema):
    """A half-day; its id is that of the activity in which the places are taken."""

    id = Identifier()
    starts_at = Moment()
    ends_at = Moment()
    capacity = fields.Integer()
    called_off = fields.Boolean()


class CampaignDetail(CampaignRow):
    """A campaign with its half-days and numbers; `attended` is null where it would point to somebody."""

    slots = fields.List(fields.Nested(SlotOut))
    eligible = fields.Integer()
    attended = fields.Integer(allow_none=True)


class HalfDay(Schema):
    day = LocalDate(required=True)
    half = fields.String(required=True, validate=_half)


class CampaignIn(Schema):
    """A new campaign; `capacity` is the places of each half-day."""

    title = Text(60, required=True)
    audience = fields.String(required=True, validate=_audience)
    provider = Text(80, required=True)
    package = Text(200, load_default="", allow_empty=True)
    capacity = fields.Integer(required=True, strict=True, validate=_places)
    every_years = fields.Integer(load_default=1, validate=_years)
    slots = fields.List(fields.Nested(HalfDay), required=True, validate=validate.Length(1, MOST_HALF_DAYS))


class PeopleFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    attended = fields.Boolean()


class PersonRow(Schema):
    """Somebody who may go, and the day on which they have been."""

    person_id = Identifier(attribute="Person.id")
    name = fields.String(attribute="Person.name")
    attended_on = LocalDate(allow_none=True)


class Mark(Schema):
    """Has been, or has not after all."""

    attended = fields.Boolean(required=True)


class OwnCheckupOut(Schema):
    """A line of one's own archive."""

    campaign_id = Identifier(attribute="campaign.id")
    title = fields.String(attribute="campaign.title")
    provider = fields.String(attribute="campaign.provider")
    attended_on = LocalDate(allow_none=True)


class OwnRecordIn(Schema):
    """What one notes for oneself; nobody else can read it."""

    follow_up = fields.Boolean(load_default=False, metadata={"label": _l("A follow-up was advised")})


class OwnRecordOut(OwnRecordIn):
    """`file_id`: the own copy, at /files/<id>."""

    file_id = Identifier(allow_none=True)


# --- forms

ROWS = 4


class CampaignForm(PlainSchema):
    """The form: four half-days, of which the first must be filled in."""

    title = Text(60, required=True, metadata={"label": _l("What it is called")})
    audience = fields.String(required=True, validate=_audience, metadata={"label": _l("For whom")})
    provider = Text(80, required=True, metadata={"label": _l("Where")})
    package = Text(200, load_default="", allow_empty=True, metadata={"label": _l("What is looked at")})
    capacity = fields.Integer(
        required=True, validate=_places, metadata={"label": _l("Places of each half-day")}
    )
    every_years = fields.Integer(load_default=1, validate=_years, metadata={"label": _l("How often")})
    day_1 = LocalDate(required=True, metadata={"label": _l("First half-day")})
    half_1 = fields.String(load_default="morning", validate=_half)
    day_2 = LocalDate(load_default=None, metadata={"label": _l("Second half-day")})
    half_2 = fields.String(load_default="morning", validate=_half)
    day_3 = LocalDate(load_default=None, metadata={"label": _l("Third half-day")})
    half_3 = fields.String(load_default="morning", validate=_half)
    day_4 = LocalDate(load_default=None, metadata={"label": _l("Fourth half-day")})
    half_4 = fields.String(load_default="morning", validate=_half)

    @pre_load
    def _empty_days(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value != "" or not name.startswith("day_")}
