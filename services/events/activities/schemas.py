"""What the API takes and gives of activities, and what the form takes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.events.activities.audience import ACTIVITY_DAY, POST_KINDS, STANDINGS, Audience
from services.events.activities.models import FUND_SOURCES, KINDS, PAST, STATES, UPCOMING
from services.events.activities.queries import SORTS
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

MOST_PEOPLE = 10_000
_age = validate.Range(0, 120)
_capacity = validate.Range(1, MOST_PEOPLE)


class AgeDay(fields.Field[Any]):
    """The day on which ages are counted: a date, or the day of the activity."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if value == ACTIVITY_DAY:
            return ACTIVITY_DAY
        return str(LocalDate().deserialize(value, attr, data))


class AudienceRule(Schema):
    """Who may take part; what is left out or null asks for nothing. Ages are completed years, both bounds included."""

    sex = fields.String(validate=validate.OneOf(["female", "male"]), allow_none=True)
    age_min = fields.Integer(strict=True, validate=_age, allow_none=True)
    age_max = fields.Integer(strict=True, validate=_age, allow_none=True)
    age_on = AgeDay(metadata={"type": "string", "description": f"a date, or '{ACTIVITY_DAY}'"})
    group_ids = fields.List(Identifier(), validate=validate.Length(max=200))
    standings = fields.List(fields.String(validate=validate.OneOf(list(STANDINGS))))
    post_kinds = fields.List(fields.String(validate=validate.OneOf(list(POST_KINDS))))

    @validates_schema
    def _ages_in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        _check_ages(data)

    @post_load
    def _as_kept(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return Audience.of(data).as_rule()


class ActivityChange(Schema):
    """What an organiser may change; times in ISO 8601, money in fen."""

    title = Text(max=80)
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    place = Text(max=80, allow_empty=True)
    description = Text(max=4000, lines=True, allow_empty=True)
    starts_at = Moment()
    ends_at = Moment()
    signup_opens_at = Moment(allow_none=True)
    signup_closes_at = Moment(allow_none=True)
    capacity = fields.Integer(strict=True, validate=_capacity, allow_none=True)
    audience_rule = fields.Nested(AudienceRule, data_key="audience")
    walk_ins = fields.Boolean()
    budget_fen = Fen(allow_none=True)
    fund_source = fields.String(validate=validate.OneOf(list(FUND_SOURCES)), allow_none=True)


class ActivityIn(ActivityChange):
    """A new activity."""

    title = Text(max=80, required=True)
    kind = fields.String(validate=validate.OneOf(list(KINDS)), required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class ActivityOut(Schema):
    """An activity as it stands."""

    id = Identifier()
    title = fields.String(metadata={"label": _l("Activity")})
    kind = fields.String()
    place = fields.String()
    description = fields.String()
    starts_at = Moment()
    ends_at = Moment()
    signup_opens_at = Moment()
    signup_closes_at = Moment()
    capacity = fields.Integer()
    placed = fields.Integer(metadata={"description": "how many have a place"})
    waiting = fields.Integer(metadata={"description": "how many are on the waiting list"})
    takes_signups = fields.Boolean()
    audience = fields.Dict(attribute="audience_rule")
    audience_code = fields.String(attribute="audience.code")
    walk_ins = fields.Boolean()
    budget_fen = fields.Integer()
    fund_source = fields.String()
    state = fields.String()
    cancel_reason = fields.String()
    spend_fen = fields.Integer()
    winners = fields.Integer()
    is_stopped = fields.Boolean(metadata={"description": "a rule on money waits for the chair's word"})
    version = fields.Integer()


class ActivityFilter(Schema):
    """What a list can be narrowed to."""

    q = Text(max=80, allow_empty=True)
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    state = fields.String(validate=validate.OneOf(list(STATES)))
    when = fields.String(validate=validate.OneOf([UPCOMING, PAST]))
    sort = fields.String(validate=validate.OneOf([sign + key for key in SORTS for sign in ("", "-")]))


class Cancellation(Schema):
    reason = Text(max=200, required=True, metadata={"label": _l("Reason")})


class Completion(Schema):
    """What it cost in fen, and how many got a prize."""

    spend_fen = Fen(required=True)
    winners = fields.Integer(strict=True, validate=validate.Range(0, MOST_PEOPLE), load_default=0)


class CompletionForm(PlainSchema):
    spend_fen = Yuan(zero=True, required=True, data_key="spend", metadata={"label": _l("Spent")})
    winners = fields.Integer(
        validate=validate.Range(0, MOST_PEOPLE), load_default=0, metadata={"label": _l("Prize winners")}
    )


class ActivityForm(PlainSchema):
    """The form of an activity; its flat fields become the activity's, the rule among them."""

    title = Text(max=80, required=True, metadata={"label": _l("Title")})
    kind = fields.String(validate=validate.OneOf(list(KINDS)), required=True, metadata={"label": _l("Kind")})
    place = Text(max=80, load_default="", metadata={"label": _l("Place")})
    description = Text(max=4000, lines=True, load_default="", metadata={"label": _l("About it")})
    starts_at = Moment(required=True, metadata={"label": _l("Begins")})
    ends_at = Moment(required=True, metadata={"label": _l("Ends")})
    signup_opens_at = Moment(load_default=None, metadata={"label": _l("Sign-up opens")})
    signup_closes_at = Moment(load_default=None, metadata={"label": _l("Sign-up ends")})
    capacity = fields.Integer(validate=_capacity, load_default=None, metadata={"label": _l("Places")})
    walk_ins = fields.Boolean(load_default=False, metadata={"label": _l("Walk-ins")})
    budget_fen = Yuan(load_default=None, data_key="budget", metadata={"label": _l("Budget")})
    fund_source = fields.String(
        validate=validate.OneOf(list(FUND_SOURCES)), load_default=None, metadata={"label": _l("Paid from")}
    )
    sex = fields.String(validate=validate.OneOf(["female", "male"]), load_default=None)
    age_min = fields.Integer(validate=_age, load_default=None, metadata={"label": _l("Youngest age")})
    age_max = fields.Integer(validate=_age, load_default=None, metadata={"label": _l("Oldest age")})
    age_on = LocalDate(load_default=None, metadata={"label": _l("Ages counted on")})
    group_ids = fields.List(Identifier(), load_default=list)
    standings = fields.List(fields.String(validate=validate.OneOf(list(STANDINGS))), load_default=list)
    post_kinds = fields.List(fields.String(validate=validate.OneOf(list(POST_KINDS))), load_default=list)

    RULE = ("sex", "age_min", "age_max", "age_on", "group_ids", "standings", "post_kinds")

    @validates_schema
    def _ages_in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        _check_ages(data)

    @post_load
    def _as_activity(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        rule = {name: data.pop(name) for name in self.RULE}
        return data | {"audience_rule": Audience.of(rule).as_rule()}


def _check_ages(data: dict[str, Any]) -> None:
    low, high = data.get("age_min"), data.get("age_max")
    if low is not None and high is not None and low > high:
        raise ValidationError({"age_max": [str(_l("The oldest age is below the youngest."))]})
