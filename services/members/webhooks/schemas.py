"""What the API and the forms of webhooks take and give."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.members.webhooks.addresses import LONGEST
from services.members.webhooks.models import OUTCOMES, STATES
from services.members.webhooks.wording import why
from shared.contracts.registry import all_events
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text

PUBLIC = [event.type for event in all_events() if event.audience == "public"]


class WebhookIn(Schema):
    """`types` empty: all public ones. `only_school` narrows a district's webhook to one of its unions."""

    name = Text(60, required=True, metadata={"label": _l("Name of the receiver")})
    url = Text(LONGEST, required=True, metadata={"label": _l("Address of the receiver")})
    types = fields.List(
        fields.String(validate=validate.OneOf(PUBLIC)),
        validate=validate.Length(max=len(PUBLIC)),
        metadata={"label": _l("What it is told")},
    )
    only_school = Identifier(allow_none=True, metadata={"label": _l("Only this union")})


class WebhookOut(Schema):
    id = Identifier()
    name = fields.String()
    host = fields.String()
    types = fields.List(fields.String())
    only_school = Identifier(allow_none=True)
    state = fields.String()
    error = fields.String(allow_none=True)
    why = fields.Function(lambda webhook: why(webhook.error), metadata={"type": "string"})
    created_at = Moment()
    last_ok_at = Moment(allow_none=True)
    failing_since = Moment(allow_none=True)
    old_secret_until = Moment(allow_none=True)


class WebhookWithSecret(WebhookOut):
    """The secret is shown in this one answer."""

    secret = fields.String()


class WebhookFilter(Schema):
    q = Text(60, allow_empty=True)
    state = fields.String(validate=validate.OneOf(list(STATES)))


class DeliveryFilter(Schema):
    q = Text(120, allow_empty=True)
    state = fields.String(validate=validate.OneOf(list(OUTCOMES)))
    sort = fields.String(validate=validate.OneOf(["created_at", "-created_at"]))


class WebhookDeliveryOut(Schema):
    """`attempts` since the last replay; `status` and `error` of the last one."""

    id = Identifier()
    event_id = Identifier()
    type = fields.String()
    event_school = Identifier()
    state = fields.String()
    attempts = fields.Integer()
    replays = fields.Integer()
    created_at = Moment()
    tried_at = Moment(allow_none=True)
    due_at = Moment()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)


class WebhookReplay(Schema):
    since = Moment(required=True, metadata={"label": _l("Since")})
    failed_only = fields.Boolean(load_default=False)


class WebhookReplayed(Schema):
    amount = fields.Integer()
