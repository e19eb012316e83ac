"""Every published type is said by its service. What `emit` says is checked against the contract whenever it is said."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts import members, registry
from shared.contracts.registry import Event

ROOT = Path(__file__).parents[2]
BY_KIND = set(members.LIFE_EVENTS.values())  # said through the table of kinds
NOTICES = {cls for cls in registry.all_events() if ".notice.requested." in cls.type}  # said by the kit
TO_COME = {
    "events.duty.overdue.v1",
    "events.erasure.completed.v1",
    "events.honour.announced.v1",
    "events.honour.conferred.v1",
    "events.plan.published.v1",
    "members.dues.period-closed.v1",
    "members.erasure.completed.v1",
    "members.membership.counted.v1",
    "voting.appraisal.certified.v1",
    "voting.appraisal.held.v1",
    "voting.assembly.convened.v1",
    "voting.duty.overdue.v1",
    "voting.election.certified.v1",
    "voting.election.declared.v1",
    "voting.erasure.completed.v1",
    "voting.proposal.stage-changed.v1",
    "voting.selection.announced.v1",
    "voting.selection.certified.v1",
}  # promised to subscribers, and said by nobody yet


def said_in(service: str) -> Iterator[str]:
    """Names that stand as an argument of a call in the service's own code."""
    for path in (ROOT / "services" / service).rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield from (part.id for part in node.args if isinstance(part, ast.Name))


@pytest.mark.parametrize("service", registry.SERVICES)
def test_a_service_says_what_it_promises(service: str) -> None:
    said = set(said_in(service))
    own: set[type[Event]] = {cls for cls in registry.all_events() if cls.producer == service}
    silent = {cls.type for cls in own - BY_KIND - NOTICES if cls.__name__ not in said}
    assert silent == {type_ for type_ in TO_COME if type_.startswith(f"{service}.")}
