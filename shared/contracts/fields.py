"""The few kinds of field that an event may bear, so that every contract says the same thing in the same way.

Amounts are integer fen, ratios are integers, times are aware: no contract holds a float.
"""

from typing import Any, Final

from marshmallow import RAISE, ValidationError, fields, validate

UUID_PATTERN: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
CODE_PATTERN: Final = r"^[a-z0-9]+([-_.][a-z0-9]+)*$"
PERIOD_PATTERN: Final = r"^[0-9]{4}(-[0-9A-Za-z]+)*$"
SHA256_PATTERN: Final = r"^[0-9a-f]{64}$"
FEWEST: Final = 5  # people who may stand behind a public figure
LINK_PATTERN: Final = r"^/(?!/)[^\s\\]*$"


def identifier() -> fields.String:
    """A UUID in its canonical lower-case form."""
    return _string(UUID_PATTERN, 36, error="Not a UUID in lower case.", format="uuid")


def fen(*, least: int | None = 0) -> fields.Integer:
    """An amount of money in integer fen (0.01 yuan); `least=None` where an amount may be negative."""
    return _integer(least)


def count() -> fields.Integer:
    return _integer(0)


def withheld_count() -> fields.Integer:
    """A number of people's matters that strangers may learn: nobody or five and more, since fewer point to persons."""
    return fields.Integer(strict=True, validate=[validate.Range(min=0), _is_not_few])


def ordinal() -> fields.Integer:
    """A version, a year, a number in a series: 1 and up."""
    return _integer(1)


def flag() -> fields.Boolean:
    """True or false, and not the words that look like them."""
    return fields.Boolean(truthy={True}, falsy={False})


def iso_date() -> fields.Date:
    """A day (YYYY-MM-DD), without a time zone."""
    return fields.Date()


def moment() -> fields.AwareDateTime:
    """A point in time, always with its offset from UTC."""
    return fields.AwareDateTime()


def text(longest: int, *, shortest: int = 1) -> fields.String:
    return fields.String(validate=validate.Length(shortest, longest))


def code(*choices: str) -> fields.String:
    """One of `choices`, or any code in lower case where the list belongs to a service.

    Only writing is strict about the choices: a reader must not refuse an event because a newer
    producer knows one more of them.
    """
    if choices:
        return _Choice(validate=validate.OneOf(choices))
    return _string(CODE_PATTERN, 64, error="Not a code: lower case, digits, '-', '_' and '.'.")


def period() -> fields.String:
    """A span of the union's books: 2026, 2026-03, 2026-H1, 2026-2027-1."""
    return _string(PERIOD_PATTERN, 20, error="Not a period such as 2026, 2026-03 or 2026-H1.")


def sha256() -> fields.String:
    return _string(SHA256_PATTERN, 64, error="Not a SHA-256 in lower-case hexadecimal.")


def link() -> fields.String:
    """A path on this site; a whole address could lead a reader elsewhere."""
    return _string(LINK_PATTERN, 500, error="Not a path on this site.")


def many(inner: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(inner)


def counts() -> fields.Dict:
    """Code to a whole number: income by kind, votes by option."""
    return fields.Dict(keys=code(), values=fields.Integer(strict=True))


def scalars() -> fields.Dict:
    """Name to a text, whole number, truth value or null."""
    return fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True, validate=_is_scalar))


def tree() -> fields.Dict:
    """Any JSON object without floats, for settings whose names belong to their publisher."""
    return fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True, validate=_is_tree))


def _integer(least: int | None) -> fields.Integer:
    return fields.Integer(strict=True, validate=None if least is None else validate.Range(min=least))


def _string(pattern: str, longest: int, *, error: str, format: str | None = None) -> fields.String:
    # \Z, for Python's "$" lets a trailing line break through; the published pattern keeps "$" (ECMA 262).
    rules = [validate.Length(max=longest), validate.Regexp(pattern.removesuffix("$") + r"\Z", error=error)]
    metadata = {"pattern": pattern} | ({"format": format} if format else {})
    return fields.String(validate=rules, metadata=metadata)


class _Choice(fields.String):
    def _validate(self, value: Any) -> None:
        if self.root is not None and self.root.unknown == RAISE:
            super()._validate(value)


def _is_not_few(number: int) -> None:
    if 0 < number < FEWEST:
        raise ValidationError(f"From 1 to {FEWEST - 1} is withheld: say null.")


def _is_scalar(value: object) -> None:
    if not isinstance(value, str | int | None):
        raise ValidationError("Only texts, whole numbers, truth values and null.")


def _is_tree(value: object) -> None:
    match value:
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise ValidationError("Names must be texts.")
            for inner in value.values():
                _is_tree(inner)
        case list() | tuple():
            for inner in value:
                _is_tree(inner)
        case float():
            raise ValidationError("No floats: write an amount in fen, a ratio as two integers.")
        case _:
            _is_scalar(value)
