"""What watches names only figures that exist, and every alert leads to a heading of the runbook with a command."""

import json
import re
from typing import Any

import pytest
import yaml

from shared.kit import figures
from shared.kit.service import ROOT

FOLDER = ROOT / "deploy/dashboards"
BOARD = json.loads((FOLDER / "unionhall.json").read_text())
ALERTS = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
EXPRESSIONS = {
    **{
        f"panel {p['title']} {target['refId']}": target["expr"]
        for p in BOARD["panels"]
        for target in p["targets"]
    },
    **{f"alert {rule['alert']}": rule["expr"] for rule in ALERTS},
}
FIGURE = re.compile(r"\bunionhall_\w+")
RUNBOOK = (ROOT / "deploy/runbook.md").read_text()


def headings() -> dict[str, str]:
    """The text under each heading of the runbook, by the anchor that a browser gives it."""
    parts = re.split(r"^## (.+)$", RUNBOOK, flags=re.MULTILINE)[1:]
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"): text
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_every_figure_that_is_watched_exists(where: str) -> None:
    named = set(FIGURE.findall(EXPRESSIONS[where]))
    assert named
    assert named <= figures.names()


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_every_expression_is_closed(where: str) -> None:
    expression = EXPRESSIONS[where]
    for opening, closing in ("()", "{}", "[]"):
        assert expression.count(opening) == expression.count(closing)


def test_the_guide_and_the_runbook_name_only_figures_that_exist() -> None:
    told = RUNBOOK + (ROOT / "docs/guides/operator.md").read_text()
    bases = {re.sub(r"_(bucket|sum|count)$", "", name) for name in figures.names()}
    assert set(FIGURE.findall(told)) <= figures.names() | bases


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_leads_to_a_heading_of_the_runbook_with_a_command(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert "`" in headings()[rule["annotations"]["runbook"]]


def test_links_within_the_runbook_lead_somewhere() -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= set(headings())


def test_what_matters_most_is_both_watched_and_alerted() -> None:
    for figure in (
        "inbox_waiting",
        "outbox_oldest_seconds",
        "inbox_oldest_seconds",
        "relay_active",
        "event_seconds",
    ):
        for kind in ("panel", "alert"):
            assert any(f"unionhall_{figure}" in EXPRESSIONS[w] for w in EXPRESSIONS if w.startswith(kind))
