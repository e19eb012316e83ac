"""What the API takes and gives of a person's calendar."""

from datetime import timedelta
from typing import Any

from marshmallow import Schema as PlainSchema
from marshmallow import ValidationError, fields, validates_schema

from shared.kit.api import Schema
from shared.kit.fields import LocalDate, Moment

LONGEST = timedelta(days=92)
FIRST_YEAR, LAST_YEAR = 2000, 2090


class CalendarSpan(Schema):
    """From one day to another, both included; at most three months."""

    first = LocalDate(required=True)
    last = LocalDate(required=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if not data["first"] <= data["last"] <= data["first"] + LONGEST:
            raise ValidationError({"last": ["Not a span of at most three months."]})


class MonthAsked(PlainSchema):
    """A month to look at, as 2026-11."""

    month = fields.Date(format="%Y-%m", validate=lambda day: FIRST_YEAR <= day.year <= LAST_YEAR)


class EntryOut(Schema):
    """An entry: activity, task or hearing. What is one's own has no title: what it is about stands where it is kept."""

    kind = fields.String()
    day = LocalDate()
    title = fields.String(allow_none=True)
    place = fields.String()
    starts_at = Moment(allow_none=True)
    ends_at = Moment(allow_none=True)
    registration = fields.String(allow_none=True)
    link = fields.String()
