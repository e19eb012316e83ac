"""What the API gives a district."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier


class YearQuery(Schema):
    year = fields.Integer(validate=validate.Range(2020, 2099))


class SchoolCountsOut(Schema):
    school_id = Identifier()
    name = fields.String(metadata={"label": _l("School")})
    announced = fields.Integer()
    held = fields.Integer()
    cancelled = fields.Integer()
    has_calendar = fields.Boolean()
