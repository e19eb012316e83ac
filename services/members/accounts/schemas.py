"""What the API and the forms of accounts take and give."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.members.accounts.passwords import LONGEST
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text


def _password(label: str | None = None) -> fields.String:
    # Not trimmed nor judged here: what is wrong with a password is said by the action, in words.
    return fields.String(
        required=True, validate=validate.Length(1, LONGEST), metadata={"label": label} if label else {}
    )


class Credentials(Schema):
    login = Text(60, required=True, metadata={"label": _l("Login or staff number")})
    password = _password(_l("Password"))
    code = Text(20, load_default=None, metadata={"label": _l("Code of the app")})


class SessionOut(Schema):
    token = fields.String()
    expires_at = Moment()


class FirstUse(Schema):
    login = Text(60, load_default="", allow_empty=True, metadata={"label": _l("Login")})
    password = _password(_l("New password"))
    again = _password(_l("The same once more"))


class FirstUseByProgram(Schema):
    code = Text(40, required=True)
    login = Text(60, load_default="", allow_empty=True)
    password = _password()


class PasswordChange(Schema):
    present = _password(_l("Present password"))
    password = _password(_l("New password"))


class PasswordForm(PasswordChange):
    again = _password(_l("The same once more"))


class Code(Schema):
    code = Text(20, required=True, metadata={"label": _l("Code of the app")})


class SecondStep(Code):
    ticket = fields.String(required=True, validate=validate.Length(1, 1000))
    next = fields.String(load_default="")


class SecondFactorOffer(Schema):
    address = fields.String()


class RecoveryCodes(Schema):
    recovery_codes = fields.List(fields.String())


class AccountOut(Schema):
    """A person's way in, as officers see it."""

    person_id = Identifier()
    name = fields.String()
    login = fields.String(allow_none=True)
    disabled = fields.Boolean()
    has_second_factor = fields.Boolean()
    last_sign_in_at = Moment(allow_none=True)
    slip_expires_at = Moment(allow_none=True)


class AccountFilter(Schema):
    q = Text(50, load_default="", allow_empty=True)
    state = fields.String(validate=validate.OneOf(["none", "open", "disabled"]))


class SlipsWanted(Schema):
    person_ids = fields.List(Identifier(), required=True, validate=validate.Length(1, 500))


class SlipOut(Schema):
    person_id = Identifier()
    name = fields.String()
    login = fields.String()
    code = fields.String()
    address = fields.String()
    expires_at = Moment()
