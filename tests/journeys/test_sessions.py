"""Signing in at members opens every service; signing out or being shut out closes every service within a settle."""

import pytest

from services.members.accounts.actions import slips
from services.members.people.models import Member
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import Client, House
from tests.scene import Scene

PASSWORD = "a long enough password 9"
DOORS = (
    "/api/welfare/v1/visits/mine",
    "/api/events/v1/activities",
    "/api/voting/v1/polls",
    "/api/members/v1/notices",
)


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    return Scene(house)


def signed_in(scene: Scene, name: str, login: str) -> Client:
    """First use by slip, then a session as the person would open it."""
    with scene.house.members.transaction() as session:
        member = session.get(Member, scene.ids[name])
        assert member is not None
        [slip] = slips.issue_slips(session, [member], issued_by=None)
    nobody = scene.house.client()
    first = nobody.post(
        "/api/members/v1/first-use", json={"code": slip.code, "login": login, "password": PASSWORD}
    )
    assert first.status_code == 201, first.text
    opened = nobody.post("/api/members/v1/session", json={"login": login, "password": PASSWORD})
    assert opened.status_code == 201, opened.text
    scene.house.settle()
    return scene.house.client(token=opened.get_json()["token"])


def test_one_session_opens_every_service_and_signing_out_closes_them_all(
    scene: Scene, frozen_clock: FrozenClock
) -> None:
    client = signed_in(scene, "林晓雨", "linxiaoyu")
    assert {url: client.get(url).status_code for url in DOORS} == dict.fromkeys(DOORS, 200)
    frozen_clock.advance(seconds=2)
    assert client.delete("/api/members/v1/session").status_code == 204
    scene.house.settle()
    assert {url: client.get(url).status_code for url in DOORS} == dict.fromkeys(DOORS, 401)


def test_a_disabled_account_is_shut_out_everywhere(scene: Scene, frozen_clock: FrozenClock) -> None:
    client = signed_in(scene, "林晓雨", "linxiaoyu")
    disabled = scene.as_("赵立新").post(f"/api/members/v1/accounts/{scene.ids['林晓雨']}/disable")
    assert disabled.status_code == 204, disabled.text
    scene.house.settle()
    assert {url: client.get(url).status_code for url in DOORS} == dict.fromkeys(DOORS, 401)
