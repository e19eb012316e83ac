"""pytest fixtures: `service_of` (one service, on both databases), `house` (all four, in both modes), `frozen_clock`.

Databases are copies of one that was migrated once. `--engine sqlite` or `--mode embedded` runs one half alone.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.registry import SERVICES
from shared.kit import clock, encryption, migrate, telemetry
from shared.kit.config import Config
from shared.kit.service import Service, discover_handlers
from shared.kit.testing import servers
from shared.kit.testing.services import House, TestService
from shared.kit.transport import declare_topology

ENGINES = ("sqlite", "postgres")
MODES = {"embedded": "sqlite", "distributed": "postgres"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, help="run service tests on this database alone")
    parser.addoption("--mode", choices=MODES, help="run tests of the whole house in this mode alone")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "only_mode(mode): run in one mode, where the other would show nothing new"
    )
    config.addinivalue_line(
        "markers", "only_engine(engine): run on one database, where the other would show nothing new"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everything that touches a database runs on both; everything that needs the house runs in both modes."""
    if "engine" in metafunc.fixturenames:
        only = metafunc.config.getoption("--engine")
        marked = metafunc.definition.get_closest_marker(
            "only_engine"
        )  # where the database makes no difference
        engines = [only] if only else list(ENGINES)
        if marked:
            engines = [engine for engine in engines if engine in marked.args]
        metafunc.parametrize("engine", engines, scope="session")
    if "mode" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("only_mode")  # where the mode makes no difference
        only = marked.args[0] if marked else metafunc.config.getoption("--mode")
        metafunc.parametrize("mode", [only] if only else list(MODES), scope="session")


@pytest.fixture(scope="session", autouse=True)
def _ground() -> None:
    telemetry.configure("error")
    encryption.use_keys(encryption.new_key())


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    yield
    clock.freeze(None)


class FrozenClock:
    """A clock that stands still until it is moved."""

    def at(self, moment: str) -> None:
        """Stop it at a moment; without an offset that is Shanghai time."""
        clock.freeze(moment)

    def advance(self, **step: float) -> None:
        """Move it on by timedelta(**step)."""
        clock.advance(**step)


@pytest.fixture
def frozen_clock() -> FrozenClock:
    frozen = FrozenClock()
    frozen.at(clock.local(clock.now()).isoformat())
    return frozen


@cache
def _folder() -> Path:
    """Where SQLite databases of tests lie: in memory where the machine allows it."""
    memory = Path("/dev/shm")
    parent = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="unionhall-", dir=parent))
    import atexit

    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def _postgres() -> servers.PostgresServer:
    return servers.start_postgres(durable=False)


@cache
def _rabbit() -> servers.RabbitServer:
    return servers.start_rabbit()


@cache
def _template(engine: str, name: str) -> str:
    """A migrated, empty database to copy; a path or the name of a database."""
    if engine == "sqlite":
        path = str(_folder() / f"template-{name}.db")
        service = Service(Config.read(name, {}, database_url=f"sqlite:///{path}"))
    else:
        path = f"template_{name}_{os.getpid()}"
        service = Service(Config.read(name, {}, database_url=_postgres().create_database(path)))
    migrate.upgrade(service)
    if engine == "sqlite":
        with service.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    service.database.dispose()
    return path


_number = iter(range(1_000_000))


def make_service(engine: str, name: str, **settings: Any) -> TestService:
    """A service on a fresh copy of the migrated database."""
    template = _template(engine, name)
    copy = f"{name}_{os.getpid()}_{next(_number)}"
    if engine == "sqlite":
        path = _folder() / f"{copy}.db"
        shutil.copyfile(template, path)
        url = f"sqlite:///{path}"
    else:
        url = _postgres().create_database(copy, template=template)
    service = Service(Config.read(name, {}, database_url=url, database_pool=3, **settings))
    return TestService(service)


def drop_service(test: TestService) -> None:
    """Forget the service and its database."""
    database = test.service.database
    database.dispose()
    if database.is_sqlite:
        path = database.url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm", ".relay", ".migrate"):
            Path(path + suffix).unlink(missing_ok=True)
    else:
        _postgres().drop_database(database.url.rsplit("/", 1)[1].split("?")[0])


@pytest.fixture
def service_of(engine: str) -> Iterator[Callable[..., TestService]]:
    """Makes services on fresh databases: `welfare = service_of("welfare")`."""
    made: list[TestService] = []

    def make(name: str, **settings: Any) -> TestService:
        made.append(make_service(engine, name, **settings))
        return made[-1]

    yield make
    for test in made:
        drop_service(test)


@pytest.fixture
def house(mode: str) -> Iterator[House]:
    """All four services: SQLite and hand-over in the process, or PostgreSQL and RabbitMQ."""
    discover_handlers()
    url = None
    vhost = f"house-{os.getpid()}-{next(_number)}"
    if mode == "distributed":
        url = _rabbit().add_vhost(vhost)
        declare_topology(url)
    settings = {"broker_url": url} if url else {}
    services = {name: make_service(MODES[mode], name, **settings) for name in SERVICES}
    together = House(services, mode, url)
    yield together
    together.close()
    for test in services.values():
        drop_service(test)
    if url:
        _rabbit().delete_vhost(vhost)


@pytest.fixture(scope="session")
def built_pages() -> None:
    """Style sheets and scripts as they are now."""
    from shared.kit.web import build

    build.build()


@pytest.fixture(scope="session")
def browser(built_pages: None) -> Iterator[Any]:
    """Chromium. One for all tests of a process: Playwright bears no second one beside it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()
