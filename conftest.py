"""Fixtures of the whole project (shared/kit/testing/fixtures.py), and in which order the tests run side by side."""

from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["shared.kit.testing.fixtures"]

# A slow or busy machine is no fault of the code under test; speed is measured in bench/.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# Files of few, long tests that share nothing costly: each test goes to whoever is free, and these go first, so that
# no process is left alone with one of them at the end.
LONG = (
    "tests/browser/test_every_page.py",
    "tests/strangers/test_strangers.py",
    "tests/faults/test_kills.py",
    "tests/fuzz/test_openapi.py",
)


def _rank(nodeid: str) -> int:
    file = nodeid.split("::", 1)[0]
    return LONG.index(file) if file in LONG else len(LONG) + (not file.startswith("tests/"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))  # stable: otherwise as shuffled


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests go to one process, since they share what they have set up; those of LONG go one by one."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  # only where tests run side by side

    class LongOnesFirst(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return nodeid if file in LONG else file

    return LongOnesFirst(config, log)
