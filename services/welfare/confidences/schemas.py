"""What the API takes and gives of what was told to the women's officer: to her and to whoever told it."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.welfare.confidences.models import KINDS
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text

_kind = validate.OneOf(list(KINDS))


class ConfidenceFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    kind = fields.String(validate=_kind)
    sort = fields.String(validate=validate.OneOf(["name", "-name"]))


class ConfidenceIn(Schema):
    """A protected period with its days, or `care` without any."""

    kind = fields.String(required=True, validate=_kind, metadata={"label": _l("What you want to tell")})
    starts_on = LocalDate(load_default=None, metadata={"label": _l("First day")})
    ends_on = LocalDate(load_default=None, metadata={"label": _l("Last day")})
    words = Text(300, lines=True, load_default="", allow_empty=True, metadata={"label": _l("In words")})


class DutyOut(Schema):
    """What the rules ask from a day on; `source` is empty where there is no rule for the whole country."""

    since = LocalDate()
    words = fields.String()
    source = fields.String()


class ConfidenceOut(Schema):
    id = Identifier()
    person_id = Identifier()
    told_on = LocalDate()
    kind = fields.String()
    starts_on = LocalDate(allow_none=True)
    ends_on = LocalDate(allow_none=True)
    words = fields.String(allow_none=True)
    duties = fields.List(fields.Nested(DutyOut))
