"""What the API gives of the district's table."""

from marshmallow import fields, validate

from shared.kit.api import Schema


class YearQuery(Schema):
    year = fields.Integer(validate=validate.Range(2000, 2099))


class SchoolOut(Schema):
    """Polls closed and rolls frozen for assemblies in the year, and polls open now."""

    school_id = fields.String(attribute="school.id")
    name = fields.String(attribute="school.name")
    closed = fields.Integer()
    open_now = fields.Integer()
    rolls = fields.Integer()
