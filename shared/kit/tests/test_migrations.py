"""Migrations make exactly what the models say, on both databases, one migrator at a time."""

import threading
from collections.abc import Callable

import pytest

from shared.contracts.registry import SERVICES
from shared.kit import migrate
from shared.kit.testing.services import TestService


@pytest.mark.parametrize("name", SERVICES)
def test_the_migrated_database_is_what_the_models_say(
    name: str, service_of: Callable[..., TestService]
) -> None:
    assert migrate.differences(service_of(name).service) == []


def test_two_migrators_at_once_do_no_harm(service_of: Callable[..., TestService]) -> None:
    service = service_of("voting").service
    faults: list[Exception] = []

    def upgrade() -> None:
        try:
            migrate.upgrade(service)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert migrate.is_current(service)
