"""What the API takes and gives of hardship cases, and what the forms take. No list gives what was told."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import fields, post_load, validate

from services.welfare.hardship.actions.applying import Told
from services.welfare.hardship.actions.surveying import MOST_SURVEYORS, Found
from services.welfare.hardship.assessment import Household
from services.welfare.hardship.models import LEVELS, STATES
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan

STORY = 2000
REASON = 500
MOST_PEOPLE = 20
PAPERS: dict[str, Any] = {
    "income": _l("Proof of income"),
    "medical": _l("Bills or a diagnosis"),
    "schooling": _l("Costs of schooling"),
    "accident": _l("Accident or disaster"),
    "other": _l("Something else"),
}
_level = validate.OneOf(list(LEVELS))
_size = validate.Range(1, MOST_PEOPLE)


class CaseFilter(Schema):
    """Which cases."""

    q = fields.String(validate=validate.Length(max=60))
    state = fields.String(validate=validate.OneOf(["open", "all", *STATES]))
    level = fields.String(validate=_level)
    recheck = fields.String(validate=validate.OneOf(["missing"]))
    sort = fields.String(validate=validate.OneOf(["begun_on", "-begun_on"]))


class CaseRow(Schema):
    """A case as lists show it: whose, and how it stands; not why."""

    id = Identifier()
    person_id = Identifier(allow_none=True)
    state = fields.String()
    level = fields.String()
    begun_on = LocalDate()
    applied_on = LocalDate(allow_none=True)
    survey_due_on = LocalDate(allow_none=True)
    active_from = LocalDate(allow_none=True)
    active_to = LocalDate(allow_none=True)
    under_review = fields.Boolean()
    version = fields.Integer()


class HouseholdOut(Schema):
    """People, income and costs, in fen."""

    size = fields.Integer(allow_none=True)
    income_fen = Fen(allow_none=True)
    medical_fen = Fen(allow_none=True)
    schooling_fen = Fen(allow_none=True)
    accident = fields.Boolean(allow_none=True)


class SurveyOut(HouseholdOut):
    """What was found, and what the rules suggest with every step."""

    number = fields.Integer()
    kind = fields.String()
    surveyed_on = LocalDate()
    went = fields.List(Identifier())
    findings = fields.String(allow_none=True)
    suggestion = fields.String(attribute="assessment.level", allow_none=True)
    trace = fields.List(fields.String())
    pack_code = fields.String(allow_none=True)
    pack_version = fields.Integer(allow_none=True)


class ProposalOut(Schema):
    """A level laid before the committee; who voted how is not told."""

    id = Identifier()
    number = fields.Integer()
    level = fields.String()
    reason = fields.String(allow_none=True)
    proposed_by = Identifier()
    state = fields.String()
    decided_at = Moment(allow_none=True)


class PaperOut(Schema):
    """A paper that proves something; its content is fetched by its file's address."""

    id = Identifier()
    file_id = Identifier()
    what = fields.String()
    kept_at = Moment()


class CaseDetail(CaseRow):
    """A whole file."""

    consent_version = fields.Integer(allow_none=True)
    outcome = fields.String(allow_none=True)
    told = fields.Nested(HouseholdOut)
    story = fields.String(allow_none=True)
    surveys = fields.List(fields.Nested(SurveyOut))
    proposals = fields.List(fields.Nested(ProposalOut))
    evidence = fields.List(fields.Nested(PaperOut))


class StepOut(Schema):
    """One rule and whether its mark is met, without a figure."""

    code = fields.String()
    met = fields.Boolean(allow_none=True)


class ReviewOut(Schema):
    """What a reviewer decides on: the proposal, and which marks are met; no sum, no illness, no paper."""

    id = Identifier()
    person_id = Identifier(allow_none=True)
    level = fields.String()
    reason = fields.String(allow_none=True)
    proposed_by = Identifier()
    state = fields.String()
    suggestion = fields.String(allow_none=True)
    marks = fields.List(fields.Nested(StepOut))
    voted = fields.Boolean()


