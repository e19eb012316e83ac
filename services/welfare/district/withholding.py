"""Which counts a table must withhold so that nobody can be recognised in it, not even by subtracting.

A count from 1 to 4 is withheld. Where that leaves one gap in a column with a total, the total would give it
away: then further counts are withheld too, at least one of them 5 or more, or the total itself. The same
total by months is told whole or not at all. What must be told while it still grows is told in steps of five.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5  # people in a count that may be shown


@dataclass(frozen=True)
class Column:
    """Counts of one column with their total; None is withheld."""

    counts: tuple[int | None, ...]
    total: int | None


def withhold(counts: Sequence[int]) -> Column:
    """A column of which no count from 1 to 4 can be reckoned.

    What is shown lets a reader compute only the sum of what is withheld. That sum consists of at least two
    counts, one of which is not small, so each small one could also be another; zeros may be shown, because
    they concern nobody. Where the column has no such count, its total is withheld instead.
    """
    hidden = {place for place, count in enumerate(counts) if is_few(count)}
    total: int | None = sum(counts)
    if hidden:
        least_large = min((count for count in counts if count >= LEAST), default=None)
        if least_large is None:
            total = None
        # All of that size: a choice among equals would tell which of them was withheld for being small.
        hidden |= {place for place, count in enumerate(counts) if count == least_large}
    if total is not None and is_few(total):
        total = None
    shown = tuple(None if place in hidden else count for place, count in enumerate(counts))
    return Column(shown, total)


def by_months(column: Column, months: Sequence[int]) -> tuple[int, ...] | None:
    """The total of a column by months, or None: whole, and only where no month is small and the total is told.

    Schools and months divide the same total and share no other figure. Were some months told beside a
    withheld one, or months beside a withheld total, the one division would betray the other.
    """
    if column.total is None or any(is_few(count) for count in months):
        return None
    return tuple(months)


def in_steps(count: int) -> int:
    """The last multiple of five that was reached: what may be told of a count that is still growing.

    Whoever looks every day sees it jump by fives, and never one person come.
    """
    return count // LEAST * LEAST


def is_few(count: int) -> bool:
    return 0 < count < LEAST
