"""What the API and the form of polls take and give. A choice goes in and never comes out."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.voting.polls.models import MOST_OPTIONS, NAMED, SECRET, STATUS, Question
from services.voting.rolls.audiences import AUDIENCES, MEMBERS, chosen
from services.voting.thresholds import RULES
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text

ROLL = "roll:"  # before the id of a frozen roll, in the choice of who votes


class PollIn(Schema):
    """A poll as it is prepared."""

    title = Text(100, required=True, metadata={"label": _l("Question")})
    explanation = Text(
        2000, lines=True, allow_empty=True, load_default="", metadata={"label": _l("Explanation")}
    )
    options = fields.List(
        Text(60), required=True, validate=validate.Length(2, MOST_OPTIONS), metadata={"label": _l("Options")}
    )
    most = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MOST_OPTIONS))
    secrecy = fields.String(load_default=SECRET, validate=validate.OneOf([SECRET, NAMED]))
    rule_code = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(RULES)))
    audience = fields.String(load_default=MEMBERS, validate=validate.OneOf(list(AUDIENCES)))
    group_id = Identifier(load_default=None, allow_none=True)
    roll_id = Identifier(load_default=None, allow_none=True)
    closes_at = Moment(required=True, metadata={"label": _l("Open until")})

    @post_load
    def question(self, data: dict[str, Any], **_kwargs: Any) -> Question:
        return Question(**data)


class PollForm(Schema):
    """The same as people type it: one option a line, and who votes in one choice."""

    title = Text(100, required=True, metadata={"label": _l("Question")})
    explanation = Text(2000, lines=True, load_default="", metadata={"label": _l("Explanation")})
    options = Text(2000, lines=True, required=True, metadata={"label": _l("Options")})
    most = fields.Integer(load_default=1, metadata={"label": _l("How many one may choose")})
    secrecy = fields.String(
        required=True, validate=validate.OneOf([SECRET, NAMED]), metadata={"label": _l("Names")}
    )
    rule_code = fields.String(
        load_default=None, validate=validate.OneOf(list(RULES)), metadata={"label": _l("When is it adopted")}
    )
    who = fields.String(required=True, metadata={"label": _l("Who votes")})
    closes_at = Moment(required=True, metadata={"label": _l("Open until")})

    @validates_schema
    def _short_options(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if any(len(option) > 60 for option in _lines(data.get("options", ""))):
            raise ValidationError(_("An option has at most 60 characters."), "options")

    @post_load
    def question(self, data: dict[str, Any], **_kwargs: Any) -> Question:
        data["options"] = _lines(data["options"])
        who = data.pop("who")
        try:
            if who.startswith(ROLL):
                return Question(**data, roll_id=str(UUID(who.removeprefix(ROLL))))
            audience, group_id = chosen(who)
        except ValueError:
            raise ValidationError(_("Choose one of the answers."), "who") from None
        return Question(**data, audience=audience, group_id=group_id)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class VoteIn(Schema):
    """The options one chooses."""

    option_ids = fields.List(Identifier(), required=True, validate=validate.Length(1, MOST_OPTIONS))


class PollFilter(Schema):
    q = Text(100, allow_empty=True)
    status = fields.String(validate=validate.OneOf(list(STATUS)))
    audience = fields.String(validate=validate.OneOf(list(AUDIENCES)))


class PollOut(Schema):
    """A poll in a list."""

    id = fields.String()
    title = fields.String()
    secrecy = fields.String()
    status = fields.String()
    audience = fields.String()
    group_id = fields.String()
    roll_id = fields.String()
    most = fields.Integer()
    rule_code = fields.String()
    entitled = fields.Integer()
    closes_at = fields.AwareDateTime()
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime()


class OptionOut(Schema):
    """An option, without its votes: a result is asked for by itself, and only when the poll is closed."""

    id = fields.String()
    position = fields.Integer()
    text = fields.String()


class PollDetail(PollOut):
    """A poll with its options, how many have voted, and whether the one who asks has (null: not on the roll)."""

    explanation = fields.String()
    options = fields.List(fields.Nested(OptionOut))
    turnout = fields.Integer()
    voted = fields.Boolean(allow_none=True)


class CountOut(Schema):
    position = fields.Integer()
    text = fields.String()
    votes = fields.Integer()
    reached = fields.Boolean(allow_none=True)
    person_ids = fields.List(fields.String(), metadata={"description": "Of open polls only: who chose it."})


class ResultOut(Schema):
    """The result with its arithmetic; `counts` is empty when it is withheld."""

    poll_id = fields.String()
    outcome = fields.String()
    entitled = fields.Integer()
    answers = fields.Integer()
    withheld = fields.Boolean()
    rule_code = fields.String(allow_none=True)
    needed = fields.Integer(allow_none=True)
    counts = fields.List(fields.Nested(CountOut))
    roll_sha256 = fields.String()
    sha256 = fields.String()
