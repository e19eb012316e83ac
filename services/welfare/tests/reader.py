"""A reader who knows every table that the district was told, on every day, and reckons what they give away.

Unknown are the counts by school and month: what stood on the first day, and what was added by each later one.
Every figure is an equation between them. What follows from all equations together, by elimination or by the
bounds they leave, is known; a known count from 1 to 4 is a leak.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from services.welfare.district.withholding import LEAST

Unknown = Hashable
FAR = 10**6
VALUE = "="  # stands among the coefficients of an equation for its other side


@dataclass
class Reader:
    """Equations between whole numbers that are not negative."""

    equations: list[tuple[frozenset[Unknown], int]] = field(default_factory=list)
    _rows: dict[Unknown, dict[Unknown, Fraction]] = field(default_factory=dict)
    _low: dict[Unknown, int] = field(default_factory=dict)
    _high: dict[Unknown, int] = field(default_factory=dict)
    _solved_of: int = 0
    _bounded_of: int = 0

    def learn(self, parts: Iterable[Unknown], value: int) -> None:
        equation = (frozenset(parts), value)
        if equation not in self.equations:
            self.equations.append(equation)

    def knows(self, parts: Iterable[Unknown]) -> int | None:
        """The sum of some unknowns, where the equations leave no choice."""
        wanted = frozenset(parts)
        by_elimination = self._eliminated(wanted)
        if by_elimination is not None:
            return by_elimination
        low, high = self._bounds(wanted)
        return low if low == high else None

    def leaks(self, sums: Iterable[Iterable[Unknown]]) -> list[tuple[frozenset[Unknown], int]]:
        """Of these sums, those that are known to be from 1 to 4."""
        found = [(frozenset(parts), self.knows(parts)) for parts in map(frozenset, sums)]
        return [(parts, known) for parts, known in found if known is not None and 0 < known < LEAST]

    def _eliminated(self, wanted: frozenset[Unknown]) -> int | None:
        """Whether the sum is a combination of equations (Gauss), and of which value."""
        rest: dict[Unknown, Fraction] = {name: Fraction(1) for name in wanted}
        for pivot, row in self._solved().items():
            if factor := rest.get(pivot):
                for name, coefficient in row.items():
                    rest[name] = rest.get(name, Fraction(0)) - factor * coefficient
        value = -rest.pop(VALUE, Fraction(0))
        return None if any(rest.values()) else int(value)

    def _solved(self) -> dict[Unknown, dict[Unknown, Fraction]]:
        """The equations, each with an unknown that no later one has: pivot → coefficients."""
        if len(self.equations) == self._solved_of:
            return self._rows
        self._rows, self._solved_of = {}, len(self.equations)
        for parts, value in self.equations:
            row: dict[Unknown, Fraction] = {name: Fraction(1) for name in parts} | {VALUE: Fraction(value)}
            for pivot, other in self._rows.items():
                if factor := row.get(pivot):
                    for name, coefficient in other.items():
                        row[name] = row.get(name, Fraction(0)) - factor * coefficient
            left = {name: coefficient for name, coefficient in row.items() if coefficient}
            found = next((name for name in left if name != VALUE), None)
            if found is not None:
                first = left[found]
                self._rows[found] = {name: coefficient / first for name, coefficient in left.items()}
        return self._rows

    def _bounds(self, wanted: frozenset[Unknown]) -> tuple[int, int]:
        """The least and the most that the sum can be, by what each equation leaves the others."""
        if len(self.equations) != self._bounded_of:
            self._low, self._high = self._bounded()
            self._bounded_of = len(self.equations)
        return (
            sum(self._low.get(name, 0) for name in wanted),
            sum(self._high.get(name, FAR) for name in wanted),
        )

    def _bounded(self) -> tuple[dict[Unknown, int], dict[Unknown, int]]:
        equations = self.equations + self._differences()
        names = {name for parts, _ in equations for name in parts}
        low, high = dict.fromkeys(names, 0), dict.fromkeys(names, FAR)
        moved = True
        while moved:
            moved = False
            for parts, value in equations:
                least, most = sum(low[name] for name in parts), sum(high[name] for name in parts)
                for name in parts:
                    new_high = min(high[name], value - (least - low[name]))
                    new_low = max(low[name], value - (most - high[name]))
                    if (new_low, new_high) != (low[name], high[name]):
                        low[name], high[name], moved = new_low, new_high, True
        return low, high

    def _differences(self) -> list[tuple[frozenset[Unknown], int]]:
        """What is left of an equation when another, wholly within it, is taken away."""
        return [
            (larger - smaller, value - less)
            for (smaller, less), (larger, value) in (
                sorted(pair, key=lambda equation: len(equation[0]))
                for pair in combinations(self.equations, 2)
            )
            if smaller < larger
        ]
