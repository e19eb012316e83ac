"""What the API takes of an opinion."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.events.opinions.models import MARKS
from shared.kit.api import Schema

_mark = validate.OneOf(list(MARKS))


class Opinion(Schema):
    """A mark from 1 (bad) to 5 (very good)."""

    mark = fields.Integer(strict=True, required=True, validate=_mark)


class OpinionForm(PlainSchema):
    mark = fields.Integer(required=True, validate=_mark, metadata={"label": _l("How was it?")})
