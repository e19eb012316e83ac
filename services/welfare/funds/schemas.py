"""What the API takes and gives of the union's money, and what the forms take."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.welfare.funds.codes import CODES, INCOME
from services.welfare.funds.models import FUNDS, PERSONAL, POLICIES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

_fund = validate.OneOf([code for code in FUNDS if code != PERSONAL])
_year = validate.Range(2000, 2099)
LONGEST_POLICY = 20_000


class ReceiptRow(Schema):
    """A receipt that proves something; for whom is not said."""

    id = Identifier()
    file_id = Identifier()
    sha256 = fields.String()
    kept_by = Identifier()
    kept_at = Moment()


# --- the ledger


class LedgerFilter(Schema):
    """Which sums, and in which order; both days included."""

    q = Text(80, allow_empty=True)
    side = fields.String(validate=validate.OneOf(["income", "spending"]))
    code = fields.String(validate=validate.OneOf(list(CODES)))
    fund = fields.String(validate=_fund)
    source = fields.String(validate=validate.Regexp(r"^[a-z][a-z-]{1,29}\Z"))
    activity_id = Identifier()
    begins = LocalDate()
    ends = LocalDate()
    receipt = fields.String(validate=validate.OneOf(["missing"]))
    sort = fields.String(validate=validate.OneOf(["day", "-day", "amount", "-amount"]))


class EntryOut(Schema):
    """One sum of the ledger; below zero where it takes another one back."""

    id = Identifier()
    code = fields.String()
    fund = fields.String()
    amount_fen = fields.Integer()
    happened_on = LocalDate()
    counted_on = LocalDate()
    source = fields.String()
    source_id = fields.String()
    number = fields.Integer()
    kind = fields.String()
    counters_id = Identifier(allow_none=True)
    activity_id = Identifier(allow_none=True)
    pack_code = fields.String(allow_none=True)
    pack_version = fields.Integer(allow_none=True)
    breaches = fields.List(fields.String())
    words = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    booked_by = Identifier(allow_none=True)
    booked_at = Moment()


class TakeBack(Schema):
    """Why a sum is taken back."""

    reason = Text(200, required=True, metadata={"label": _l("Reason")})


class IncomeBody(Schema):
    """Money that came in. `entry_id` is made where it was typed: sent again it changes nothing."""

    code = fields.String(required=True, validate=validate.OneOf(list(INCOME)))
    fund = fields.String(load_default="union", validate=_fund)
    amount_fen = Fen(required=True)
    received_on = LocalDate(required=True)
    words = Text(200, required=True)
    entry_id = Identifier()


class IncomeForm(PlainSchema):
    code = fields.String(
        required=True, validate=validate.OneOf(list(INCOME)), metadata={"label": _l("Heading")}
    )
    fund = fields.String(required=True, validate=_fund, metadata={"label": _l("Into which fund")})
    amount_fen = Yuan(required=True, data_key="amount", metadata={"label": _l("Amount")})
    received_on = LocalDate(required=True, metadata={"label": _l("Day")})
    words = Text(200, required=True, metadata={"label": _l("From whom, what for")})
    entry_id = Identifier(required=True)


class ReceiptAdded(Schema):
    """A receipt that was added."""

    id = Identifier()
    file_id = Identifier()
    sha256 = fields.String()
    used_before = fields.Boolean()


# --- the year


class YearQuery(Schema):
    """Which year; the present one if left out."""

    year = fields.Integer(validate=_year)


class LineOut(Schema):
    """One heading: planned, bespoken, spent or received."""

    code = fields.String()
    account = fields.Function(lambda line: CODES[line.code].account, metadata={"type": "string"})
    planned_fen = fields.Integer()
    committed_fen = fields.Integer()
    actual_fen = fields.Integer()
    left_fen = fields.Integer()


class BudgetOut(Schema):
    """A budget as it stands."""

    id = Identifier()
    year = fields.Integer()
    number = fields.Integer()
    state = fields.String()
    lines = fields.Dict(keys=fields.String(), values=fields.Integer())
    income_fen = fields.Integer()
    spending_fen = fields.Integer()
    reserve_percent = fields.Integer()
    reserve_fen = fields.Integer()
    drafted_by = Identifier()
    resolution = fields.String(allow_none=True)
    approved_by = Identifier(allow_none=True)
    approved_at = Moment(allow_none=True)
    reported_at = Moment(allow_none=True)
    version = fields.Integer()


class YearOut(Schema):
    """A year heading by heading, with what is in each fund now."""

    year = fields.Integer()
    budget = fields.Nested(BudgetOut, allow_none=True)
    income = fields.List(fields.Nested(LineOut))
    spending = fields.List(fields.Nested(LineOut))
    balances = fields.Dict(keys=fields.String(), values=fields.Integer())


class BudgetBody(Schema):
    """The draft of a year's budget: headings to fen."""

    lines = fields.Dict(keys=fields.String(validate=validate.OneOf(list(CODES))), values=Fen(), required=True)
    reserve_percent = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 100))


