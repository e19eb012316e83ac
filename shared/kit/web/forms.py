"""What a person typed into a form: checked by a marshmallow schema, kept, and answered in plain words."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from shared.kit.web.formats import money

WHOLE = "_form"  # errors that belong to no one field


class Form:
    """Values to show, and what is wrong with them. A fresh one holds the values it starts with."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self.values: dict[str, Any] = dict(values or {})
        self.errors: dict[str, list[str]] = {}
        self.labels: dict[str, str] = {}
        self._order: list[str] = []  # of the fields, as the schema names them

    def load(
        self,
        schema: type[Schema] | Schema,
        typed: "MultiDict[str, str]",
        files: "MultiDict[str, Any] | None" = None,
    ) -> Any:
        """The checked data, or None if something is wrong; either way `values` holds what was typed.

        An empty control counts as absent. Of several controls with one name a List field takes all."""
        schema = schema() if isinstance(schema, type) else schema
        raw: dict[str, Any] = {}
        self.values, self.errors = {}, {}
        self._order = [field.data_key or name for name, field in schema.load_fields.items()]
        for key, field in zip(self._order, schema.load_fields.values(), strict=True):
            if label := field.metadata.get("label"):
                self.labels[key] = str(label)
            if isinstance(field, fields.List):
                self.values[key] = [text for text in (t.strip() for t in typed.getlist(key)) if text]
                if self.values[key]:
                    raw[key] = self.values[key]
            elif key in typed:
                self.values[key] = typed[key]
                if typed[key].strip():
                    raw[key] = typed[key].strip()
        for key, file in (files or MultiDict()).items(multi=True):
            if file.filename:
                raw.setdefault(key, file)
        try:
            return schema.load(raw, unknown=EXCLUDE)
        except ValidationError as refusal:
            self.refuse(refusal.normalized_messages())
            return None

    def add(self, name: str, message: str) -> None:
        """One more thing that is wrong, found by an action; `WHOLE` if it belongs to no one field."""
        self.errors.setdefault(name, []).append(message)
        order = {key: place for place, key in enumerate(self._order)}
        self.errors = dict(sorted(self.errors.items(), key=lambda error: order.get(error[0], -1)))

    def refuse(self, errors: Mapping[str, Any]) -> None:
        """All that an action found wrong: field name to messages."""
        for name, messages in errors.items():
            for message in _flat(messages):
                self.add(WHOLE if name == "_schema" else name, plain(message))


class Yuan(fields.Field):
    """An amount typed in yuan ("1,234.5", "¥300"), loaded as fen; never through a float."""

    default_error_messages = {
        "invalid": _l("Write an amount such as 300 or 300.50."),
        "negative": _l("The amount must be more than zero."),
    }

    def __init__(self, *, zero: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zero = zero

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = re.sub(r"[¥￥,，\s元]", "", str(value)).translate(FULL_WIDTH)
        if text.startswith("-"):
            raise self.make_error("negative")
        if not re.fullmatch(r"\d{1,11}(\.\d{1,2})?", text):
            raise self.make_error("invalid")
        whole, _dot, rest = text.partition(".")
        fen = int(whole) * 100 + int(rest.ljust(2, "0"))
        if fen == 0 and not self.zero:
            raise self.make_error("negative")
        return fen

    def _validate(self, value: int) -> None:
        """Its limits are in fen, but who typed yuan is told them in yuan."""
        for check in self.validators:
            if isinstance(check, validate.Range) and check.max is not None and value > check.max:
                raise ValidationError(_("At most %(sum)s.", sum=money(check.max)))
        super()._validate(value)


# People who type Chinese often type ０１２ and ．
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－", "0123456789.-")

# What marshmallow says, and what we say. Numbers in its sentence go into ours.
PLAIN = [
    (r"Missing data for required field\.|Field may not be null\.", _l("Fill this in.")),
    (r"Not a valid integer\.|Not a valid number\.", _l("Write a number in digits.")),
    (r"Not a valid (date|datetime|naive datetime|aware datetime|time)\.", _l("Choose a day that exists.")),
    (r"Not a valid (boolean|choice)\.|Must be one of: .*\.", _l("Choose one of the answers.")),
    (r"One or more of the choices .*", _l("Choose among the answers.")),
    (r"Not a valid (string|mapping type|list|UUID)\.", _l("This cannot be read.")),
    (r"Not a valid email address\.", _l("Write an e-mail address such as name@example.org.")),
    (r"Not a valid URL\.", _l("Write a web address that begins with https://.")),
    (r"String does not match expected pattern\.", _l("This is not written as it should be.")),
    (r"Shorter than minimum length 1\.", _l("Fill this in.")),
    (r"Shorter than minimum length (?P<least>\d+)\.", _l("Write at least %(least)s characters.")),
    (r"Longer than maximum length (?P<most>\d+)\.", _l("Write at most %(most)s characters.")),
    (r"Length must be (?P<exact>\d+)\.", _l("Write exactly %(exact)s characters.")),
    (
        r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.",
        _l("Write between %(least)s and %(most)s characters."),
    ),
    (
        r"Must be greater than or equal to (?P<least>[^ ]+) and less than or equal to (?P<most>[^ ]+)\.",
        _l("Between %(least)s and %(most)s."),
    ),
    (r"Must be greater than or equal to (?P<least>[^ ]+)\.", _l("At least %(least)s.")),
    (r"Must be less than or equal to (?P<most>[^ ]+)\.", _l("At most %(most)s.")),
    (r"Must be greater than (?P<least>[^ ]+)\.", _l("More than %(least)s.")),
    (r"Must be less than (?P<most>[^ ]+)\.", _l("Less than %(most)s.")),
]


def plain(message: Any) -> str:
    """A message of marshmallow in plain words of the current language; any other as it is."""
    text = str(message)
    for pattern, words in PLAIN:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return _(text) if text else text


def _flat(messages: Any) -> list[Any]:
    """The messages of a field, of its items or of its nested fields, each once."""
    if isinstance(messages, Mapping):
        messages = [m for inner in messages.values() for m in _flat(inner)]
    elif not isinstance(messages, list | tuple):
        messages = [messages]
    return list(dict.fromkeys(messages))
