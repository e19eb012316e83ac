"""Cases for every route of members."""

from tests.strangers import members_own
from tests.strangers.cases import Case, Ours, Route


def prepare(ours: Ours) -> dict[Route, Case]:
    return members_own.cases(ours)
