"""The fields that schemas share: identifiers, money in fen, days, moments, and text that people type."""

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from shared.kit import clock


class Identifier(fields.UUID):
    """A UUID, as text."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return str(super()._deserialize(value, attr, data, **kwargs))


class Fen(fields.Integer):
    """Money: whole fen (分), from nothing to ten million yuan; never a fraction."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("validate", validate.Range(0, 1_000_000_000))
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, float | bool):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class LocalDate(fields.Date):
    """A day as people in Shanghai name it, between 1900 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not 1900 <= day.year <= 2100:
            raise self.make_error("invalid", input=value, obj_type="date")
        return day


class Moment(fields.DateTime):
    """A point in time; without an offset it is Shanghai time, as a form's field gives it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not 1900 < moment.year < 2100:
            raise self.make_error("invalid", input=value, obj_type="datetime")
        return clock.parse(moment.isoformat())


class Text(fields.String):
    """What a person types: trimmed, NFC, without control characters, not empty unless `allow_empty`."""

    default_error_messages = {
        "empty": _l("Please fill this in."),
        "control": _l("There is a character here that cannot be kept."),
        "long": _l("At most %(max)s characters, please."),
    }

    def __init__(
        self, max: int = 200, *, lines: bool = False, allow_empty: bool = False, **kwargs: Any
    ) -> None:  # noqa: A002
        super().__init__(**kwargs)
        self.longest, self.lines, self.allow_empty = max, lines, allow_empty
        shortest = {} if allow_empty else {"minLength": 1}
        self.metadata = {"maxLength": max, **shortest, **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)).strip()
        kept = {"\n", "\r", "\t"} if self.lines else set()
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in kept for c in text):
            raise ValidationError(self.error_messages["control"])
        if not text and not self.allow_empty:
            raise ValidationError(self.error_messages["empty"])
        if len(text) > self.longest:
            raise ValidationError(str(self.error_messages["long"]) % {"max": self.longest})
        return text
