"""What the API of imports takes and gives."""

from marshmallow import fields, validate

from services.members.imports.queries import SHOWN
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment


class ImportOut(Schema):
    """A roster and how far it is: checking, checked, committing, committed, undoing, undone, discarded."""

    id = Identifier()
    filename = fields.String()
    sheet = fields.String()
    state = fields.String()
    rows = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    ignored = fields.List(fields.String())
    new_groups = fields.List(fields.String())
    absent = fields.List(Identifier())
    job_id = Identifier(allow_none=True)
    created_at = Moment()
    committed_at = Moment(allow_none=True)
    undone_at = Moment(allow_none=True)


class RowsAsked(Schema):
    show = fields.String(load_default="bad", validate=validate.OneOf(SHOWN))


class CellOut(Schema):
    text = fields.String()
    kind = fields.String()
    says = fields.List(fields.String())


class RowOut(Schema):
    """A row of the preview: what it means (new, update, same, bad) and what was found in each cell."""

    row = fields.Integer()
    state = fields.String()
    cells = fields.Dict(keys=fields.String(), values=fields.Nested(CellOut))


class CommitIn(Schema):
    """The good rows, or (all_or_nothing) everything where every row is good."""

    all_or_nothing = fields.Boolean(load_default=False)


class MendIn(Schema):
    """Other text for cells of one row, by field."""

    cells = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Length(max=500)),
        required=True,
        validate=validate.Length(1, 20),
    )


class UploadFile(Schema):
    """A roster, XLSX or CSV, as multipart/form-data."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
