"""Whatever bytes come, the receiver lives on, and each message is either stored or in the dead queue."""

import random

import pytest

from shared.contracts import envelope
from shared.contracts.registry import all_events
from shared.kit.database import new_id
from shared.kit.service import discover_handlers
from shared.kit.testing import fixtures
from shared.kit.testing.services import SAMPLES
from tests.faults import malformed
from tests.faults.pair import pair_of

COUNT = 2000  # ./dev soak malformed brings 10,000


def test_two_thousand_messages_that_are_no_events_are_all_accounted_for() -> None:
    seed = random.randrange(1_000_000)
    discover_handlers()
    server = fixtures._rabbit()
    vhost = f"faults-{new_id()}"
    found = [(b"x" * 1_000_000, envelope.CONTENT_TYPE), *malformed.messages(seed, COUNT)]
    with pair_of("sqlite", server.add_vhost(vhost)) as pair:
        count = malformed.survive(pair, found)
    server.delete_vhost(vhost)
    assert count.is_exact, (seed, count)
    assert min(count.dead, count.stored) > COUNT / 10, "both kinds are among them"


@pytest.mark.parametrize("cls", all_events(), ids=lambda cls: cls.type)
def test_a_reader_bears_fields_that_a_newer_speaker_adds(cls: type) -> None:
    import orjson

    for path in (SAMPLES / cls.type).glob("*.json"):
        said = orjson.loads(path.read_bytes())
        newer = said | {"addedlater": "x", "data": {**said["data"], "added_later": {"deep": [1, 2]}}}
        old, new = (cls.read(envelope.read(orjson.dumps(body)).data) for body in (said, newer))
        assert old == new
