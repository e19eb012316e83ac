"""What the API of organisations takes and gives; a district gets counts, never people."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.members.people.fields import PersonName
from services.members.people.models import SEXES
from services.members.schools.models import TENANTS
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text


class UnionIn(Schema):
    """A school or joint union, with its first chair."""

    kind = fields.String(required=True, validate=validate.OneOf(TENANTS), metadata={"label": _l("Kind")})
    name = Text(max=100, required=True, metadata={"label": _l("Name of the union")})
    headcount = fields.Integer(
        required=True, strict=False, validate=validate.Range(1, 20_000), metadata={"label": _l("Staff")}
    )
    workplaces = fields.List(Text(max=100), load_default=list, validate=validate.Length(max=40))
    chair_name = PersonName(max=50, required=True, metadata={"label": _l("Name of the chair")})
    chair_sex = fields.String(required=True, validate=validate.OneOf(SEXES), metadata={"label": _l("Sex")})
    chair_birth_date = LocalDate(required=True, metadata={"label": _l("Birth date")})


class UnionForm(UnionIn):
    workplaces = Text(
        max=2000, lines=True, load_default="", allow_empty=True, metadata={"label": _l("Village schools")}
    )


class UnionsAsked(Schema):
    q = fields.String(load_default="", validate=validate.Length(max=50))


class OrganisationOut(Schema):
    """A place in the tree."""

    id = Identifier()
    kind = fields.String()
    name = fields.String()
    parent_id = Identifier(allow_none=True)
    status = fields.String()
    headcount = fields.Integer()
    rule_pack_code = fields.String(allow_none=True)
    version = fields.Integer()


class OpenedOut(Schema):
    union = fields.Nested(OrganisationOut)
    chair_id = Identifier()


class CountsOut(Schema):
    """Counts of a union for its district: a number, "few" (1 to 4) or "hidden"."""

    full = fields.Raw()
    early_retired_in_post = fields.Raw()
    retired = fields.Raw()
    members = fields.Raw()


class UnionChange(Schema):
    name = Text(max=100)
    headcount = fields.Integer(
        strict=False, validate=validate.Range(1, 20_000), metadata={"label": _l("Staff")}
    )
