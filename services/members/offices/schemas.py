"""What the API of offices takes and gives."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from shared.kit.access import SCHOOL_OFFICES
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text


class AppointIn(Schema):
    """`scope_id` is the group for a leader; left out, the union. `term_to` is the first day without rights."""

    person_id = Identifier(required=True, metadata={"label": _l("Who")})
    code = fields.String(
        required=True, validate=validate.OneOf(sorted(SCHOOL_OFFICES)), metadata={"label": _l("Office")}
    )
    scope_id = Identifier(load_default=None, allow_none=True, metadata={"label": _l("Group")})
    term_from = LocalDate(required=True, metadata={"label": _l("Term from")})
    term_to = LocalDate(load_default=None, allow_none=True, metadata={"label": _l("Term until")})
    duties = Text(max=500, load_default="", allow_empty=True, metadata={"label": _l("Duties")})


class HandOverIn(Schema):
    person_id = Identifier(required=True, metadata={"label": _l("To whom")})
    on = LocalDate(load_default=None, allow_none=True, metadata={"label": _l("From")})


class EndIn(Schema):
    on = LocalDate(load_default=None, allow_none=True)


class TermOut(Schema):
    """A person in an office."""

    id = Identifier()
    member_id = Identifier(data_key="person_id")
    code = fields.String()
    scope_id = Identifier()
    term_from = LocalDate()
    term_to = LocalDate(allow_none=True)
    duties = fields.String()
    awaits_approval = fields.Boolean()
