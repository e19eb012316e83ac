"""What the API and the forms of rule packs take and give."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from services.members.rules.parameters import (
    CEILINGS,
    FESTIVAL_LIST,
    FESTIVALS,
    FUND_SOURCES,
    LIVING,
    OUTING,
    RETIREE,
    SHARES,
)
from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Moment, Text
from shared.kit.web.forms import Yuan


class PackOut(Schema):
    id = Identifier()
    code = fields.String()
    version = fields.Integer()
    name = fields.String()
    jurisdiction = fields.String()
    effective_from = LocalDate()
    effective_to = LocalDate(allow_none=True)
    superseded = fields.Boolean()
    doubtful = fields.Boolean()
    source = fields.String()
    explanation = fields.String()
    parameters = fields.Dict(keys=fields.String())
    published_at = Moment()


class VersionIn(Schema):
    effective_from = LocalDate(required=True, metadata={"label": _l("In force from")})
    name = Text(100, load_default=None, metadata={"label": _l("Name")})
    source = Text(500, required=True, metadata={"label": _l("Source")})
    explanation = Text(2000, lines=True, required=True, metadata={"label": _l("What changes, and why")})
    parameters = fields.Dict(keys=fields.String(), required=True)


class DayAsked(Schema):
    on = LocalDate(load_default=None)


class Choice(Schema):
    code = Text(50, required=True)


class Share(fields.Field[Any]):
    """A share typed as a fraction ("2/3"), loaded as two whole numbers."""

    default_error_messages = {"invalid": _l("Write a fraction such as 2/3.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[int]:
        typed = re.fullmatch(r"\s*(\d{1,4})\s*/\s*(\d{1,4})\s*", str(value).replace("／", "/"))
        if typed is None or not int(typed[2]) > 0 or int(typed[1]) > int(typed[2]):
            raise self.make_error("invalid")
        return [int(typed[1]), int(typed[2])]


def version_form() -> Schema:
    """The page's form: each ceiling in yuan, each share as a fraction, empty where the pack says nothing."""
    ceilings = {
        f"ceiling_{name}": Yuan(zero=True, load_default=None, metadata={"label": label})
        for name, label in CEILINGS.items()
    }
    return Schema.from_dict(
        {
            "effective_from": LocalDate(required=True, metadata={"label": _l("In force from")}),
            "source": Text(500, required=True, metadata={"label": _l("Source")}),
            "explanation": Text(
                2000, lines=True, required=True, metadata={"label": _l("What changes, and why")}
            ),
            "outing_times_dues": fields.Integer(load_default=None, metadata={"label": OUTING}),
            "retiree_fund_source": fields.String(
                load_default=None, validate=validate.OneOf(list(FUND_SOURCES)), metadata={"label": RETIREE}
            ),
            "festivals": fields.List(
                fields.String(validate=validate.OneOf(list(FESTIVALS))),
                load_default=list,
                metadata={"label": FESTIVAL_LIST},
            ),
            **{name: Share(load_default=None, metadata={"label": label}) for name, label in SHARES.items()},
            "minimum_living_fen": Yuan(
                data_key="minimum_living", load_default=None, metadata={"label": LIVING}
            ),
            **ceilings,
        },
        name="RulePackForm",
    )()
