"""What the API takes and gives of the six systems, and what the forms take."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema as PlainSchema
from marshmallow import ValidationError, fields, post_load, validate

from shared.kit.api import Schema
from shared.kit.fields import Identifier, LocalDate, Text

WORDS, MOST_LINKS = 2000, 10
# A page of this house, or one elsewhere over https; nothing that a browser would run.
ADDRESS = validate.Regexp(r"^(/[^/\\\s]\S{0,300}|https://[^\s\"'<>]{3,300})\Z")


class LinkIO(Schema):
    """A piece of evidence: what it is and where it lies."""

    title = Text(60, required=True)
    url = fields.String(required=True, validate=ADDRESS)


class SystemOut(Schema):
    """A system with its duty and its light."""

    code = fields.String()
    name = fields.String()
    duty = fields.String()
    words = fields.String(allow_none=True)
    links = fields.List(fields.Nested(LinkIO))
    light = fields.String()
    found = fields.String()
    looked_on = LocalDate(allow_none=True)
    looked_by = Identifier(allow_none=True)
    finding = fields.String(allow_none=True)
    version = fields.Integer()


_told: dict[str, Any] = {
    "name": Text(30, load_default="", allow_empty=True, metadata={"label": _l("What it is called")}),
    "words": Text(
        WORDS, lines=True, load_default="", allow_empty=True, metadata={"label": _l("What it asks")}
    ),
}


class SystemIn(Schema.from_dict(_told, name="SystemTold")):  # type: ignore[misc]
    """How a school calls a system, what it asks, and where its evidence lies."""

    links = fields.List(fields.Nested(LinkIO), load_default=list, validate=validate.Length(max=MOST_LINKS))


class SystemForm(PlainSchema.from_dict(_told, name="SystemFormTold")):  # type: ignore[misc]
    """The same as people type it: one line for each piece of evidence, its title and then its address."""

    links = Text(4000, lines=True, load_default="", allow_empty=True, metadata={"label": _l("Evidence")})

    @post_load
    def _typed(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        links = []
        for line in filter(None, map(str.strip, data["links"].splitlines())):
            title, _space, url = line.rpartition(" ")
            mistakes = LinkIO().validate({"title": title.strip(), "url": url})
            if mistakes:
                raise ValidationError(
                    _(
                        "“%(line)s”: first what it is, then a blank and its address (https://… or /…).",
                        line=line[:40],
                    ),
                    "links",
                )
            links.append({"title": title.strip(), "url": url})
        if len(links) > MOST_LINKS:
            raise ValidationError(_("At most %(most)s lines.", most=MOST_LINKS), "links")
        return data | {"links": links}


class Look(Schema):
    """What was found when the system was looked at."""

    finding = Text(WORDS, lines=True, required=True, metadata={"label": _l("What the look found")})
