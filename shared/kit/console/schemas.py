"""What the console's API takes and gives. All names begin with Console, since they stand in every service's document."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from shared.kit.api import Schema
from shared.kit.console.actions import LONGEST_REASON
from shared.kit.console.lists import KINDS, SORTS
from shared.kit.console.queries import ACTS
from shared.kit.fields import Identifier, Moment, Text
from shared.kit.messages import public_name

MOST_CHOSEN = 200
HIGHEST = 10**15  # a position that no table reaches


class _PublicType(fields.String):
    """A type by its public name."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return public_name(value)


class ConsoleCount(Schema):
    """How many; with `more`, that many at least."""

    number = fields.Integer()
    more = fields.Boolean()


class ConsoleKind(Schema):
    """Messages of one type."""

    type = fields.String()
    count = fields.Nested(ConsoleCount)
    oldest_at = Moment()
    attempts = fields.Integer()


class ConsoleSending(Schema):
    """The outbox."""

    waiting = fields.Nested(ConsoleCount)
    oldest_at = Moment(allow_none=True)
    last_at = Moment(allow_none=True)
    last_hour = fields.Nested(ConsoleCount)
    relay_active = fields.Boolean()


class ConsoleHandling(Schema):
    """The inbox."""

    due = fields.Nested(ConsoleCount)
    oldest_at = Moment(allow_none=True)
    kinds = fields.List(fields.Nested(ConsoleKind))
    delayed = fields.Nested(ConsoleCount)
    delayed_subjects = fields.Integer()
    reminders = fields.Nested(ConsoleCount)
    next_reminder_at = Moment(allow_none=True)
    dead = fields.Nested(ConsoleCount)
    dead_kinds = fields.List(fields.Nested(ConsoleKind))
    last_hour = fields.Nested(ConsoleCount)
    last_minute = fields.Nested(ConsoleCount)
    seconds_left = fields.Integer(allow_none=True)


class ConsoleState(Schema):
    """How a service's messages fare: `done` all is well, `soon` it catches up, `late` somebody must look."""

    mood = fields.String()
    sending = fields.Nested(ConsoleSending)
    handling = fields.Nested(ConsoleHandling)


class ConsoleMessage(Schema):
    """A message of a list, without what it says and whom it concerns."""

    id = Identifier()
    type = _PublicType()
    attempts = fields.Integer()
    first_failed_at = Moment(attribute="failed_at", allow_none=True)
    due_at = Moment()
    error = fields.String(allow_none=True)


class ConsoleUnsent(Schema):
    """An event that was not sent yet."""

    position = fields.Integer()
    id = Identifier()
    type = _PublicType()


class ConsoleWhole(Schema):
    """Everything that may be known of one message."""

    id = Identifier()
    type = fields.String()
    direction = fields.String()
    state = fields.String()
    position = fields.Integer()
    mark = fields.String()
    envelope = fields.Dict(keys=fields.String(), values=fields.String())
    attempts = fields.Integer(allow_none=True)
    first_failed_at = Moment(attribute="failed_at", allow_none=True)
    due_at = Moment(allow_none=True)
    handled_at = Moment(allow_none=True)
    error = fields.String(allow_none=True)
    published_at = Moment(allow_none=True)
    feed_position = fields.Integer(allow_none=True)


class ConsoleAct(Schema):
    """What an operator did."""

    at = Moment()
    act = fields.String(attribute="action")
    actor_id = Identifier(allow_none=True)
    by = fields.String(allow_none=True)
    object_id = fields.String(allow_none=True)
    amount = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)


class ConsoleDeadFilter(Schema):
    """Which dead messages: `q` is an id or words of the error."""

    q = Text(100, allow_empty=True)
    type = Text(120)
    sort = fields.String(validate=validate.OneOf(SORTS))


class ConsoleWaitingFilter(ConsoleDeadFilter):
    """Which of those that wait."""

    kind = fields.String(validate=validate.OneOf(KINDS))


class ConsoleUnsentFilter(Schema):
    """Which of those that were not sent."""

    type = Text(120)


class ConsoleActFilter(Schema):
    """Which acts: `q` are words of the reason, an id, or who."""

    q = Text(100, allow_empty=True)
    act = fields.String(validate=validate.OneOf(ACTS))


class ConsoleRedrive(Schema):
    """Dead messages to be tried again: some by id, all of a type, or (`everything`) all."""

    ids = fields.List(
        Identifier(), validate=validate.Length(1, MOST_CHOSEN), metadata={"label": _l("Messages")}
    )
    type = Text(120)
    everything = fields.Boolean()
    reason = Text(LONGEST_REASON, allow_empty=True, metadata={"label": _l("Reason")})

    @validates_schema
    def _one_way(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if sum(bool(data.get(name)) for name in ("ids", "type", "everything")) != 1:
            raise ValidationError({"ids": [str(_l("Choose which messages are to be tried again."))]})


class ConsoleSkip(Schema):
    """Why a dead message may be given up."""

    reason = Text(LONGEST_REASON, required=True, metadata={"label": _l("Reason")})


class ConsoleResend(Schema):
    """From where on to send again: an outbox position, or a moment."""

    position = fields.Integer(
        validate=validate.Range(0, HIGHEST), metadata={"label": _l("From this position of the outbox")}
    )
    since = Moment(metadata={"label": _l("Sent since")})
    reason = Text(LONGEST_REASON, allow_empty=True, metadata={"label": _l("Reason")})

    @validates_schema
    def _one_way(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if ("position" in data) == ("since" in data):
            raise ValidationError({"since": [str(_l("Give either a position or a moment."))]})


class ConsoleDone(Schema):
    """How many messages an act was of."""

    amount = fields.Integer()
