"""What the API of applications takes and gives."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.members.joining.models import APPROVED, DRAFT, REFUSED, SUBMITTED, WEIGHED, WITHDRAWN
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text


class ApplicationIn(Schema):
    """The application form (入会申请书)."""

    statement = Text(max=1000, lines=True, required=True, metadata={"label": _l("Why I want to join")})
    group_id = Identifier(load_default=None, allow_none=True, metadata={"label": _l("Group")})


class OpinionIn(Schema):
    supports = fields.Boolean(required=True)
    opinion = Text(max=500, load_default="", allow_empty=True, metadata={"label": _l("Opinion of the group")})


class RefusalIn(Schema):
    reason = Text(max=500, required=True, metadata={"label": _l("Reason")})


class ApplicationsAsked(Schema):
    state = fields.String(validate=validate.OneOf([SUBMITTED, WEIGHED, APPROVED, REFUSED, WITHDRAWN]))


class ApplicationOut(Schema):
    """An application and where it is."""

    id = Identifier()
    member_id = Identifier(data_key="person_id")
    group_id = Identifier(allow_none=True)
    statement = fields.String()
    state = fields.String(validate=validate.OneOf([DRAFT, SUBMITTED, WEIGHED, APPROVED, REFUSED, WITHDRAWN]))
    supported = fields.Boolean(allow_none=True)
    opinion = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    submitted_at = Moment(allow_none=True)
    decided_at = Moment(allow_none=True)
    joined_on = LocalDate(allow_none=True)
