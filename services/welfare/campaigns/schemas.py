"""What the API takes and gives of campaigns, and what the forms take. Sums are whole fen."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import ValidationError, fields, validate, validates_schema

from services.welfare.campaigns.models import BENEFIT, CAUSES, KINDS, STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

MOST_FEN = 10_000_000  # of one person: more is a slip of the decimal point
_kind = validate.OneOf(list(KINDS))
_cause = validate.OneOf(list(CAUSES))
_percent = validate.Range(0, 100)
_amount = validate.Range(0, MOST_FEN)


class CampaignsQuery(Schema):
    q = fields.String(validate=validate.Length(max=60))
    kind = fields.String(validate=_kind)
    state = fields.String(validate=validate.OneOf(list(STATES)))
    sort = fields.String(validate=validate.OneOf(["opens_on", "-opens_on"]))


class CampaignOut(Schema):
    """A donation or a group deal."""

    id = Identifier()
    kind = fields.String()
    cause = fields.String(allow_none=True)
    rebate_percent = fields.Integer(allow_none=True)
    title = fields.String()
    counterpart = fields.String()
    opens_on = LocalDate()
    closes_on = LocalDate()
    state = fields.String()
    version = fields.Integer()


class OwnPart(Schema):
    """What one said, what came in of it, and what comes back."""

    said_fen = fields.Integer()
    collected_fen = fields.Integer()
    rebate_fen = fields.Integer()
    name_shown = fields.Boolean()


class CampaignWhole(CampaignOut):
    """With one's own part; closed, with the total (null under five) and the names that wanted to be shown.

    `collected_fen` is for those who keep it.
    """

    own = fields.Nested(OwnPart, allow_none=True)
    handed_on = LocalDate(allow_none=True)
    participants = fields.Integer(allow_none=True)
    total_fen = fields.Integer(allow_none=True)
    names = fields.List(fields.String())
    collected_fen = fields.Integer()


class CampaignNew(Schema):
    kind = fields.String(required=True, validate=_kind)
    cause = fields.String(load_default=None, allow_none=True, validate=_cause)
    rebate_percent = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_percent)
    title = Text(60, required=True)
    counterpart = Text(80, required=True)
    opens_on = LocalDate(required=True)
    closes_on = LocalDate(required=True)


class Said(Schema):
    """One's own amount; 0 takes it back. `name_shown`: may the name, without the sum, be seen once it is closed?"""

    amount_fen = Fen(required=True, validate=_amount)
    name_shown = fields.Boolean(load_default=False)


class ContributionsQuery(Schema):
    q = fields.String(validate=validate.Length(max=60))
    collected = fields.Boolean()


class ContributionOut(Schema):
    """Somebody's part, for those who collect."""

    person_id = Identifier(attribute="Person.id")
    name = fields.String(attribute="Person.name")
    said_fen = fields.Integer(attribute="Contribution.said_fen")
    collected_fen = fields.Integer(attribute="Contribution.collected_fen")


class Collected(Schema):
    collected_fen = Fen(required=True, validate=_amount)


class HandedOver(Schema):
    """What the receipt or the partner's statement says."""

    paid_fen = Fen(required=True)
    rebate_fen = Fen(load_default=None, allow_none=True)
    handed_on = LocalDate(required=True)


# --- forms


class CampaignForm(PlainSchema):
    kind = fields.String(required=True, validate=_kind, metadata={"label": _l("Kind")})
    title = Text(60, required=True, metadata={"label": _l("What it is called")})
    cause = fields.String(load_default=None, validate=_cause, metadata={"label": _l("What for")})
    rebate_percent = fields.Integer(
        load_default=None, validate=_percent, metadata={"label": _l("The partner gives back, in percent")}
    )
    counterpart = Text(80, required=True, metadata={"label": _l("Who gets the money")})
    opens_on = LocalDate(required=True, metadata={"label": _l("First day")})
    closes_on = LocalDate(required=True, metadata={"label": _l("Last day")})

    @validates_schema
    def _deal_has_a_rebate(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.get("kind") == BENEFIT and data.get("rebate_percent") is None:
            raise ValidationError(_("How much does the partner give back? 0 for nothing."), "rebate_percent")


class SaidForm(PlainSchema):
    amount_fen = Yuan(
        data_key="amount", zero=True, required=True, validate=_amount, metadata={"label": _l("Amount")}
    )
    name_shown = fields.Boolean(load_default=False)


class CollectForm(PlainSchema):
    person_id = Identifier(required=True, metadata={"label": _l("Who")})
    collected_fen = Yuan(
        data_key="collected",
        zero=True,
        required=True,
        validate=_amount,
        metadata={"label": _l("Received in all")},
    )


class CloseForm(PlainSchema):
    paid_fen = Yuan(data_key="paid", zero=True, required=True, metadata={"label": _l("Sum on the paper")})
    rebate_fen = Yuan(
        data_key="rebate", zero=True, load_default=None, metadata={"label": _l("Rebate on the paper")}
    )
    handed_on = LocalDate(required=True, metadata={"label": _l("Handed over on")})
