"""What the API gives of receipts."""

from marshmallow import fields

from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment


class ReceiptRow(Schema):
    """A receipt that proves a gift; for whom is not said."""

    id = Identifier()
    file_id = Identifier()
    sha256 = fields.String()
    kept_by = Identifier()
    kept_at = Moment()
