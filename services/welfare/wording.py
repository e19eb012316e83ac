"""Words that several features of welfare write: offices, and names in a row."""

from collections.abc import Sequence

from shared.kit.access import OFFICES
from shared.kit.web import language


def office(code: str | None) -> str:
    """An office in the language of the page."""
    if code is None or code not in OFFICES:
        return code or ""
    english, chinese = OFFICES[code]
    return english if language.current() == language.ENGLISH else chinese


def listed(names: Sequence[str]) -> str:
    """Names in a row, as the language writes them: 何莉、赵立新."""
    return (", " if language.current() == language.ENGLISH else "、").join(names)
