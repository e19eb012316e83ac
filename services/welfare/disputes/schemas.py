"""What the API takes and gives of disputes, and what the forms take. No list says what a dispute is about."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.welfare.disputes.actions import STEPS
from services.welfare.disputes.models import MATTERS, REGIMES, SIDES, STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

WORDS = 2000
_count = validate.Range(1, 5000)


class MediatorOut(Schema):
    id = Identifier()
    person_id = Identifier()
    side = fields.String()
    leads = fields.Boolean()
    term_from = LocalDate()
    term_to = LocalDate(allow_none=True)


class SeatIn(Schema):
    """Who sits in the committee, for which side, from when to when."""

    person_id = Identifier(required=True, metadata={"label": _l("Who")})
    side = fields.String(required=True, validate=validate.OneOf(list(SIDES)), metadata={"label": _l("Side")})
    leads = fields.Boolean(load_default=False)
    term_from = LocalDate(required=True, metadata={"label": _l("From")})
    term_to = LocalDate(load_default=None, metadata={"label": _l("Until")})


class DisputeFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(["open", *STATES]))
    sort = fields.String(validate=validate.OneOf(["applied_on", "-applied_on"]))


class DisputeRow(Schema):
    """A dispute as lists show it: whose, how it stands, until when; not about what."""

    id = Identifier()
    person_id = Identifier(allow_none=True)
    state = fields.String()
    regime = fields.String()
    claimants = fields.Integer()
    applied_on = LocalDate()
    due_on = LocalDate()
    wanted_by = LocalDate(allow_none=True)
    hearing_on = LocalDate(allow_none=True)
    closed_on = LocalDate(allow_none=True)
    version = fields.Integer()


class NoteOut(Schema):
    by_id = Identifier()
    noted_on = LocalDate()
    words = fields.String(allow_none=True)


class DisputeDetail(DisputeRow):
    """A whole dispute. `arbitrate_by` is a hint: a year from the day on which it became known."""

    matter = fields.String(allow_none=True)
    statement = fields.String(allow_none=True)
    known = fields.String(allow_none=True)
    amount_fen = Fen(allow_none=True)
    result = fields.String(allow_none=True)
    won_fen = Fen(allow_none=True)
    days_left = fields.Integer()
    arbitrate_by = LocalDate(allow_none=True)
    notes = fields.List(fields.Nested(NoteOut))


_told: dict[str, Any] = {
    "regime": fields.String(required=True, validate=validate.OneOf(list(REGIMES)),
                            metadata={"label": _l("Kind of employment")}),
    "matter": fields.String(required=True, validate=validate.OneOf(list(MATTERS)),
                            metadata={"label": _l("What about")}),
    "statement": Text(WORDS, lines=True, required=True, metadata={"label": _l("What happened, and what you want")}),
    "known_on": LocalDate(required=True, metadata={"label": _l("When you came to know of it")}),
    "claimants": fields.Integer(load_default=1, strict=False, validate=_count,
                                metadata={"label": _l("How many it concerns")}),
    "wanted_by": LocalDate(load_default=None, metadata={"label": _l("To be settled by")}),
}  # fmt: skip
Application = Schema.from_dict(
    {**_told, "amount_fen": Fen(load_default=None, allow_none=True)}, name="DisputeApplication"
)
ApplicationForm = PlainSchema.from_dict(
    {**_told, "amount_fen": Yuan(load_default=None, data_key="amount", metadata={"label": _l("Sum")})},
    name="DisputeApplicationForm",
)


_step: dict[str, Any] = {
    "to": fields.String(
        required=True, validate=validate.OneOf(list(STEPS)), metadata={"label": _l("Next step")}
    ),
    "words": Text(WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("In words")}),
}
Step = Schema.from_dict({**_step, "won_fen": Fen(load_default=None, allow_none=True)}, name="DisputeStep")
StepForm = PlainSchema.from_dict(
    {**_step, "won_fen": Yuan(load_default=None, data_key="won", metadata={"label": _l("Sum that was won")})},
    name="DisputeStepForm",
)


class HearingDay(Schema):
    hearing_on = LocalDate(required=True, metadata={"label": _l("Day of the hearing")})


class NoteIn(Schema):
    words = Text(WORDS, lines=True, required=True, metadata={"label": _l("What was tried")})
