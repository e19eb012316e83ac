"""What the API takes and gives of public items."""

from marshmallow import fields, validate

from services.voting.disclosure.models import CATEGORIES
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text


class DisclosureFilter(Schema):
    """Which items, and in which order."""

    q = Text(20, allow_empty=True)
    category = fields.String(validate=validate.OneOf(list(CATEGORIES)))
    sort = fields.String(validate=validate.OneOf(["published_at", "-published_at"]))


class DisclosureOut(Schema):
    """A public item; sums in fen."""

    id = Identifier()
    category = fields.String()
    reference = fields.String()
    content = fields.Dict()
    published_at = Moment()
    valid_until = LocalDate(allow_none=True)
