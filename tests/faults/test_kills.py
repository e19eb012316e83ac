"""Processes are killed with SIGKILL while two services tell each other events: 50 kills here, FAULTS_KILLS=100 for 200.

Whatever was committed to an outbox has then been handled once, in order per subject, and nothing else has been.

That these tests can fail was tried by breaking promises on purpose. Marking events before they are sent loses some
(6 of 100 with 7 kills). Acknowledging before storing loses some (55 of 300 with 31 kills). Handling an event whatever
the inbox says of its id doubles effects (11 of 300 with 12 kills).
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shared.kit.messages import Inbox
from shared.kit.testing import fixtures
from tests.faults import trial as trials

Distributed = Callable[..., AbstractContextManager[trials.Trial]]

SEED = int(os.environ.get("FAULTS_SEED", random.randrange(1_000_000)))
KILLS = int(os.environ.get("FAULTS_KILLS", "25"))  # in each mode
EVENTS = 32 * KILLS


def try_it(trial: trials.Trial) -> None:
    trial.rage(KILLS, EVENTS, pause=(0.05, 0.4))
    trial.settle()
    books = trial.books()
    print(f"FAULTS_SEED={SEED}: {trial.kills} kills, said {trial.count_said()}")  # noqa: T201
    assert {speaker: book.faults() for speaker, book in books.items()} == {"members": [], "welfare": []}
    assert min(len({subject for _, subject in book.said}) for book in books.values()) >= 25


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_the_house_in_one_process_is_killed(tmp_path: Path) -> None:
    with trials.embedded(tmp_path, SEED, peril=0.004, flaw=0.03) as trial:
        try_it(trial)


@pytest.fixture
def distributed(tmp_path: Path) -> Iterator[Distributed]:
    """Begins a house of processes, on databases and in a virtual host of its own."""
    database, broker = fixtures._postgres(), fixtures._rabbit()
    vhost = f"kills-{os.getpid()}"

    def begin(**more: float) -> AbstractContextManager[trials.Trial]:
        create = lambda name: database.create_database(f"kills_{name}")  # noqa: E731
        return trials.distributed(create, broker.add_vhost(vhost), SEED, tmp_path, **more)

    yield begin
    broker.delete_vhost(vhost)


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_any_process_of_the_distributed_house_is_killed(
    distributed: Distributed,
) -> None:
    with distributed(peril=0.01, flaw=0.03) as trial:
        try_it(trial)


@pytest.mark.timeout(900)
def test_rolling_restarts_under_load_fail_no_effect_and_every_process_ends_when_asked(
    distributed: Distributed,
) -> None:
    with distributed() as trial:
        relieved: Counter[str] = Counter()
        while relieved.total() < KILLS or relieved.keys() != {role for role, _ in trial.roles}:
            trial.tend()
            if role := trial.relieve_one():
                relieved[role[0]] += 1
        trial.settle()
        for database in trial.databases.values():
            with database.reading() as session:
                assert session.scalar(select(func.count()).where(Inbox.attempts > 0)) == 0
        books = trial.books()
        assert {speaker: book.faults() for speaker, book in books.items()} == {"members": [], "welfare": []}
        assert min(len(book.said) for book in books.values()) > KILLS
