"""Cases for every route of members."""

from tests.strangers import kit, members_committee, members_own, members_register, members_webhooks
from tests.strangers.cases import Case, Ours, Route


def prepare(ours: Ours) -> dict[Route, Case]:
    return {
        **members_own.cases(ours),
        **members_register.cases(ours),
        **members_committee.cases(ours),
        **kit.cases(ours, "members"),
        **members_webhooks.cases(ours),
    }
