"""What the API takes and gives of the figures of care."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.welfare.figures.counting import COUNTED
from shared.kit.api import Schema
from shared.kit.fields import Fen, Identifier

_year = validate.Range(2000, 2099)
_aim = validate.Range(0, 100_000)


class YearQuery(Schema):
    year = fields.Integer(strict=False, validate=_year)


class MonthQuery(Schema):
    """Which month (2026-09; the last one told if left out)."""

    period = fields.String(validate=validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z"))


class HalfYearQuery(Schema):
    """Which half-year (2026-H1; the last one told if left out)."""

    period = fields.String(validate=validate.Regexp(r"^20[0-9]{2}-H[12]\Z"))


class Targets(Schema):
    """What a year is to reach; left out: no aim."""

    visits = fields.Integer(
        strict=False, load_default=None, allow_none=True, validate=_aim, metadata={"label": _l("Visits")}
    )
    people = fields.Integer(
        strict=False,
        load_default=None,
        allow_none=True,
        validate=_aim,
        metadata={"label": _l("People visited")},
    )
    aid = fields.Integer(
        strict=False,
        load_default=None,
        allow_none=True,
        validate=_aim,
        metadata={"label": _l("Payments of aid")},
    )


class MonthOfCareOut(Schema):
    month = fields.String()
    by_group = fields.Dict(keys=fields.String(), values=fields.Integer())
    made = fields.Integer()


class TimesOut(Schema):
    """Medians in whole days, and how many cases stand behind each."""

    known = fields.Integer(allow_none=True)
    read = fields.Integer(allow_none=True)
    helped = fields.Integer(allow_none=True)
    cases = fields.Dict(keys=fields.String(), values=fields.Integer())


class YearOfCareOut(Schema):
    """A school's own year; aid in fen, and null for whoever does not keep it."""

    year = fields.Integer()
    months = fields.List(fields.Nested(MonthOfCareOut))
    made = fields.Integer()
    on_time = fields.Integer()
    people = fields.Integer()
    aid = fields.Integer(allow_none=True)
    aid_people = fields.Integer(allow_none=True)
    aid_fen = Fen(allow_none=True)
    times = fields.Nested(TimesOut)
    targets = fields.Nested(Targets, allow_none=True)


class CoverageOut(Schema):
    members = fields.Integer()
    visited = fields.Integer()
    reached = fields.Integer()
    raised = fields.Integer()
    solved = fields.Integer()


class ToldMonthOut(Schema):
    """What a school told of a month, in steps of five; null: below five, or not told yet."""

    school_id = Identifier(attribute="school.id")
    school = fields.String(attribute="school.name")
    figures = fields.Dict(
        keys=fields.String(validate=validate.OneOf(COUNTED)),
        values=fields.Integer(allow_none=True),
        allow_none=True,
    )


class ToldTimesOut(Schema):
    """Medians of a school in whole days; null where fewer than ten cases stand behind one."""

    school_id = Identifier(attribute="school.id")
    school = fields.String(attribute="school.name")
    known = fields.Integer(allow_none=True)
    read = fields.Integer(allow_none=True)
    helped = fields.Integer(allow_none=True)
