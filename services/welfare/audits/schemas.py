"""What the API takes and gives of examinations and accounts, and what the forms take."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.welfare.audits.actions.examining import SAMPLE
from services.welfare.audits.models import VERDICTS
from services.welfare.periods import HALF_YEAR
from shared.kit.api import Schema
from shared.kit.fields import Identifier, Moment, Text

LONGEST_OPINION = 4000


class OpenBody(Schema):
    """Which half-year is examined."""

    period = fields.String(required=True, validate=validate.Regexp(HALF_YEAR))


class SampleOut(Schema):
    """A sum that was drawn."""

    number = fields.Integer()
    entry_id = Identifier()
    looked_by = Identifier(allow_none=True)
    looked_at = Moment(allow_none=True)


class FindingOut(Schema):
    """Something to be put right; `found_by` nobody where the whole ledger was searched."""

    id = Identifier()
    kind = fields.String()
    entry_id = Identifier(allow_none=True)
    words = fields.String(allow_none=True)
    state = fields.String()
    found_by = Identifier(allow_none=True)
    answer = fields.String(allow_none=True)
    settled_by = Identifier(allow_none=True)


class AuditRow(Schema):
    """An examination."""

    id = Identifier()
    period = fields.String()
    state = fields.String()
    seed = fields.String()
    verdict = fields.String(allow_none=True)
    opinion = fields.String(allow_none=True)
    opinion_number = fields.Integer()
    opened_by = Identifier()
    opened_at = Moment()
    signed_at = Moment(allow_none=True)


class AuditOut(AuditRow):
    """An examination with its sample, findings and names."""

    samples = fields.List(fields.Nested(SampleOut))
    findings = fields.List(fields.Nested(FindingOut))
    signed_by = fields.List(Identifier())


class LookedBody(Schema):
    """Sums of the sample that agree with their receipts."""

    entry_ids = fields.List(Identifier(), required=True, validate=validate.Length(1, SAMPLE))


class FindingBody(Schema):
    """What has to be put right, and on which sum."""

    words = Text(200, required=True, metadata={"label": _l("What has to be put right")})
    entry_id = Identifier(allow_none=True, load_default=None)


class AnswerBody(Schema):
    """How it was put right."""

    answer = Text(200, required=True, metadata={"label": _l("How it was put right")})


class OpinionBody(Schema):
    """The auditors' opinion."""

    verdict = fields.String(
        required=True, validate=validate.OneOf(list(VERDICTS)), metadata={"label": _l("The books are")}
    )
    opinion = Text(LONGEST_OPINION, lines=True, required=True, metadata={"label": _l("Opinion")})


class SignBody(Schema):
    """Which wording is signed."""

    number = fields.Integer(strict=True, required=True)


class PeriodOut(Schema):
    """A half-year of the books: `running`, `examined` or `published`."""

    period = fields.String()
    state = fields.String()
    audit_id = Identifier(allow_none=True)
    published_at = Moment(allow_none=True)
    sha256 = fields.String(allow_none=True)


class AccountsOut(PeriodOut):
    """The accounts that members see, in fen by heading."""

    income_by_code = fields.Dict(
        keys=fields.String(), values=fields.Integer(), attribute="content.income_by_code"
    )
    spend_by_code = fields.Dict(
        keys=fields.String(), values=fields.Integer(), attribute="content.spend_by_code"
    )
    rule_breaches = fields.Integer(attribute="content.rule_breaches")


class SignForm(Schema):
    """The same, from the page's hidden field."""

    number = fields.Integer(required=True)
