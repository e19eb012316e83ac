"""What the API gives of reads."""

from marshmallow import fields

from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment


class ReadOut(Schema):
    """Who looked, when, at what kind of thing; `reason` is why it was opened, where there is more than one why."""

    at = Moment()
    action = fields.String()
    actor_id = Identifier(allow_none=True)
    object_id = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
