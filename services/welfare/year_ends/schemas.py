"""What the API takes and gives of years and months of the books."""

from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment


class YearQuery(Schema):
    """Which year, and part of a union's name."""

    year = fields.Integer(validate=validate.Range(2000, 2099))
    q = fields.String(load_default="", validate=validate.Length(max=60))


class PackageOut(Schema):
    """A year as it was handed up; sums in fen."""

    id = Identifier()
    year = fields.Integer()
    content = fields.Dict()
    sha256 = fields.String()
    submitted_at = Moment()
    received_at = Moment(allow_none=True)


class HandedUpOut(Schema):
    """A union and whether it handed the year up."""

    school_id = Identifier()
    name = fields.String()
    package_id = Identifier(allow_none=True)
    submitted_at = Moment(allow_none=True)
    received_at = Moment(allow_none=True)


class BookedOut(Schema):
    """One row for accounting software."""

    id = Identifier()
    day = fields.String()
    account = fields.String()
    code = fields.String()
    fund = fields.String()
    side = fields.String()
    amount_fen = fields.Integer()
    words = fields.String(allow_none=True)
    counters_id = Identifier(allow_none=True)


class AccountTotalOut(Schema):
    account = fields.String()
    code = fields.String()
    amount_fen = fields.Integer()


class MonthOut(Schema):
    """A month of the ledger by account; the same hash, the same rows."""

    month = fields.String()
    is_final = fields.Boolean()
    entries = fields.List(fields.Nested(BookedOut))
    totals = fields.List(fields.Nested(AccountTotalOut))
    sha256 = fields.String()
