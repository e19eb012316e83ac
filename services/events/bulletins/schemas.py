"""What the API gives of the board."""

from marshmallow import fields

from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment


class BulletinOut(Schema):
    """A sheet; of accounts its content holds sums in fen by heading."""

    id = Identifier()
    kind = fields.String()
    reference = fields.String()
    content = fields.Dict()
    published_at = Moment()
