"""What the API takes and gives of attendance."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text


class CodeOut(Schema):
    """What the door shows now, and where it leads."""

    token = fields.String()
    url = fields.String()


class CheckIn(Schema):
    """The code that a person read at the door."""

    token = fields.String(required=True, validate=validate.Length(1, 100))


class Tick(Schema):
    """Whom the organiser ticks; `at` for what was noted without a network."""

    person_id = Identifier(required=True)
    at = Moment(allow_none=True)


class DoorFilter(PlainSchema):
    """What the door's page was asked for: a name, the row of a sheet, or who has just come in."""

    q = Text(max=40, allow_empty=True)
    person = Identifier()
    hit = Identifier()


class ArrivalOut(Schema):
    """That a person was there."""

    activity_id = Identifier()
    person_id = Identifier()
    at = Moment()
    method = fields.String()


class AttendanceOut(Schema):
    """A line of the list of those who were there (出勤)."""

    person_id = Identifier(attribute="Attendance.person_id")
    name = fields.String(attribute="Person.name", metadata={"label": _l("Name")})
    at = Moment(attribute="Attendance.at")
    method = fields.String(attribute="Attendance.method")
