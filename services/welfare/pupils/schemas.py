"""What the API takes and gives of the help for pupils, and what the forms take. No field takes a name."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import ValidationError, fields, validate

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.pupils.codes import in_words, no_number, nobody
from services.welfare.pupils.models import STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

MOST = 200
_fund = validate.OneOf([code for code in FUNDS if code != PERSONAL])
_pupils = validate.Range(1, 5000)


class ProgrammeFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(list(STATES)))
    sort = fields.String(validate=validate.OneOf(["proposed_on", "-proposed_on"]))


class ProgrammeRow(Schema):
    """A programme: who gives how much for how many pupils."""

    id = Identifier()
    title = fields.String()
    donor = fields.String()
    fund = fields.String()
    pupils = fields.Integer()
    amount_fen = Fen()
    state = fields.String()
    proposed_on = LocalDate()
    agreed_on = LocalDate(allow_none=True)
    version = fields.Integer()


class PupilPaymentOut(Schema):
    id = Identifier()
    codes = fields.List(fields.String())
    each_fen = Fen()
    amount_fen = Fen()
    paid_on = LocalDate()


class ProgrammeDetail(ProgrammeRow):
    """A programme with what it has paid."""

    payments = fields.List(fields.Nested(PupilPaymentOut))


class ProgrammeIn(Schema):
    title = Text(60, required=True, validate=no_number)
    donor = Text(80, required=True, validate=no_number)
    fund = fields.String(required=True, validate=_fund)
    pupils = fields.Integer(required=True, strict=True, validate=_pupils)
    amount_fen = Fen(required=True)


class PupilPaymentIn(Schema):
    """The same sum to each of these pupils."""

    codes = fields.List(
        fields.String(required=True, validate=nobody), required=True, validate=validate.Length(1, MOST)
    )
    each_fen = Fen(required=True)
    paid_on = LocalDate(required=True)
    receipt_ids = fields.List(Identifier(), required=True, validate=validate.Length(1, 5))


# --- forms


class Codes(fields.Field):
    """Codes by lines, as people paste them from a table."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        codes = in_words(str(value))
        for code in codes:
            nobody(code)
        if not 1 <= len(codes) <= MOST:
            raise ValidationError(str(_l("At most %(most)s codes at once.")) % {"most": MOST})
        return codes


class ProgrammeForm(PlainSchema):
    title = Text(60, required=True, validate=no_number, metadata={"label": _l("What it is called")})
    donor = Text(80, required=True, validate=no_number, metadata={"label": _l("Who gives")})
    fund = fields.String(required=True, validate=_fund, metadata={"label": _l("From which fund")})
    pupils = fields.Integer(required=True, validate=_pupils, metadata={"label": _l("How many pupils")})
    amount_fen = Yuan(required=True, data_key="amount", metadata={"label": _l("Sum for all")})


class PupilPaymentForm(PlainSchema):
    codes = Codes(required=True, metadata={"label": _l("The pupils' codes")})
    each_fen = Yuan(required=True, data_key="each", metadata={"label": _l("Sum for each")})
    paid_on = LocalDate(required=True, metadata={"label": _l("Day of payment")})
