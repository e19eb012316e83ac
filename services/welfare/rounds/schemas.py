"""What the API takes and gives of rounds, and what the forms take. No list says why somebody is on it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, post_load, validate

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.rounds.actions.results import Result
from services.welfare.rounds.kinds import BY_HAND, CRITERIA, KINDS
from services.welfare.rounds.models import RESULTS, STATES
from services.welfare.visits.actions.reporting import WARNINGS
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Text
from shared.kit.web.forms import Yuan

REASON = 300
_kind = validate.OneOf(list(KINDS))
_year = validate.Range(2000, 2099)
_fund = validate.OneOf([code for code in FUNDS if code != PERSONAL])
_criterion = validate.OneOf([code for code in CRITERIA if code != BY_HAND])
_age = validate.Range(0, 120)


class RoundFilter(Schema):
    state = fields.String(validate=validate.OneOf(list(STATES)))
    kind = fields.String(validate=_kind)
    year = fields.Integer(validate=_year)


class RoundRowOut(Schema):
    """A round as lists show it."""

    id = Identifier()
    kind = fields.String()
    year = fields.Integer()
    festival_on = LocalDate()
    as_of = LocalDate()
    due_on = LocalDate()
    state = fields.String()
    gift_fen = Fen()
    fund = fields.String()
    retiree_fund = fields.String()
    job_id = Identifier(allow_none=True)
    version = fields.Integer()


class RouteOut(Schema):
    id = Identifier()
    area = fields.String()
    team = fields.List(Identifier())


class Figures(Schema):
    """People by result; what was given, in fen by fund."""

    listed = fields.Integer()
    done = fields.Integer()
    away = fields.Integer()
    declined = fields.Integer()
    waiting = fields.Integer()
    not_made = fields.Integer()
    on_time = fields.Integer()
    given_fen = fields.Dict(keys=fields.String(), values=fields.Integer())


class RoundDetail(RoundRowOut):
    """A round with its routes and how it stands."""

    criteria = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))
    reviewers = fields.List(Identifier())
    proposal = fields.Integer()
    pack_code = fields.String(allow_none=True)
    pack_version = fields.Integer(allow_none=True)
    routes = fields.List(fields.Nested(RouteOut))
    figures = fields.Nested(Figures, attribute="counted")


class LineFilter(Schema):
    q = fields.String(validate=validate.Length(max=60))
    area = fields.String(validate=validate.Length(max=60))
    result = fields.String(validate=validate.OneOf([*RESULTS, "waiting", "taken-off"]))


class RoundLine(Schema):
    """A line of the list: who, where in the town, how much; never why."""

    id = Identifier()
    number = fields.Integer()
    person_id = Identifier()
    area = fields.String()
    gift_fen = Fen()
    fund = fields.String()
    taken_off = fields.Boolean()
    task_id = Identifier(allow_none=True)
    result = fields.String(allow_none=True)
    result_on = LocalDate(allow_none=True)


class RoundBody(Schema):
    """A round to begin; what is left out is as usual for its kind. `criteria`: criterion → the age, or null."""

    kind = fields.String(required=True, validate=_kind)
    year = fields.Integer(required=True, strict=True, validate=_year)
    as_of = LocalDate()
    due_on = LocalDate()
    criteria = fields.Dict(
        keys=fields.String(validate=_criterion),
        values=fields.Integer(strict=True, allow_none=True, validate=_age),
    )
    gift_fen = Fen(load_default=0)
    fund = fields.String(validate=_fund)
    retiree_fund = fields.String(validate=_fund)


class LineBody(Schema):
    person_id = Identifier(required=True)
    reason = Text(REASON, required=True)


class LineChange(Schema):
    """What changes in a line; taking off needs a reason."""

    area = Text(60)
    place = Text(120)
    gift_fen = Fen()
    taken_off = fields.Boolean(validate=validate.Equal(True))
    reason = Text(REASON)


class TeamBody(Schema):
    team = fields.List(Identifier(), required=True, validate=validate.Length(1, 3))


class VoteBody(Schema):
    approves = fields.Boolean(required=True, metadata={"label": _l("Your voice")})
    reason = Text(REASON, allow_empty=True, load_default=None)


class ResultBody(Schema):
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))
    result = fields.String(required=True, validate=validate.OneOf(list(RESULTS)))
    visited_on = LocalDate(required=True)
    gift_fen = Fen(load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Result:
        return Result(**data)


class ResultsBody(Schema):
    results = fields.List(fields.Nested(ResultBody), required=True, validate=validate.Length(1, 5000))
    confirmed = fields.List(fields.String(validate=validate.OneOf(list(WARNINGS))), load_default=list)


class CloseBody(Schema):
    reason = Text(REASON, allow_empty=True, load_default=None)


class Started(Schema):
    """Long work that was begun (or null: it was done at once): see /jobs/<id>."""

    job_id = Identifier(allow_none=True)


# --- forms


class RoundForm(PlainSchema):
    kind = fields.String(required=True, validate=_kind, metadata={"label": _l("Which round")})
    year = fields.Integer(required=True, validate=_year, metadata={"label": _l("Year")})
    criteria = fields.List(
        fields.String(validate=_criterion), load_default=list, metadata={"label": _l("Who is on the list")}
    )
    age = fields.Integer(load_default=70, validate=_age, metadata={"label": _l("Retired, from which age")})
    gift_fen = Yuan(zero=True, data_key="gift", load_default=0, metadata={"label": _l("Gift for each")})
    fund = fields.String(required=True, validate=_fund, metadata={"label": _l("From which fund")})
    retiree_fund = fields.String(
        required=True, validate=_fund, metadata={"label": _l("Fund for the retired")}
    )


class AddForm(PlainSchema):
    person_id = Identifier(required=True, metadata={"label": _l("Who")})
    reason = Text(REASON, required=True, metadata={"label": _l("Why")})


class LineForm(PlainSchema):
    area = Text(60, required=True, metadata={"label": _l("Area")})
    place = Text(120, allow_empty=True, load_default=None, metadata={"label": _l("Where to go")})
    gift_fen = Yuan(zero=True, data_key="gift", load_default=None, metadata={"label": _l("Gift")})
    taken_off = fields.Boolean(load_default=False, metadata={"label": _l("Take off the list")})
    reason = Text(REASON, allow_empty=True, load_default=None, metadata={"label": _l("Why")})


class TeamForm(PlainSchema):
    first = Identifier(required=True, metadata={"label": _l("Responsible")})
    second = fields.String(load_default="", metadata={"label": _l("Goes along")})
    third = fields.String(load_default="", metadata={"label": _l("Goes along as well")})


class LinesForm(PlainSchema):
    confirmed = fields.List(fields.String(), load_default=list)
    visited_on = LocalDate(required=True, metadata={"label": _l("Day of the visits")})
    lines = Text(200_000, lines=True, required=True, metadata={"label": _l("Lines")})


class ResultForm(PlainSchema):
    confirmed = fields.List(fields.String(), load_default=list)
    visited_on = LocalDate(required=True, metadata={"label": _l("Day of the visit")})
    result = fields.String(
        required=True, validate=validate.OneOf(list(RESULTS)), metadata={"label": _l("Result")}
    )
