"""What the API and the forms of life events take and give."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.members.life_events.kinds import KINDS
from services.members.life_events.models import NORMAL, RESTRICTED
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text


class ReportIn(Schema):
    person_id = Identifier(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    occurred_on = LocalDate(required=True)
    privacy = fields.String(load_default=NORMAL, validate=validate.OneOf([NORMAL, RESTRICTED]))
    known_at = Moment(
        load_default=None, metadata={"description": "when the reporter heard of it, if not just now"}
    )


class ReceiptOut(Schema):
    """All that a reporter ever learns."""

    id = Identifier()
    reported_at = Moment()
    may_be_taken_back_until = Moment()


class LifeEventOut(Schema):
    """For the person, and for those who care for them."""

    id = Identifier()
    person_id = Identifier()
    kind = fields.String(allow_none=True)
    occurred_on = LocalDate()
    known_at = Moment()
    reported_at = Moment()
    first_help_at = Moment(allow_none=True)
    privacy = fields.String()
    state = fields.String()
    outcome = fields.String(allow_none=True)
    ended_on = LocalDate(allow_none=True)


class OpenEventOut(Schema):
    """In a list: that there is something, and not what."""

    id = Identifier()
    person_id = Identifier()
    reported_at = Moment()
    first_help_at = Moment(allow_none=True)
    privacy = fields.String()
    state = fields.String()


class LifeEventEnd(Schema):
    ended_on = LocalDate(required=True, metadata={"label": _l("Day it ended")})


class DataReadOut(Schema):
    at = Moment()
    action = fields.String()
    actor_id = Identifier(allow_none=True)
    object_id = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class DayForm(Schema):
    """The last of the three taps: one of the days offered, or another one."""

    what = fields.String(required=True, validate=validate.Length(1, 500))
    day = Text(10, load_default="0")
    occurred_on = LocalDate(load_default=None, metadata={"label": _l("Another day")})
    restricted = fields.Boolean(load_default=False)
