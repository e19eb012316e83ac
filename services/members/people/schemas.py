"""What the register's API and forms take and give; sensitive fields are asked for apart, with a reason."""

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates

from services.members.imports.words import SENTENCES
from services.members.people.fields import IdentityNumber, PersonName, Phone
from services.members.people.models import LEAVE_REASONS, POST_KINDS, SEXES, STANDINGS
from services.members.people.queries import SORTS
from shared.kit import clock
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text


class PersonOut(Schema):
    """A person of the register, without anything sensitive."""

    id = Identifier()
    name = fields.String(metadata={"label": _l("Name")})
    pinyin = fields.String()
    sex = fields.String(metadata={"label": _l("Sex")})
    birth_date = LocalDate(metadata={"label": _l("Birth date")})
    group_id = Identifier(allow_none=True)
    workplace_id = Identifier(allow_none=True)
    post_kind = fields.String(metadata={"label": _l("Kind of post")})
    is_teacher = fields.Boolean()
    standing = fields.String(metadata={"label": _l("Standing")})
    staff_number = fields.String(allow_none=True, metadata={"label": _l("Staff number")})
    card_number = fields.Integer(allow_none=True, metadata={"label": _l("Card number")})
    titles = fields.List(fields.String())
    joined_on = LocalDate(allow_none=True, metadata={"label": _l("Joined on")})
    retired_on = LocalDate(allow_none=True)
    version = fields.Integer()


class PeopleAsked(Schema):
    """Filters of the register."""

    q = fields.String(load_default="", validate=validate.Length(max=50))
    group_id = Identifier()
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    post_kind = fields.String(validate=validate.OneOf(POST_KINDS))
    sort = fields.String(
        load_default="name", validate=validate.OneOf([*SORTS, *(f"-{sort}" for sort in SORTS)])
    )


class PersonIn(Schema):
    """Somebody to be entered, who then may apply to join."""

    name = PersonName(max=50, required=True, metadata={"label": _l("Name")})
    sex = fields.String(required=True, validate=validate.OneOf(SEXES), metadata={"label": _l("Sex")})
    birth_date = LocalDate(required=True, metadata={"label": _l("Birth date")})
    post_kind = fields.String(
        load_default="established",
        validate=validate.OneOf(POST_KINDS),
        metadata={"label": _l("Kind of post")},
    )
    is_teacher = fields.Boolean(load_default=True)
    group_id = Identifier(load_default=None, allow_none=True, metadata={"label": _l("Group")})
    workplace_id = Identifier(load_default=None, allow_none=True, metadata={"label": _l("Workplace")})
    staff_number = Text(max=30, load_default=None, allow_none=True, metadata={"label": _l("Staff number")})
    identity_number = IdentityNumber(
        load_default=None, allow_none=True, metadata={"label": _l("Identity number")}
    )
    phone = Phone(load_default=None, allow_none=True, metadata={"label": _l("Mobile")})

    @validates("birth_date")
    def _born_already(self, value, **_kwargs):  # type: ignore[no-untyped-def]
        if value > clock.today():
            raise ValidationError(str(SENTENCES["day-to-come"]))


class PersonChange(Schema):
    """What is corrected; what is left out stays."""

    name = PersonName(max=50)
    sex = fields.String(validate=validate.OneOf(SEXES))
    birth_date = LocalDate()
    post_kind = fields.String(validate=validate.OneOf(POST_KINDS))
    is_teacher = fields.Boolean()
    staff_number = Text(max=30, allow_none=True)
    titles = fields.List(Text(max=30), validate=validate.Length(max=10))
    workplace_id = Identifier(allow_none=True)


class PersonForm(PersonChange):
    """The same as a form sends it: everything at once."""

    titles = Text(max=200, load_default="", metadata={"label": _l("Titles")})


class SensitiveAsked(Schema):
    """Why somebody's identity number and phone must be seen; the person can read it."""

    reason = Text(max=200, required=True, metadata={"label": _l("What for")})


class SensitiveOut(Schema):
    identity_number = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)


class PhoneIn(Schema):
    phone = Phone(load_default=None, allow_none=True, metadata={"label": _l("Mobile")})


class RetireIn(Schema):
    on = LocalDate(required=True, metadata={"label": _l("Retired from")})


class LeaveIn(Schema):
    reason = fields.String(
        required=True,
        validate=validate.OneOf([r for r in LEAVE_REASONS if r != "import-undone"]),
        metadata={"label": _l("Why")},
    )
    on = LocalDate(required=True, metadata={"label": _l("Last day")})

    @validates("on")
    def _not_to_come(self, value, **_kwargs):  # type: ignore[no-untyped-def]
        if value > clock.today():
            raise ValidationError(str(SENTENCES["day-to-come"]))


class TransferIn(Schema):
    person_id = Identifier(required=True)
    to_school_id = Identifier(required=True, metadata={"label": _l("To which union")})
    effective_on = LocalDate(required=True, metadata={"label": _l("From")})


class TransferForm(TransferIn):
    person_id = Identifier()


class TransferAccept(Schema):
    group_id = Identifier(load_default=None, allow_none=True)
    workplace_id = Identifier(load_default=None, allow_none=True)


class TransferOut(Schema):
    """A transfer as either union sees it."""

    id = Identifier()
    member_id = Identifier(data_key="person_id")
    school_id = Identifier()
    to_school_id = Identifier()
    state = fields.String()
    effective_on = LocalDate()
    requested_at = Moment()


class ReadOut(Schema):
    """Somebody looked at one's data."""

    at = Moment()
    action = fields.String()
    actor_id = Identifier(allow_none=True)
    reason = fields.String(allow_none=True)
