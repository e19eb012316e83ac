"""The installation as an operator starts it, over HTTP: somebody falls ill, is visited, and members hears of it.

Once as processes of this machine, once as the containers of docker-compose.yml where an engine answers. A container
engine that is missing is no fault of the code: that half is then passed over, and says so.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.members.demo import PASSWORD
from shared.kit import clock
from shared.kit.testing import containers
from shared.kit.testing.nodes import free_port, until

ROOT = Path(__file__).parents[2]
PATIENCE = 120


class Hall:
    """What is started, and who speaks with it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.address = f"http://localhost:{env['PORT']}"

    def dev(self, *words: str) -> None:
        done = subprocess.run(
            [ROOT / "dev", *words], env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def answers(self, service: str) -> bool:
        try:
            return httpx.get(f"{self.address}/api/{service}/v1/openapi.json", timeout=5).is_success
        except httpx.TransportError:
            return False

    def as_(self, login: str) -> httpx.Client:
        """A program that acts for this person."""
        client = httpx.Client(base_url=f"{self.address}/api", timeout=20)
        signed_in = client.post("/members/v1/session", json={"login": login, "password": PASSWORD})
        assert signed_in.status_code == 201, signed_in.text
        client.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
        return client


def _engine_and_compose() -> bool:
    commands = (["docker", "compose"], ["docker-compose"])
    found = [words for words in commands if shutil.which(words[0])]
    return containers.engine_answers() and any(
        subprocess.run([*words, "version"], capture_output=True, check=False).returncode == 0
        for words in found
    )


@pytest.fixture(scope="module", params=["processes", "containers"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    port = str(free_port())
    env = {
        **os.environ,
        "PORT": port,
        "PUBLIC_URL": f"http://localhost:{port}",
        "COMPOSE_PROJECT_NAME": f"hall{port}",
    }
    if request.param == "processes":
        env |= {"DATA_DIR": str(tmp_path_factory.mktemp("hall")), "UNIONHALL_UP": "processes"}
    elif not _engine_and_compose():
        pytest.skip("no container engine with Compose answers here")
    started = Hall(env)
    try:
        started.dev("up")
        for service in ("members", "events", "welfare", "voting"):
            until(lambda service=service: started.answers(service), service, PATIENCE)
        started.dev("demo")
        yield started
    finally:
        started.dev("down", *(["--volumes"] if request.param == "containers" else []))


def seen(look: Callable[[], Any], what: str) -> tuple[Any, float]:
    """What `look` finds at last, and after how many seconds."""
    found: list[Any] = []
    began = time.monotonic()
    until(lambda: found.append(look()) or found[-1], what, patience=30)
    return found[-1], time.monotonic() - began


@pytest.mark.timeout(900)
def test_a_stay_in_hospital_becomes_a_visit_and_members_hears_of_it(hall: Hall) -> None:
    patient, leader, carer = hall.as_("linxiaoyu"), hall.as_("zhanghaiyan"), hall.as_("hechunlan")
    me = patient.get("/members/v1/people/me").json()["id"]
    visitor = carer.get("/members/v1/people/me").json()["id"]
    today = clock.today().isoformat()

    report = {"person_id": me, "kind": "hospitalized", "occurred_on": today}
    assert leader.post("/members/v1/life-events", json=report).status_code == 201

    def task() -> Any:
        mine = carer.get("/welfare/v1/visits/mine").json()
        return next((one for one in mine if one["person_id"] == me), None)

    found, seconds = seen(task, "the carer's task")
    assert seconds < 5
    assert found["due_on"] == (clock.today() + timedelta(days=3)).isoformat()

    whole_year = {"first": today, "last": (clock.today() + timedelta(days=30)).isoformat()}
    seen(
        lambda: carer.get("/events/v1/calendar", params=whole_year).json(), "the slot in the carer's calendar"
    )

    visit = {"visited_on": today, "went": [visitor], "gift_fen": 60000, "fund": "union"}
    refused = carer.post(f"/welfare/v1/visits/{found['id']}/complete", json=visit)
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    done = carer.post(f"/welfare/v1/visits/{found['id']}/complete", json=visit | {"gift_fen": 30000})
    assert done.status_code == 200, done.text

    def first_help() -> Any:
        return [event for event in patient.get("/members/v1/life-events").json() if event["first_help_at"]]

    seen(first_help, "the first help in members")


def test_a_page_of_each_service_comes_through_the_gateway(hall: Hall) -> None:
    with httpx.Client(base_url=hall.address, follow_redirects=True, timeout=20) as browser:
        form = {"login": "hechunlan", "password": PASSWORD}
        browser.post("/members/sign-in", data=form, headers={"Origin": hall.address})
        for path in ("/", "/events/", "/welfare/visits/", "/voting/polls/"):
            page = browser.get(path)
            assert page.status_code == 200, (path, page.text)
            assert "<h1" in page.text


def test_figures_of_the_processes_stay_inside(hall: Hall) -> None:
    assert httpx.get(f"{hall.address}/members/metrics").status_code == 404
