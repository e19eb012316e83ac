"""Fields that people type about themselves and others: put right where that is certain, as in a roster."""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields

from services.members.imports.cells import BadCell, read_identity, read_name, read_phone, tidy, tidy_name
from services.members.imports.words import SENTENCES
from shared.kit.fields import Text


class PersonName(Text):
    """A name as people write it: full-width letters and stray spaces are put right."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return _read(read_name, tidy_name(super()._deserialize(value, attr, data, **kwargs)).text)


class IdentityNumber(fields.String):
    """A citizen identity number whose check character fits."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return _read(read_identity, tidy(super()._deserialize(value, attr, data, **kwargs)).text)


class Phone(fields.String):
    """A telephone number of the mainland, as digits."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return _read(read_phone, tidy(super()._deserialize(value, attr, data, **kwargs)).text)


def _read(reader: Callable[[str, bool], str], text: str) -> str:
    try:
        return reader(text, False)
    except BadCell as bad:
        raise ValidationError(str(SENTENCES[bad.code]) % {"detail": bad.detail}) from None
