"""What the API and the forms of programs take and give."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text


class ClientCredentials(Schema):
    client_id = Identifier(required=True)
    client_secret = fields.String(required=True, validate=validate.Length(1, 100))


class ProgramToken(Schema):
    access_token = fields.String()
    token_type = fields.String(dump_default="Bearer")
    expires_in = fields.Integer()


class ProgramIn(Schema):
    name = Text(60, required=True, metadata={"label": _l("Name of the program")})
    scopes = fields.List(
        fields.String(validate=validate.Length(1, 60)),
        required=True,
        validate=validate.Length(1, 50),
        metadata={"label": _l("What it may do")},
    )


class ProgramOut(Schema):
    id = Identifier()
    name = fields.String()
    scopes = fields.List(fields.String())
    created_at = Moment()
    last_used_at = Moment(allow_none=True)
    revoked_at = Moment(allow_none=True)


class ProgramWithSecret(ProgramOut):
    """The secret is shown in this one answer."""

    client_secret = fields.String()
