"""What is written twice, for nginx or Compose and for Python, says the same thing twice."""

import json
import re
import stat

import pytest
import yaml

from deploy import make_secrets, topology
from deploy.processes import IMAGE, ROOT
from deploy.routes import is_internal, service_of
from shared.kit.config import SERVICES, Config

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
NGINX = (ROOT / "deploy/gateway/nginx.conf").read_text()


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "members"),
        ("/members/people/", "members"),
        ("/api/members/v1/people", "members"),
        ("/static/build/app.css", "members"),
        ("/welfare", "welfare"),
        ("/welfare/visits/", "welfare"),
        ("/api/welfare/v1/visits", "welfare"),
        ("/voting/panels/this-week", "voting"),
        ("/events/", "events"),
        ("/api/events/v1/activities/1", "events"),
        ("/eventsful", "members"),
        ("/api/", "members"),
    ],
)
def test_both_gateways_send_a_path_to_the_same_service(path: str, service: str) -> None:
    mapped = re.search(r"~(\S+named\S+)\s+\$named;", NGINX)
    found = re.search(mapped[1].replace("(?<named>", "(?P<named>"), path)
    assert service_of(path) == (found["named"] if found else "members") == service


@pytest.mark.parametrize("name", ["healthz", "readyz", "metrics"])
@pytest.mark.parametrize("service", SERVICES)
def test_neither_gateway_shows_health_and_figures(service: str, name: str) -> None:
    hidden = re.search(r"location ~ (\S+) \{\s+return 404;", NGINX)
    for path in (f"/{service}/{name}", f"/{service}/{name}/"):
        assert re.search(hidden[1], path) and is_internal(f"{path}?full=1")


def test_figures_asked_for_in_other_letters_are_not_shown_either() -> None:  # nginx compares them decoded
    assert is_internal("/members/%6detrics")


def test_every_service_has_its_three_processes() -> None:
    for service in SERVICES:
        for process in ("web", "relay", "worker"):
            assert COMPOSE["services"][f"{service}-{process}"]["command"] == [service, process]


def test_every_secret_is_made_and_no_secret_is_made_twice(tmp_path) -> None:
    make_secrets.make(tmp_path / "secrets")
    named = {spec["file"].rpartition("/")[2] for spec in COMPOSE["secrets"].values()} | {"rabbitmq.conf"}
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == named
    before = {path: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert make_secrets.make(tmp_path / "secrets") == []
    assert before == {path: path.read_text() for path in before}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_process_gets_only_the_secrets_of_its_service() -> None:
    for name, spec in COMPOSE["services"].items():
        service, _, process = name.partition("-")
        if spec["image"] == IMAGE and process:
            assert {secret.partition("_")[0] for secret in spec["secrets"]} == {service}


def test_the_broker_definitions_in_the_repository_are_those_of_the_contracts() -> None:
    assert topology.FILE.read_text() == topology.text(topology.definitions()), (
        "renew them with ./dev contracts"
    )


def test_the_definitions_in_the_repository_let_nobody_in() -> None:
    assert all(user["password_hash"] == "" for user in json.loads(topology.FILE.read_text())["users"])


def test_the_operators_guide_lists_every_setting_as_it_is() -> None:
    guide = (ROOT / "docs/guides/operator.md").read_text()
    assert f"<!-- settings -->\n{Config.reference()}\n<!-- /settings -->" in guide
