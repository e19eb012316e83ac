"""What the API takes and gives of mutual insurance, and what the forms take. No identity number, no illness."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from services.welfare.insurance.models import ANSWERS, AUDIENCES, PAYERS, STATES
from services.welfare.insurance.queries import UNDECIDED
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

DEAREST = 1_000_000  # fen a head: more is a slip of the decimal point
MOST = 500  # people entered at once
FORMS = ("csv", "xlsx")
_audience = validate.OneOf(list(AUDIENCES))
_payer = validate.OneOf(list(PAYERS))
_premium = validate.Range(0, DEAREST)


class PlanFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(list(STATES)))
    sort = fields.String(validate=validate.OneOf(["opens_on", "-opens_on"]))


class PlanRow(Schema):
    """A plan; the premium is for each, in fen."""

    id = Identifier()
    title = fields.String()
    audience = fields.String()
    insurer = fields.String()
    premium_fen = fields.Integer()
    payer = fields.String()
    opens_on = LocalDate()
    closes_on = LocalDate()
    state = fields.String()
    version = fields.Integer()


class PlanDetail(PlanRow):
    """A plan with one's own answer; the figures are told to those who keep the list."""

    own_answer = fields.String(allow_none=True)
    eligible = fields.Integer(allow_none=True)
    enrolled = fields.Integer(allow_none=True)
    handed_over_at = Moment(allow_none=True)
    handed_over_rows = fields.Integer(allow_none=True)


class PlanIn(Schema):
    title = Text(60, required=True)
    audience = fields.String(required=True, validate=_audience)
    insurer = Text(80, required=True)
    premium_fen = fields.Integer(required=True, strict=True, validate=_premium)
    payer = fields.String(required=True, validate=_payer)
    opens_on = LocalDate(required=True)
    closes_on = LocalDate(required=True)


class Answer(Schema):
    """Yes or no to a plan."""

    joins = fields.Boolean(required=True)


class PeopleFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    answer = fields.String(validate=validate.OneOf([*ANSWERS, UNDECIDED]))


class InsuredRow(Schema):
    """Somebody whom it is for, and what they said; null: nothing yet."""

    person_id = Identifier(attribute="Person.id")
    name = fields.String(attribute="Person.name")
    answer = fields.String(attribute="Enrolment.answer", allow_none=True, dump_default=None)
    consented_on = LocalDate(attribute="Enrolment.consented_on", allow_none=True, dump_default=None)


class Recorded(Schema):
    """Who signed on paper, on which day; without a day they only stand on the list and are still to be asked."""

    person_ids = fields.List(Identifier(), required=True, validate=validate.Length(1, MOST))
    signed_on = LocalDate(load_default=None, allow_none=True)


class Count(Schema):
    count = fields.Integer()


class ListedOut(Schema):
    """A line of the list for the insurer."""

    person_id = Identifier(attribute="person.id")
    name = fields.String(attribute="person.name")
    consent = fields.String(attribute="enrolment.answer")
    consented_on = LocalDate(attribute="enrolment.consented_on")


class ListOut(Schema):
    """The list for the insurer: as many consents as lines, or there is none."""

    lines = fields.List(fields.Nested(ListedOut))
    line_count = fields.Integer()
    consent_count = fields.Integer()
    total_fen = fields.Integer()


class FileForm(PlainSchema):
    format = fields.String(load_default="xlsx", validate=validate.OneOf(FORMS))


class RateQuery(Schema):
    """Which year, part of a school's name, for whom."""

    year = fields.Integer(validate=validate.Range(2000, 2099))
    q = fields.String(load_default="", validate=validate.Length(max=60))
    audience = fields.String(validate=_audience)


class RateOut(Schema):
    """How far a school is; `percent` is null where there is no plan or it would point to somebody."""

    school_id = Identifier(attribute="school.id")
    name = fields.String(attribute="school.name")
    title = fields.String(attribute="plan.title", dump_default=None)
    state = fields.String(attribute="plan.state", dump_default=None)
    percent = fields.Integer(allow_none=True)


# --- forms


class PlanForm(PlainSchema):
    title = Text(60, required=True, metadata={"label": _l("What it is called")})
    audience = fields.String(required=True, validate=_audience, metadata={"label": _l("For whom")})
    insurer = Text(80, required=True, metadata={"label": _l("Insurer")})
    premium_fen = Yuan(
        data_key="premium", required=True, validate=_premium, metadata={"label": _l("Premium for each")}
    )
    payer = fields.String(required=True, validate=_payer, metadata={"label": _l("Who pays")})
    opens_on = LocalDate(required=True, metadata={"label": _l("First day to join")})
    closes_on = LocalDate(required=True, metadata={"label": _l("Last day to join")})


class RecordForm(PlainSchema):
    """Ticked names, and whether they signed."""

    person_ids = fields.List(Identifier(), required=True, metadata={"label": _l("Who")})
    how = fields.String(
        required=True, validate=validate.OneOf(["paper", "listed"]), metadata={"label": _l("Consent")}
    )
    signed_on = LocalDate(load_default=None, metadata={"label": _l("Signed on")})

    @pre_load
    def _empty_day(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value != ""}

    @validates_schema
    def _paper_has_a_day(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.get("how") == "paper" and data.get("signed_on") is None:
            raise ValidationError(_("On which day did they sign?"), "signed_on")
