"""Which counts a table must withhold so that nobody can be recognised in it, not even by subtracting.

A count from 1 to 4 is withheld. Where that leaves one gap in a column with a total, the total would give it
away: then further counts are withheld too, at least one of them 5 or more, or the total itself.
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
    hidden = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    total: int | None = sum(counts)
    if hidden:
        least_large = min((count for count in counts if count >= LEAST), default=None)
        if least_large is None:
            total = None
        # All of that size: a choice among equals would tell which of them was withheld for being small.
        hidden |= {place for place, count in enumerate(counts) if count == least_large}
    if total is not None and 0 < total < LEAST:
        total = None
    shown = tuple(None if place in hidden else count for place, count in enumerate(counts))
    return Column(shown, total)
