"""What the API takes and gives of inspections, and what the forms take."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, validate

from services.welfare.inspections.kinds import KINDS
from services.welfare.inspections.models import ANSWERS
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text

WORDS, REMARK, MOST_PEOPLE = 2000, 300, 8
_kind = validate.OneOf(list(KINDS))
_answer = validate.OneOf(list(ANSWERS))


class InspectionFilter(Schema):
    state = fields.String(validate=validate.OneOf(["open", "done"]))
    kind = fields.String(validate=_kind)
    sort = fields.String(validate=validate.OneOf(["due_on", "-due_on"]))


class InspectionRow(Schema):
    """An inspection as lists show it; `mend_by` is the next day by which something is to be mended."""

    id = Identifier()
    kind = fields.String()
    state = fields.String()
    due_on = LocalDate()
    held_on = LocalDate(allow_none=True)
    mend_by = LocalDate(allow_none=True)
    closed_on = LocalDate(allow_none=True)
    version = fields.Integer()


class InspectionFindingOut(Schema):
    id = Identifier()
    item = fields.String()
    words = fields.String()
    due_on = LocalDate()
    done_on = LocalDate(allow_none=True)
    done = fields.String(allow_none=True)
    looked_on = LocalDate(allow_none=True)
    looked = fields.String(allow_none=True)
    is_mended = fields.Boolean()


class AnswerIO(Schema):
    """One item of the checklist; a remark where it is not in order."""

    answer = fields.String(required=True, validate=_answer)
    remark = Text(REMARK, load_default="", allow_empty=True)


class InspectionDetail(InspectionRow):
    roster = fields.List(Identifier())
    held_by = Identifier(allow_none=True)
    answers = fields.Dict(keys=fields.String(), values=fields.Nested(AnswerIO))
    letter_number = fields.String(allow_none=True)
    opinion = fields.String(allow_none=True)
    reply = fields.String(allow_none=True)
    replied_on = LocalDate(allow_none=True)
    findings = fields.List(fields.Nested(InspectionFindingOut))


class InspectionIn(Schema):
    """What is inspected, by when, and by whom; the first on the roster is responsible."""

    kind = fields.String(required=True, validate=_kind, metadata={"label": _l("What")})
    due_on = LocalDate(required=True, metadata={"label": _l("At the latest")})
    roster = fields.List(
        Identifier(),
        required=True,
        validate=validate.Length(1, MOST_PEOPLE),
        metadata={"label": _l("Who goes")},
    )


_held: dict[str, Any] = {
    "opinion": Text(
        WORDS,
        lines=True,
        load_default="",
        allow_empty=True,
        metadata={"label": _l("What the union asks for")},
    ),
    "mend_by": LocalDate(load_default=None, allow_none=True, metadata={"label": _l("To be mended by")}),
}


class Held(Schema.from_dict(_held, name="HeldTold")):  # type: ignore[misc]
    """The checklist as it was found: every item, with what is not in order in words."""

    answers = fields.Dict(keys=fields.String(), values=fields.Nested(AnswerIO), required=True)


def held_form(kind: str) -> type[PlainSchema]:
    """The same as a form: an answer and a remark for each item."""
    items: dict[str, Any] = {}
    for item, label in KINDS[kind].items.items():
        items[item] = fields.String(required=True, validate=_answer, metadata={"label": label})
        items[f"{item}-remark"] = Text(REMARK, load_default="", allow_empty=True, metadata={"label": label})
    return PlainSchema.from_dict(_held | items, name="HeldForm")


class Reply(Schema):
    reply = Text(WORDS, lines=True, required=True, metadata={"label": _l("Written reply")})


class Mended(Schema):
    done = Text(WORDS, lines=True, required=True, metadata={"label": _l("What was done")})


class SecondLook(Schema):
    """In order now, or to be mended by another day."""

    is_mended = fields.Boolean(required=True, metadata={"label": _l("In order now")})
    looked = Text(WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("In words")})
    mend_by = LocalDate(load_default=None, allow_none=True, metadata={"label": _l("To be mended by")})
