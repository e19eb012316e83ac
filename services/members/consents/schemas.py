"""What the API of consents takes and gives."""

from marshmallow import fields

from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text


class ConsentIn(Schema):
    purpose_code = Text(40, required=True)
    scope = Text(200, load_default="", allow_empty=True)


class ConsentOut(Schema):
    id = Identifier()
    purpose_code = fields.String()
    scope = fields.String()
    text_version = fields.Integer()
    given_at = Moment()
    withdrawn_at = Moment(allow_none=True)
    erase_by = LocalDate(allow_none=True)
