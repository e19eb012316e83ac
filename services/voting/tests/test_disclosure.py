"""What becomes public: the accounts of a half-year once, help paid in five cases and more, a campaign's result."""

import pytest

from shared.contracts.voting import DisclosurePublished
from shared.contracts.welfare import AidDisbursed, CampaignClosed, FinancePeriodPublished
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person, a_school

API = "/api/voting/v1/disclosures"
SAID = {
    "period": "2026-H1", "income_by_code": {"dues": 99999}, "spend_by_code": {"activity-sports": 50001},
    "rule_breaches": 1, "audit_ref": new_id(), "sha256": "a" * 64,
}  # fmt: skip


@pytest.fixture
def school(voting, frozen_clock):
    frozen_clock.at("2026-07-20T10:00")
    return a_school(voting)


@pytest.fixture
def member(voting, school):
    return voting.client(a_person(voting, school, "林晓雨"))


def aid(voting, school, times, fen=10001, aid_id=None):
    for _ in range(times):
        said = {"aid_id": aid_id or new_id(), "kind": "illness", "fund_code": "union", "amount_fen": fen}
        voting.receive(AidDisbursed, subject=school.id, school=school.id, **said)


def accounts(voting, school, **changes):
    voting.receive(FinancePeriodPublished, subject=school.id, school=school.id, **SAID | changes)


def test_accounts_become_public_once_and_stay_as_they_were(voting, school, member):
    accounts(voting, school)
    accounts(voting, school, spend_by_code={})
    [item] = member.get(API).json
    assert (item["category"], item["reference"]) == ("finance", "2026-H1")
    assert item["content"]["spend_by_code"] == {"activity-sports": 50001}
    [said] = voting.outbox(DisclosurePublished)
    assert (said.data["item_id"], said.data["category_code"]) == (item["id"], "finance")
    assert "500.01" in member.get(f"/voting/disclosure/{item['id']}").text
    assert "2026" in member.get("/voting/disclosure/").text
    assert member.get("/voting/disclosure/?format=csv").status_code == 200


@pytest.mark.parametrize("payments", [4, 5])
def test_help_is_told_as_a_total_of_five_and_more(voting, school, member, frozen_clock, payments):
    frozen_clock.at("2026-06-20T10:00")
    aid(voting, school, payments - 1)
    twice = new_id()
    aid(voting, school, 2, aid_id=twice)
    frozen_clock.at("2026-07-20T10:00")
    aid(voting, school, 1)  # of the next half-year
    accounts(voting, school)
    found = member.get(f"{API}?category=aid").json
    shown = [{"payments": 5, "total_fen": 50005}] if payments == 5 else []
    assert [item["content"] for item in found] == shown


@pytest.mark.parametrize("figures", [(12, 340000), (None, None)])
def test_a_campaign_shows_what_was_not_withheld(voting, school, member, figures):
    said = {"campaign_id": new_id(), "kind": "donation", "participants": figures[0], "total_fen": figures[1]}
    voting.receive(CampaignClosed, subject=said["campaign_id"], school=school.id, **said)
    [item] = member.get(API).json
    assert (item["content"]["participants"], item["content"]["total_fen"]) == figures
    assert member.get(f"/voting/disclosure/{item['id']}").status_code == 200


def test_another_school_sees_none_of_it(voting, school, member):
    accounts(voting, school)
    stranger = voting.client(a_person(voting, a_school(voting, "别的学校"), "乙员"))
    assert stranger.get(API).json == []


def test_every_heading_of_the_samples_has_a_name(voting, school, member):
    """A heading that welfare adds shows in the sum and must show by itself."""
    accounts(
        voting, school, period="2025-H2", income_by_code={"other-income": 1}, spend_by_code={"capital": 2}
    )
    [item] = member.get(API).json
    page = member.get(f"/voting/disclosure/{item['id']}").text
    assert "0.01" in page
    assert "0.02" in page
