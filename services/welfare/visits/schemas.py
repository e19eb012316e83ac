"""What the API takes and gives of visits, and what the forms take. No list gives an occasion."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, post_load, validate

from services.welfare.funds.models import FUNDS
from services.welfare.visits.actions.reporting import MOST_VISITORS, WARNINGS, Report
from services.welfare.visits.models import STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

MOST_RECEIPTS = 6
NOTE = 500
_fund = validate.OneOf(list(FUNDS))
_warnings = fields.String(validate=validate.OneOf(list(WARNINGS)))


class VisitFilter(Schema):
    """Which tasks of the board."""

    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(["open", "late", "all", *STATES]))
    assignee_id = Identifier()
    due_before = LocalDate()
    sort = fields.String(validate=validate.OneOf(["due_on", "-due_on"]))


class MineFilter(Schema):
    """One's own tasks: open, or done."""

    done = fields.Boolean()


class VisitOut(Schema):
    """A task as lists show it: whose, by when, how it stands; not why."""

    id = Identifier()
    person_id = Identifier()
    state = fields.String()
    stage = fields.String()
    round = fields.Integer()
    due_on = LocalDate()
    agreed_on = LocalDate(allow_none=True)
    days_left = fields.Integer()
    office = fields.String()
    assignee_id = Identifier(allow_none=True)
    goes = fields.List(Identifier())
    restricted = fields.Boolean()
    visited_on = LocalDate(allow_none=True)
    created_at = Moment()
    version = fields.Integer()


class MatterOut(Schema):
    """Why one goes: for those who go."""

    kind = fields.String()
    occasion = fields.String()
    occurred_on = fields.String(metadata={"format": "date"})


class CeilingOut(Schema):
    """What may be given, by which rule."""

    limit_fen = Fen(allow_none=True)
    rule = fields.String(allow_none=True)
    pack_code = fields.String(attribute="pack.code")
    pack_version = fields.Integer(attribute="pack.version")


class ReportOut(Schema):
    """What was done, and the pack it was checked against."""

    number = fields.Integer()
    visited_on = LocalDate()
    went = fields.List(Identifier())
    gift_fen = Fen()
    fund = fields.String(allow_none=True)
    pack_code = fields.String(allow_none=True)
    pack_version = fields.Integer(allow_none=True)
    details = fields.Dict()
    confirmed = fields.List(fields.String())
    reported_by = Identifier()
    reported_at = Moment()


class VisitDetail(VisitOut):
    """A task whole; `matter`, `ceiling` and `report` are null for those who do not go."""

    scheme_version = fields.Integer()
    matter = fields.Nested(MatterOut, allow_none=True)
    ceiling = fields.Nested(CeilingOut, allow_none=True)
    report = fields.Nested(ReportOut, allow_none=True)


class ReportBody(Schema):
    """A visit that was made. `entry_id` is made where it was typed; sending the same one again changes nothing."""

    visited_on = LocalDate(required=True)
    went = fields.List(Identifier(), required=True, validate=validate.Length(1, MOST_VISITORS))
    gift_fen = Fen(load_default=0)
    fund = fields.String(allow_none=True, load_default=None, validate=_fund)
    operation = fields.Boolean(load_default=False)
    note = Text(NOTE, lines=True, allow_none=True, load_default=None)
    receipt_ids = fields.List(Identifier(), load_default=list, validate=validate.Length(max=MOST_RECEIPTS))
    follow_up = fields.Boolean(load_default=True)
    entry_id = Identifier()
    confirmed = fields.List(_warnings, load_default=list)

    @post_load
    def _report(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return Report(**data)


class Correction(ReportBody):
    """A corrected report, whole, and why."""

    reason = Text(NOTE, required=True)

    @post_load
    def _report(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        reason = data.pop("reason")
        return {"report": Report(**data), "reason": reason}


class Reason(Schema):
    """Why a visit is not made; kept sealed."""

    reason = Text(NOTE, required=True, metadata={"label": _l("Reason")})


class Assignment(Schema):
    """Who is to go."""

    person_id = Identifier(required=True, metadata={"label": _l("Who goes")})


class Agreement(Schema):
    """The day agreed with the family; null for none. The due day stays."""

    agreed_on = LocalDate(required=True, allow_none=True, metadata={"label": _l("Agreed day")})


class OfferOut(Schema):
    """A task that another school offers to hand over."""

    id = Identifier()
    from_school_id = Identifier()
    person_id = Identifier()
    due_on = LocalDate()
    state = fields.String()


class ReceiptOut(Schema):
    """A receipt; `used_before` where the same picture already proves another gift."""

    id = Identifier()
    file_id = Identifier()
    sha256 = fields.String()
    used_before = fields.Boolean()


# --- forms


class ReportForm(PlainSchema):
    """The page 完成探望: names of controls as on the page."""

    visited_on = LocalDate(required=True, metadata={"label": _l("Day of the visit")})
    went = fields.List(Identifier(), load_default=list, metadata={"label": _l("Who went")})
    other = Identifier(load_default=None, metadata={"label": _l("Somebody else")})
    gift_fen = Yuan(zero=True, data_key="gift", load_default=0, metadata={"label": _l("Gift")})
    fund = fields.String(load_default=None, validate=_fund, metadata={"label": _l("Paid from")})
    operation = fields.Boolean(load_default=False, metadata={"label": _l("There was an operation")})
    note = Text(NOTE, lines=True, load_default=None, metadata={"label": _l("What must follow")})
    receipt_ids = fields.List(Identifier(), data_key="receipt", load_default=list)
    follow_up = fields.Boolean(load_default=True, metadata={"label": _l("Next visit")})
    entry_id = Identifier(required=True)
    confirmed = fields.List(_warnings, load_default=list)
    fix = fields.String(load_default=None, validate=validate.OneOf(["reduce", "operation", "fund"]))
    reason = Text(NOTE, load_default=None, metadata={"label": _l("Why it is corrected")})
