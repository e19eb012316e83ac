"""What the API takes and gives of rounds of gifts, and what the forms take."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, post_load, validate

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.gifts.kinds import AUDIENCES, OCCASIONS, PLACES
from services.welfare.gifts.models import SHARES, STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

REASON = 300
_occasion = validate.OneOf(list(OCCASIONS))
_audience = validate.OneOf(list(AUDIENCES))
_place = validate.OneOf(list(PLACES))
_fund = validate.OneOf([code for code in FUNDS if code != PERSONAL])


class GiftFilter(Schema):
    state = fields.String(validate=validate.OneOf(list(STATES)))
    occasion = fields.String(validate=_occasion)


class YearFilter(Schema):
    year = fields.Integer(validate=validate.Range(2000, 2098))


class GiftRow(Schema):
    """A round as lists show it."""

    id = Identifier()
    occasion = fields.String()
    happens_on = LocalDate()
    audience = fields.String()
    per_head_fen = Fen()
    fund = fields.String()
    place = fields.String()
    pickup_from = Moment()
    pickup_to = Moment()
    state = fields.String()
    opened_on = LocalDate(allow_none=True)
    eligible = fields.Integer(allow_none=True)
    cost_fen = Fen(allow_none=True)
    version = fields.Integer()


class GiftThing(Schema):
    id = Identifier()
    name = fields.String()


class GiftItemOut(GiftThing):
    """One of the things of a round, and how often it was chosen: for those who hand it out, null for others."""

    chosen = fields.Integer(allow_none=True)


class GiftBreach(Schema):
    """A rule that would be broken: in fen, or in people where it counts them."""

    rule = fields.String()
    limit = fields.Integer()
    actual = fields.Integer()
    counts = fields.Boolean()


class GiftFigures(Schema):
    """People by what became of their share; `proxy` of those that were handed out."""

    waiting = fields.Integer()
    taken = fields.Integer()
    returned = fields.Integer()
    proxy = fields.Integer()


class GiftDetail(GiftRow):
    """A round with its things, the rules it would break, and how it stands."""

    items = fields.List(fields.Nested(GiftItemOut))
    breaches = fields.List(fields.Nested(GiftBreach))
    reason = fields.String(allow_none=True)
    reviewers = fields.List(Identifier())
    meant = fields.Integer()
    figures = fields.Nested(GiftFigures)
    job_id = Identifier(allow_none=True)


class ShareFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf([*SHARES, "proxy"]))


class ShareOut(Schema):
    """One person's share, for those who hand out."""

    id = Identifier()
    number = fields.Integer()
    person_id = Identifier()
    item_id = Identifier(allow_none=True)
    state = fields.String()
    taken_by = Identifier(allow_none=True)
    taken_at = Moment(allow_none=True)


class OwnShare(Schema):
    """What is there for the asker, with the code to show."""

    id = Identifier()
    round_id = Identifier()
    occasion = fields.String()
    place = fields.String()
    pickup_from = Moment()
    pickup_to = Moment()
    items = fields.List(fields.Nested(GiftThing))
    item_id = Identifier(allow_none=True)
    code = fields.String()
    state = fields.String()


class GiftBody(Schema):
    """A round; without a day it is the festival's. The fund is always chosen: no source goes without saying."""

    occasion = fields.String(required=True, validate=_occasion)
    happens_on = LocalDate(load_default=None)
    audience = fields.String(required=True, validate=_audience)
    items = fields.List(Text(60), required=True, validate=validate.Length(1, 8))
    per_head_fen = Fen(required=True)
    fund = fields.String(required=True, validate=_fund)
    place = fields.String(required=True, validate=_place)
    pickup_from = Moment(required=True)
    pickup_to = Moment(required=True)


class GiftReason(Schema):
    reason = Text(REASON, allow_empty=True, load_default=None)

    @post_load
    def nothing_is_none(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return data | {"reason": data["reason"] or None}


class GiftVoice(GiftReason):
    approves = fields.Boolean(required=True, metadata={"label": _l("Your voice")})


class GiftLine(Schema):
    """`key`: a number of the sheet or a code; `taken_by`: the number of the colleague who fetched it."""

    key = Text(36, required=True)
    taken_by = Text(6, load_default=None)


class GiftLines(Schema):
    lines = fields.List(fields.Nested(GiftLine), required=True, validate=validate.Length(1, 5000))


class HandedOut(Schema):
    """How many shares are newly marked."""

    handed_out = fields.Integer()


class ShareBody(Schema):
    state = fields.String(required=True, validate=validate.OneOf(list(SHARES)))
    taken_by = Identifier(load_default=None, allow_none=True)


class ChoiceBody(Schema):
    item_id = Identifier(required=True, metadata={"label": _l("Which one")})


class GiftClose(GiftReason):
    cost_fen = Fen(required=True)
    spent_on = LocalDate(required=True)
    receipt_ids = fields.List(Identifier(), load_default=list)


# --- forms


class GiftForm(PlainSchema):
    occasion = fields.String(required=True, validate=_occasion, metadata={"label": _l("On what occasion")})
    happens_on = LocalDate(load_default=None, metadata={"label": _l("Day")})
    audience = fields.String(required=True, validate=_audience, metadata={"label": _l("For whom")})
    items = Text(600, lines=True, required=True, metadata={"label": _l("What is given")})
    per_head_fen = Yuan(data_key="per_head", required=True, metadata={"label": _l("For each")})
    fund = fields.String(required=True, validate=_fund, metadata={"label": _l("From which fund")})
    place = fields.String(required=True, validate=_place, metadata={"label": _l("Where to fetch it")})
    pickup_from = Moment(required=True, metadata={"label": _l("Fetched from")})
    pickup_to = Moment(required=True, metadata={"label": _l("Fetched until")})

    @post_load
    def lines(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return data | {"items": data["items"].splitlines()}


class LinesForm(PlainSchema):
    lines = Text(200_000, lines=True, required=True, metadata={"label": _l("Codes or numbers")})


class ShareForm(PlainSchema):
    state = fields.String(required=True, validate=validate.OneOf(list(SHARES)))
    taken_by = fields.UUID(load_default=None, metadata={"label": _l("Who fetched it")})

    @post_load
    def as_text(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return data | {"taken_by": data["taken_by"] and str(data["taken_by"])}


class CloseForm(GiftReason):
    cost_fen = Yuan(zero=True, data_key="cost", required=True, metadata={"label": _l("What it cost")})
    spent_on = LocalDate(required=True, metadata={"label": _l("Bought on")})
