"""What the API takes and gives of expenses, and what the form takes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, post_load, validate

from services.welfare.expenses.actions import WARNINGS, Spending
from services.welfare.expenses.kinds import KINDS, PROHIBITED
from services.welfare.expenses.models import STATES
from services.welfare.funds.models import FUNDS
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

MOST_RECEIPTS = 10
MOST_HEADS = 20_000
_kind = validate.OneOf([*KINDS, *PROHIBITED])
_fund = validate.OneOf(list(FUNDS))
_heads = validate.Range(1, MOST_HEADS)
_winners = validate.Range(0, MOST_HEADS)
_warning = fields.String(validate=validate.OneOf(list(WARNINGS)))
FESTIVAL_CODE = validate.Regexp(r"^[a-z][a-z-]{1,29}\Z")


class ExpenseFilter(Schema):
    """Which expenses, and in which order."""

    q = Text(80, allow_empty=True)
    state = fields.String(validate=validate.OneOf(["all", "waiting", *STATES]))
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    fund = fields.String(validate=_fund)
    sort = fields.String(validate=validate.OneOf(["spent_on", "-spent_on", "amount", "-amount"]))


class BreachOut(Schema):
    """A rule that was broken: fen, or (`counts`) people."""

    rule = fields.String()
    limit = fields.Integer()
    actual = fields.Integer()
    counts = fields.Boolean()


class ExpenseOut(Schema):
    """An expense as it stands."""

    id = Identifier()
    kind = fields.String()
    code = fields.String()
    fund = fields.String()
    amount_fen = Fen()
    spent_on = LocalDate()
    words = fields.String()
    heads = fields.Integer(allow_none=True)
    winners = fields.Integer(allow_none=True)
    each_fen = Fen(allow_none=True)
    festival = fields.String(allow_none=True)
    activity_id = Identifier(allow_none=True)
    pack_code = fields.String(allow_none=True)
    pack_version = fields.Integer(allow_none=True)
    breaches = fields.List(fields.Nested(BreachOut))
    reason = fields.String(allow_none=True)
    confirmed = fields.List(fields.String())
    state = fields.String()
    submitted_by = Identifier()
    checked_by = Identifier(allow_none=True)
    approved_by = Identifier(allow_none=True)
    paid_by = Identifier(allow_none=True)
    paid_at = Moment(allow_none=True)
    refused_by = Identifier(allow_none=True)
    refusal = fields.String(allow_none=True)
    version = fields.Integer()


class ExpenseBody(Schema):
    """Money that was spent. `entry_id` is made where it was typed; sending the same one again changes nothing."""

    kind = fields.String(required=True, validate=_kind)
    fund = fields.String(required=True, validate=_fund)
    amount_fen = Fen(required=True)
    spent_on = LocalDate(required=True)
    words = Text(200, required=True)
    heads = fields.Integer(strict=True, allow_none=True, validate=_heads)
    winners = fields.Integer(strict=True, allow_none=True, validate=_winners)
    each_fen = Fen(allow_none=True)
    festival = fields.String(allow_none=True, validate=FESTIVAL_CODE)
    activity_id = Identifier(allow_none=True)
    receipt_ids = fields.List(Identifier(), load_default=list, validate=validate.Length(max=MOST_RECEIPTS))
    reason = Text(200, allow_none=True)
    confirmed = fields.List(_warning, load_default=list)
    entry_id = Identifier()

    @post_load
    def _spending(self, data: dict[str, Any], **_kwargs: Any) -> Spending:
        return Spending(**data)


class Refusal(Schema):
    """Why it is refused."""

    reason = Text(200, required=True, metadata={"label": _l("Reason")})


class ReceiptHandedIn(Schema):
    """A receipt that proves nothing yet; `used_before` where the same picture proves something already."""

    id = Identifier()
    file_id = Identifier()
    sha256 = fields.String()
    used_before = fields.Boolean()


class ExpenseForm(PlainSchema):
    """The page of one kind: names of controls as on the page."""

    fund = fields.String(required=True, validate=_fund, metadata={"label": _l("Paid from")})
    amount_fen = Yuan(required=True, data_key="amount", metadata={"label": _l("Amount")})
    spent_on = LocalDate(required=True, metadata={"label": _l("Day")})
    words = Text(200, required=True, metadata={"label": _l("What for")})
    heads = fields.Integer(load_default=None, validate=_heads, metadata={"label": _l("How many people")})
    winners = fields.Integer(
        load_default=None, validate=_winners, metadata={"label": _l("How many of them got a prize")}
    )
    each_fen = Yuan(data_key="each", load_default=None, metadata={"label": _l("The dearest prize")})
    festival = fields.String(load_default=None, validate=FESTIVAL_CODE, metadata={"label": _l("Festival")})
    activity_id = Identifier(load_default=None, metadata={"label": _l("Activity")})
    receipt_ids = fields.List(Identifier(), data_key="receipt", load_default=list)
    reason = Text(200, load_default=None, metadata={"label": _l("Why all the same")})
    confirmed = fields.List(_warning, load_default=list)
    entry_id = Identifier(required=True)
