"""What a roster is before anybody looks into it: rows of text, no more of them than a union can have."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.kit.problems import Problem

MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_CELL = 500  # characters kept of a cell; one more tells the checks that it was longer


class RosterRefused(Problem):
    """The file cannot be read as a roster; `detail` says why and what to do."""

    slug = "roster-refused"
    status = 422
    title = _l("This file cannot be read as a roster")


@dataclass
class Sheet:
    """The rows of one sheet that hold anything: its number in the file, and its cells as trimmed text.

    A formula comes as its text ("=A1&B1"), never as a value.
    """

    name: str = ""
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    days_from_1904: bool = False  # old Macintosh workbooks count days from another year

    def add(self, number: int, cells: list[str]) -> None:
        """Keep a row unless it is empty. Raises RosterRefused past the limit."""
        if not any(cells):
            return
        if len(self.rows) > MAX_ROWS:  # the headings are one more
            raise RosterRefused(
                _(
                    "The file has more than %(limit)s rows. Please split it and import the parts one by one.",
                    limit=f"{MAX_ROWS:,}",
                )
            )
        self.rows.append((number, cells))


def clip(text: str) -> str:
    """A cell's text, trimmed, and no longer than the checks need to see that it is too long."""
    return text.strip()[: MAX_CELL + 1]
