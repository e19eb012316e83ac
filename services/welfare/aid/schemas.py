"""What the API takes and gives of aid, and what the forms take. No list says why somebody asks."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.welfare.aid.models import KINDS, OWN_KINDS, STATES
from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.pupils.codes import nobody
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

REASON = 1000
_own_kind = validate.OneOf(OWN_KINDS)
_fund = validate.OneOf([code for code in FUNDS if code != PERSONAL])


class RequestFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(list(STATES)))
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    sort = fields.String(validate=validate.OneOf(["requested_on", "-requested_on"]))


class RequestRow(Schema):
    """A request as lists show it: whose, how much, how it stands; not why."""

    id = Identifier()
    person_id = Identifier(allow_none=True)
    pupil_ref = fields.String(allow_none=True)
    kind = fields.String()
    state = fields.String()
    asked_fen = Fen()
    granted_fen = Fen(allow_none=True)
    fund = fields.String(allow_none=True)
    requested_on = LocalDate()
    decided_on = LocalDate(allow_none=True)
    paid_on = LocalDate(allow_none=True)
    received_on = LocalDate(allow_none=True)
    version = fields.Integer()


class PaymentRow(Schema):
    """What the treasurer needs to pay it, and no more."""

    id = Identifier()
    person_id = Identifier(allow_none=True)
    pupil_ref = fields.String(allow_none=True)
    granted_fen = Fen()
    fund = fields.String()
    decided_on = LocalDate()


class RequestDetail(RequestRow):
    """A whole request with the rule's trace."""

    level = fields.String()
    reason = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    limit_fen = Fen(allow_none=True)
    left_fen = Fen(allow_none=True)
    trace = fields.List(fields.String())


class Ask(Schema):
    """A request for oneself."""

    kind = fields.String(required=True, validate=_own_kind)
    asked_fen = Fen(required=True)
    reason = Text(REASON, lines=True, required=True)


class PupilAsk(Schema):
    """A request for a pupil, by a code."""

    pupil_ref = fields.String(required=True, validate=nobody)
    asked_fen = Fen(required=True)
    reason = Text(REASON, lines=True, required=True)


class Decision(Schema):
    """Yes with a sum and a fund, or no; always with the reason."""

    approves = fields.Boolean(required=True)
    granted_fen = Fen(load_default=None)
    fund = fields.String(load_default=None, validate=_fund)
    answer = Text(REASON, lines=True, required=True)


class Payment(Schema):
    paid_on = LocalDate(required=True)
    receipt_ids = fields.List(Identifier(), required=True, validate=validate.Length(1, 5))


class AidTotal(Schema):
    """Aid of a kind in a year; null where fewer than five were helped."""

    kind = fields.String()
    number = fields.Integer(allow_none=True)
    amount_fen = Fen(allow_none=True)


class YearQuery(Schema):
    year = fields.Integer(validate=validate.Range(2000, 2099))


# --- forms

_asked: dict[str, Any] = {"required": True, "data_key": "asked", "metadata": {"label": _l("Sum asked for")}}


class AskForm(PlainSchema):
    kind = fields.String(required=True, validate=_own_kind, metadata={"label": _l("What for")})
    asked_fen = Yuan(**_asked)
    reason = Text(REASON, lines=True, required=True, metadata={"label": _l("Why")})


class PupilForm(PlainSchema):
    pupil_ref = fields.String(required=True, validate=nobody, metadata={"label": _l("The pupil's code")})
    asked_fen = Yuan(**_asked)
    reason = Text(REASON, lines=True, required=True, metadata={"label": _l("Why")})


class DecisionForm(PlainSchema):
    approves = fields.Boolean(required=True, metadata={"label": _l("Decision")})
    granted_fen = Yuan(load_default=None, data_key="granted", metadata={"label": _l("Sum granted")})
    fund = fields.String(load_default=None, validate=_fund, metadata={"label": _l("From which fund")})
    answer = Text(REASON, lines=True, required=True, metadata={"label": _l("Reason")})


class PaymentForm(PlainSchema):
    paid_on = LocalDate(required=True, metadata={"label": _l("Day of payment")})
