"""What the API of notices gives."""

from marshmallow import fields

from services.members.notices.wording import words
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment


class NoticeOut(Schema):
    id = Identifier()
    template = fields.String()
    title = fields.Function(lambda notice: words(notice)[0], metadata={"type": "string"})
    text = fields.Function(lambda notice: words(notice)[1], metadata={"type": "string"})
    link = fields.String(allow_none=True)
    created_at = Moment()
    read_at = Moment(allow_none=True)


class NoticeFilter(Schema):
    unread = fields.Boolean(load_default=False)


class Count(Schema):
    unread = fields.Integer()
