"""What the API takes and gives of requests. No list says what is asked."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.welfare.requests.models import ANSWERED, DISCUSSED, KINDS, REFERRED, STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

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

    open_to_helpers = fields.Boolean()
    helper_id = Identifier(allow_none=True)
    cost_fen = Fen(allow_none=True)
    words = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    next_steps = fields.List(fields.String())


class MemberAsk(Schema):
    kind = fields.String(required=True, validate=_kind, metadata={"label": _l("About what")})
    words = Text(WORDS, lines=True, required=True, metadata={"label": _l("In words")})
    open_to_helpers = fields.Boolean(
        load_default=False, metadata={"label": _l("A colleague may see to it as well")}
    )


_step = {
    "to": fields.String(
        required=True,
        validate=validate.OneOf([DISCUSSED, REFERRED, ANSWERED]),
        metadata={"label": _l("Next step")},
    ),
    "words": Text(
        WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("What was done")}
    ),
}
# What was done; the person reads the words. A repair that is done may say what it cost.
RequestStep = Schema.from_dict(
    {**_step, "cost_fen": Fen(load_default=None, allow_none=True)}, name="RequestStep"
)
RequestStepForm = PlainSchema.from_dict(
    {**_step, "cost_fen": Yuan(load_default=None, data_key="cost", metadata={"label": _l("What it cost")})},
    name="RequestStepForm",
)


class HelperIn(Schema):
    """The colleague who sees to it; null: nobody any more."""

    helper_id = Identifier(load_default=None, allow_none=True, metadata={"label": _l("Colleague")})


class OutcomeOut(Schema):
    kind = fields.String()
    asked = fields.Integer()
    settled = fields.Integer()
