"""What the API takes and gives of improvements, and what the forms take."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

WORDS = 1000


class ImprovementFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(["open", "done"]))
    sort = fields.String(validate=validate.OneOf(["begun_on", "-begun_on"]))


class ImprovementRow(Schema):
    """An improvement as all see it; who suggested it is not said. The title is null until somebody gave one."""

    id = Identifier()
    state = fields.String()
    title = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    proposal_id = Identifier(allow_none=True)
    proposal_stage = fields.String(allow_none=True)
    satisfaction = fields.String(allow_none=True)
    department = fields.String(allow_none=True)
    begun_on = LocalDate()
    due_on = LocalDate(allow_none=True)
    answer = fields.String(allow_none=True)
    done_on = LocalDate(allow_none=True)
    cost_fen = Fen(allow_none=True)
    photo_id = Identifier(allow_none=True)
    version = fields.Integer()


_title = Text(60, load_default="", allow_empty=True, metadata={"label": _l("Title")})
_department = Text(60, load_default="", allow_empty=True, metadata={"label": _l("Who sees to it")})
_due_on = LocalDate(load_default=None, allow_none=True, metadata={"label": _l("By when")})
_answer = Text(WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("In words")})


class Suggestion(Schema):
    title = Text(60, required=True, metadata={"label": _l("What could be better")})
    words = Text(WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("In words")})


class ImprovementDecision(Schema):
    """Whether it is taken on, by whom and by when; or why not."""

    accepts = fields.Boolean(required=True, metadata={"label": _l("Is it taken on?")})
    title = _title
    answer = _answer
    department = _department
    due_on = _due_on


class Begun(Schema):
    title = _title
    department = _department
    due_on = _due_on


_done: dict[str, Any] = {
    "done_on": LocalDate(required=True, metadata={"label": _l("Done on")}),
    "answer": _answer,
}
Done = Schema.from_dict({**_done, "cost_fen": Fen(required=True)}, name="ImprovementDone")
DoneForm = PlainSchema.from_dict(
    {**_done, "cost_fen": Yuan(zero=True, required=True, data_key="cost", metadata={"label": _l("Cost")})},
    name="ImprovementDoneForm",
)