class Approval(Schema):
    """Which meeting of the committee decided."""

    resolution = Text(200, required=True, metadata={"label": _l("Decision of the committee")})


def budget_form() -> PlainSchema:
    """The page's form: an amount in yuan for each heading, empty for nothing."""
    lines: dict[str, Any] = {
        f"line-{code}": Yuan(zero=True, load_default=0, metadata={"label": one.name})
        for code, one in CODES.items()
    }
    return PlainSchema.from_dict(
        {
            "reserve_percent": fields.Integer(
                load_default=0,
                validate=validate.Range(0, 100),
                metadata={"label": _l("Held back for the sick and the retired, in percent")},
            ),
            **lines,
        },
        name="BudgetForm",
    )()


# --- aid, activities, posts, policies


class AllotmentBody(Schema):
    """A sum set apart for colleagues in hardship."""

    fund = fields.String(required=True, validate=_fund)
    amount_fen = Fen(required=True)
    allotted_on = LocalDate(required=True)
    words = Text(200, required=True)


class AllotmentForm(PlainSchema):
    fund = fields.String(required=True, validate=_fund, metadata={"label": _l("From which fund")})
    amount_fen = Yuan(required=True, data_key="amount", metadata={"label": _l("Amount")})
    allotted_on = LocalDate(required=True, metadata={"label": _l("Day")})
    words = Text(200, required=True, metadata={"label": _l("By which decision")})


class AllotmentOut(Schema):
    id = Identifier()
    fund = fields.String()
    amount_fen = Fen()
    allotted_on = LocalDate()
    words = fields.String()
    allotted_by = Identifier()


class CostFilter(Schema):
    """Which activities, and in which order."""

    kind = fields.String(validate=validate.Regexp(r"^[a-z][a-z-]{1,19}\Z"))
    sort = fields.String(validate=validate.OneOf(["day", "-day", "spend", "-spend", "attended", "-attended"]))


class CostOut(Schema):
    """What an activity cost each who came, and how it was liked (hundredths; null under five answers)."""

    id = Identifier()
    kind = fields.String()
    completed_on = LocalDate()
    attended = fields.Integer()
    winners = fields.Integer()
    budget_fen = fields.Integer(allow_none=True)
    spend_fen = fields.Integer()
    each_fen = fields.Integer(allow_none=True)
    satisfaction_hundredths = fields.Integer(allow_none=True)


class PostOut(Schema):
    """Who keeps the books, who keeps the cash."""

    post = fields.String()
    person_id = Identifier()
    begun_on = LocalDate()


class PostBody(Schema):
    person_id = Identifier(required=True, metadata={"label": _l("Who")})


class PolicyBody(Schema):
    """The next version of a document on money."""

    kind = fields.String(required=True, validate=validate.OneOf(list(POLICIES)))
    text = Text(LONGEST_POLICY, lines=True, required=True, metadata={"label": _l("Text")})
    adopted_on = LocalDate(required=True, metadata={"label": _l("Adopted on")})


class PolicyOut(Schema):
    id = Identifier()
    kind = fields.String()
    number = fields.Integer()
    text = fields.String()
    adopted_on = LocalDate()
    published_at = Moment()
