"""Whoever reacts to an event understands every sample of it that was ever published, and says so by handling it."""

import re
from collections.abc import Iterator

import pytest

from shared.contracts import registry
from shared.contracts.promises import samples
from shared.contracts.schema import reactions
from shared.kit.messages import handled_types
from shared.kit.service import discover_handlers
from shared.kit.testing import fixtures
from shared.kit.testing.services import TestService

discover_handlers()
REACTIONS = [(service, type_) for service in registry.SERVICES for type_ in sorted(handled_types(service))]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def services(kind: str) -> Iterator[dict[str, TestService]]:
    made = {name: fixtures.make_service(kind, name) for name in registry.SERVICES}
    yield made
    for test in made.values():
        fixtures.drop_service(test)


@pytest.mark.parametrize(("service", "type_"), REACTIONS, ids=[f"{s} hears {t}" for s, t in REACTIONS])
def test_every_sample_is_handled(services: dict[str, TestService], service: str, type_: str) -> None:
    found = samples(type_)
    assert found, "a type without a sample promises nothing"
    for body in found:
        services[service].deliver(body)


def test_a_contract_names_those_who_react() -> None:
    named = {
        (service, cls.type)
        for cls in registry.all_events()
        for service in registry.SERVICES
        if re.search(rf"\b{service}\b", reactions(cls))
    }
    # members passes everything public on to the webhooks of outside programs
    webhooks = {("members", cls.type) for cls in registry.all_events() if cls.audience == "public"}
    assert set(REACTIONS) - named - webhooks == set(), "handled, and the docstring does not say so"
