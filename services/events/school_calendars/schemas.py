"""What the API takes and gives of school years."""

from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.events.school_calendars.models import BREAKS, TERMS
from shared.kit.api import Schema
from shared.kit.festivals import FESTIVALS
from shared.kit.fields import LocalDate

MOST_SPANS = 60


FIRST_YEAR, LAST_YEAR = 2020, 2090


class YearAsked(PlainSchema):
    """Which year to look at."""

    year = fields.Integer(validate=validate.Range(FIRST_YEAR, LAST_YEAR))


class TermSpan(Schema):
    """A term, both days included; an autumn term may end in the next year."""

    code = fields.String(required=True, validate=validate.OneOf(list(TERMS)))
    starts_on = LocalDate(required=True)
    ends_on = LocalDate(required=True)


class HolidaySpan(Schema):
    """Days off, both ends included."""

    code = fields.String(required=True, validate=validate.OneOf([*FESTIVALS, *BREAKS]))
    starts_on = LocalDate(required=True)
    ends_on = LocalDate(required=True)


class YearIn(Schema):
    """A school's year as an officer enters it."""

    terms = fields.List(fields.Nested(TermSpan), required=True, validate=validate.Length(max=2))
    holidays = fields.List(
        fields.Nested(HolidaySpan), required=True, validate=validate.Length(max=MOST_SPANS)
    )
    make_up_workdays = fields.List(LocalDate(), required=True, validate=validate.Length(max=MOST_SPANS))
    bell = fields.Time(required=True, format="%H:%M")


class YearOut(Schema):
    """A year as entered; `published_version` 0 means not yet, `changed` that it differs from what was published."""

    year = fields.Integer()
    terms = fields.List(fields.Dict())
    holidays = fields.List(fields.Dict())
    make_up_workdays = fields.List(fields.String())
    bell = fields.Time(format="%H:%M")
    provisional = fields.Boolean()
    published_version = fields.Integer()
    changed = fields.Boolean()


class MonthEnd(Schema):
    """The last working day of each month that has one; its afternoon is the union's (月末半天)."""

    days = fields.List(LocalDate())
