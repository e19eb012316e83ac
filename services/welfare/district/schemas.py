"""What the API takes and gives of the district's tables."""

from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate


class TableQuery(Schema):
    """Which half-year (2026-H1; the last one told if left out), and which part of the table."""

    period = fields.String(validate=validate.Regexp(r"^20[0-9]{2}-H[12]\Z"))
    school_id = Identifier()
    kind = fields.String(validate=validate.Length(max=40))
    month = fields.String(validate=validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z"))


class SchoolRowOut(Schema):
    """One school; a count that is null is withheld."""

    school_id = Identifier(attribute="school.id")
    school = fields.String(attribute="school.name")
    standing = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))


class MonthRowOut(Schema):
    """One month of all schools together."""

    month = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))


class TableOut(Schema):
    """The whole table, or the part that was asked for; without figures while `is_told` is false."""

    topic = fields.String()
    period = fields.String()
    told_on = LocalDate()
    is_told = fields.Boolean()
    rows = fields.List(fields.Nested(SchoolRowOut))
    totals = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))
    months = fields.List(fields.Nested(MonthRowOut))
