"""Of what welfare says of care and money, who reacts; and that no service hears of a hardship case."""

import pytest

from shared.contracts import registry, welfare
from shared.contracts.registry import Event
from shared.kit.messages import handled_types
from shared.kit.service import discover_handlers

discover_handlers()
HEARD_BY: dict[type[Event], set[str]] = {
    welfare.VisitTaskCreated: {"events"},
    welfare.VisitCompleted: {"members", "events"},
    welfare.HardshipCaseChanged: set(),
    welfare.AidDisbursed: {"voting"},
    welfare.CheckupCampaignOpened: {"events"},
    welfare.GiftRoundChanged: {"events", "members"},
    welfare.CampaignClosed: {"members", "voting"},  # what is public, members keeps for outside programs
    welfare.DisputeStageChanged: {"events"},
    welfare.FinancePeriodPublished: {"members", "events", "voting"},
    welfare.FinanceRuleBreached: {"events"},
}


@pytest.mark.parametrize(("said", "services"), HEARD_BY.items(), ids=lambda part: getattr(part, "type", ""))
def test_each_is_heard_by_those_and_by_nobody_else(said: type[Event], services: set[str]) -> None:
    assert {name for name in registry.SERVICES if said.type in handled_types(name)} == services