class Nomination(Schema):
    """Whom the union should look after. Nothing else is taken: what there is to tell, the person tells."""

    person_id = Identifier(required=True, metadata={"label": _l("Colleague")})


class Noted(Schema):
    """That it was noted, and no more."""

    noted = fields.Boolean()


class Application(Schema):
    """What one tells when applying: the household, and in own words why."""

    size = fields.Integer(required=True, strict=True, validate=_size)
    income_fen = Fen(required=True)
    medical_fen = Fen(load_default=0)
    schooling_fen = Fen(load_default=0)
    accident = fields.Boolean(load_default=False)
    story = Text(STORY, lines=True, required=True)

    @post_load
    def _told(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return Told(story=data.pop("story"), household=Household(**data))


class Survey(Schema):
    """What was found on the visit."""

    surveyed_on = LocalDate(required=True)
    went = fields.List(Identifier(), required=True, validate=validate.Length(1, MOST_SURVEYORS))
    size = fields.Integer(required=True, strict=True, validate=_size)
    income_fen = Fen(required=True)
    medical_fen = Fen(load_default=0)
    schooling_fen = Fen(load_default=0)
    accident = fields.Boolean(load_default=False)
    findings = Text(STORY, lines=True, required=True)

    @post_load
    def _found(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return _found(data)


class Proposal(Schema):
    """The level that somebody proposes, and why; "none" is not to take on file, or to lift."""

    level = fields.String(required=True, validate=_level, metadata={"label": _l("Level")})
    reason = Text(REASON, lines=True, required=True, metadata={"label": _l("Reason")})
    third = Identifier(load_default=None, metadata={"label": _l("Third reviewer")})


class Vote(Schema):
    """One's voice; a no needs its reason."""

    approves = fields.Boolean(required=True, metadata={"label": _l("Your voice")})
    reason = Text(REASON, lines=True, load_default=None, metadata={"label": _l("Reason")})


# --- forms


class _HouseholdForm(PlainSchema):
    size = fields.Integer(required=True, validate=_size, metadata={"label": _l("People in the household")})
    income_fen = Yuan(
        zero=True, required=True, data_key="income", metadata={"label": _l("Income of the household a month")}
    )
    medical_fen = Yuan(
        zero=True,
        load_default=0,
        data_key="medical",
        metadata={"label": _l("Paid yourselves for illness in the last 12 months")},
    )
    schooling_fen = Yuan(
        zero=True,
        load_default=0,
        data_key="schooling",
        metadata={"label": _l("Costs of schooling in the last 12 months")},
    )
    accident = fields.Boolean(load_default=False)


class ApplicationForm(_HouseholdForm):
    """The page of the application."""

    story = Text(STORY, lines=True, required=True, metadata={"label": _l("What has happened")})

    @post_load
    def _told(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return Told(story=data.pop("story"), household=Household(**data))


class SurveyForm(_HouseholdForm):
    """The page of a survey."""

    surveyed_on = LocalDate(required=True, metadata={"label": _l("Day of the visit")})
    went = fields.List(Identifier(), load_default=list, metadata={"label": _l("Who went")})
    other = Identifier(load_default=None, metadata={"label": _l("Somebody else")})
    findings = Text(STORY, lines=True, required=True, metadata={"label": _l("What was found")})

    @post_load
    def _found(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        if other := data.pop("other"):
            data["went"].append(other)
        return _found(data)


class PaperForm(PlainSchema):
    """Which kind of paper comes with the file."""

    what = fields.String(
        required=True, validate=validate.OneOf(list(PAPERS)), metadata={"label": _l("What the paper shows")}
    )


def _found(data: dict[str, Any]) -> Found:
    own = {name: data.pop(name) for name in ("surveyed_on", "went", "findings")}
    return Found(household=Household(**data), **own)
