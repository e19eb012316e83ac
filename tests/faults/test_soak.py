"""The report of every long run that is kept follows from its raw lines, and the reckoning sees each kind of fault."""

from pathlib import Path

import pytest

from tests.faults import ledger

KEPT = sorted(ledger.RESULTS.glob("soak-*.jsonl.gz"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_report_follows_from_its_lines_and_every_promise_was_kept(path: Path) -> None:
    lines = ledger.read(path)
    assert ledger.report(lines, path.name) == ledger.report_of(path).read_text(encoding="utf-8")
    assert not ledger.Reckoning.of(lines).is_broken


def reckon(said: list[int], done: list[int], **tables: int) -> dict[str, int]:
    """The faults of one subject and one service."""
    inbox = {state: tables[state] for state in ("waiting", "dead") if state in tables}
    record = ledger.Record()
    record.add("subject", said=ledger.runs(said), done=ledger.runs(done), strange=0)
    feed = {"events": 3, "places": tables.get("places", 3)}
    record.add("tables", service="members", inbox=inbox, unsent=tables.get("unsent", 0), feed=feed)
    record.add("settled")
    found = ledger.Reckoning.of(record.lines)
    assert found.is_broken == any(found.faults.values())
    return {what: count for what, count in found.faults.items() if count}


def test_a_good_run_has_no_fault() -> None:
    assert reckon([1, 2, 3], [1, 2, 3]) == {}


@pytest.mark.parametrize(
    ("done", "fault"),
    [
        ([1, 3], {"lost": 1}),
        ([1, 2, 2, 3], {"doubled": 1}),
        ([1, 2, 3, 1], {"doubled": 1}),
        ([1, 3, 2], {"out of order": 1}),
        ([1, 2, 3, 4], {"effects of nothing said": 1}),
    ],
)
def test_the_reckoning_sees_it(done: list[int], fault: dict[str, int]) -> None:
    assert reckon([1, 2, 3], done) == fault


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"dead": 2}, {"dead": 2}),
        ({"waiting": 1}, {"left waiting": 1}),
        ({"unsent": 1}, {"left waiting": 1}),
        ({"places": 2}, {"two at one place of the feed": 1}),
    ],
)
def test_the_reckoning_sees_what_the_tables_tell(tables: dict[str, int], fault: dict[str, int]) -> None:
    assert reckon([1, 2, 3], [1, 2, 3], **tables) == fault


def test_a_run_that_did_not_come_to_rest_or_said_nothing_is_no_proof() -> None:
    record = ledger.Record()
    record.add("subject", said=[[1, 3]], done=[[1, 3]], strange=0)
    assert ledger.Reckoning.of(record.lines).is_broken
    silent = ledger.Record()
    silent.add("settled")
    assert ledger.Reckoning.of(silent.lines).is_broken


def test_runs_lose_nothing() -> None:
    order = [1, 2, 3, 2, 3, 5, 4, 4]
    assert ledger.runs(order) == [[1, 3], [2, 3], [5, 5], [4, 4], [4, 4]]
    assert ledger.numbers(ledger.runs(order)) == order
