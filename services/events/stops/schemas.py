"""What the API takes and gives of stops."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from services.events.stops.wording import rule_words
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text


class StopOut(Schema):
    """A broken rule of an activity: sums in fen, or (`counts`) people; and who answered for it, and why."""

    id = Identifier()
    rule = fields.String()
    most = fields.Integer()
    actual = fields.Integer()
    counts = fields.Boolean()
    words = fields.Function(rule_words, metadata={"type": "string", "description": "the rule in words"})
    state = fields.String()
    stopped_at = Moment()
    answered_by = Identifier(allow_none=True)
    answered_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class Allowance(Schema):
    """Why the rule may be broken; whoever examines the books reads it."""

    reason = Text(max=200, required=True, metadata={"label": _l("Reason")})
