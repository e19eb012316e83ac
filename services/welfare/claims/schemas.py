"""What the API takes and gives of claims, and what the forms take. No field says what somebody has, and none may."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.welfare.claims.models import COMPLETE, PAID, REFUSED, SENT, STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate
from shared.kit.web.forms import Yuan

_to = validate.OneOf([COMPLETE, SENT, PAID, REFUSED])


class ClaimFilter(Schema):
    """`late`: only those whose stage has lasted too long."""

    state = fields.String(validate=validate.OneOf(list(STATES)))
    late = fields.Boolean()


class ClaimOut(Schema):
    """A claim: how far it is, and until when its stage may last."""

    id = Identifier()
    plan_id = Identifier()
    person_id = Identifier(allow_none=True)
    state = fields.String()
    submitted_on = LocalDate()
    due_on = LocalDate(allow_none=True)
    is_late = fields.Boolean()
    settled_on = LocalDate(allow_none=True)
    paid_fen = fields.Integer(allow_none=True)
    paper_ids = fields.List(Identifier())
    papers_deleted_on = LocalDate(allow_none=True)
    version = fields.Integer()


class ClaimIn(Schema):
    plan_id = Identifier(required=True, metadata={"label": _l("Which plan")})


class ClaimStep(Schema):
    """The next stage; `paid_fen` with "paid" alone."""

    to = fields.String(required=True, validate=_to)
    paid_fen = Fen(load_default=None, allow_none=True)


class StepForm(PlainSchema):
    to = fields.String(required=True, validate=_to, metadata={"label": _l("What comes next")})
    paid_fen = Yuan(data_key="paid", load_default=None, metadata={"label": _l("Paid out")})
