"""What the API gives of the district's table."""

from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier


class PeriodQuery(Schema):
    """A half-year, as 2026-H1; the present one if left out."""

    period = fields.String(validate=validate.Regexp(r"^20[0-9]{2}-H[12]\Z"))


class SchoolRowOut(Schema):
    """One school; a count that is null is withheld."""

    school_id = Identifier(attribute="school.id")
    school = fields.String(attribute="school.name")
    standing = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))


class TableOut(Schema):
    """The whole table."""

    period = fields.String()
    rows = fields.List(fields.Nested(SchoolRowOut))
    totals = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))
