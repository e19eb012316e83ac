"""What the API takes and gives of requests. No list says what is asked."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.welfare.requests.models import ANSWERED, DISCUSSED, KINDS, REFERRED, STATES
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text

WORDS = 1000
_kind = validate.OneOf(list(KINDS))


class RequestFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(["open", *STATES]))
    kind = fields.String(validate=_kind)
    sort = fields.String(validate=validate.OneOf(["asked_on", "-asked_on"]))


class MemberRequestRow(Schema):
    """A request as lists show it: whose, of which kind, how it stands; not the words."""

    id = Identifier()
    person_id = Identifier(allow_none=True)
    kind = fields.String()
    state = fields.String()
    asked_on = LocalDate()
    due_on = LocalDate()
    discussed_on = LocalDate(allow_none=True)
    referred_on = LocalDate(allow_none=True)
    closed_on = LocalDate(allow_none=True)
    version = fields.Integer()


class MemberRequestDetail(MemberRequestRow):
    """A whole request with what was answered."""

    words = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    next_steps = fields.List(fields.String())


class MemberAsk(Schema):
    kind = fields.String(required=True, validate=_kind, metadata={"label": _l("What about")})
    words = Text(WORDS, lines=True, required=True, metadata={"label": _l("In words")})


class RequestStep(Schema):
    """What was done; the person reads the words."""

    to = fields.String(
        required=True,
        validate=validate.OneOf([DISCUSSED, REFERRED, ANSWERED]),
        metadata={"label": _l("Next step")},
    )
    words = Text(
        WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("What was done")}
    )
