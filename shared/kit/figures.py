"""The figures at /metrics: what this process counted, and what stands in the tables at the moment of asking.

What is measured in the tables comes from the database each time, so it is right in whichever process is asked, and
acts at a keyboard count like those on a page. A process shows its own service alone, also where four share one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from shared.kit import clock, telemetry
from shared.kit.audit import AuditEntry
from shared.kit.console import queries

MOST = 100_000  # rows that are counted for a figure; it stays there when there are more

_GAUGES = {
    "unionhall_outbox_waiting": "Events not yet sent",
    "unionhall_outbox_oldest_seconds": "Age of the oldest event that was not yet sent",
    "unionhall_outbox_last_sent_timestamp_seconds": "When an event was sent last",
    "unionhall_inbox_waiting": "Messages waiting: due, delayed after a failure, reminders for later, dead",
    "unionhall_inbox_oldest_seconds": "For how long the oldest due message has been due",
    "unionhall_relay_active": "Whether some relay of this service holds the lock (1) or none (0)",
    "unionhall_tables_readable": "Whether the figures from the tables could be had",
}
_COUNTERS = {
    "unionhall_redriven_total": ("console.redriven", "Dead messages that operators let be tried again"),
    "unionhall_skipped_total": ("console.skipped", "Dead messages that operators gave up"),
    "unionhall_resent_total": ("console.resent", "Events that operators had sent again"),
}


def figures(service: Any) -> bytes:
    """All figures of this service: of this process, or of all gunicorn processes together, and of the tables."""
    counted: Any = REGISTRY
    if telemetry.is_shared():
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
    registry = CollectorRegistry()
    registry.register(_Of(service.name, counted))
    registry.register(_Tables(service))
    return generate_latest(registry)


def names() -> set[str]:
    """The names of all figures, as alerts and dashboards may use them."""
    found = set(_GAUGES) | set(_COUNTERS)
    for metric in telemetry.FIGURES:
        (family,) = metric.describe()
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}[family.type]
        found |= {family.name + suffix for suffix in suffixes}
    return found


class _Of(Collector):
    """What was counted for one service, and what concerns the process as a whole."""

    def __init__(self, service: str, registry: Any) -> None:
        self._service, self._registry = service, registry

    def collect(self) -> Iterable[Metric]:
        for family in self._registry.collect():
            family.samples = [
                sample
                for sample in family.samples
                if sample.labels.get("service", self._service) == self._service
            ]
            yield family


class _Tables(Collector):
    """What the tables say now."""

    def __init__(self, service: Any) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        try:
            found = self._measure()
        except SQLAlchemyError:
            found = {"unionhall_tables_readable": {(): 0.0}}
        for name, samples in found.items():
            labels = ["service", "state"] if any(samples) else ["service"]
            if name in _GAUGES:
                family: Any = GaugeMetricFamily(name, _GAUGES[name], labels=labels)
            else:
                family = CounterMetricFamily(name, _COUNTERS[name][1], labels=labels)
            for values, number in samples.items():
                family.add_metric([self._service.name, *values], number)
            yield family

    def _measure(self) -> dict[str, dict[tuple[str, ...], float]]:
        with self._service.database.reading() as session:
            sending, handling = queries.sending(session, MOST), queries.handling(session, MOST)
            acted = select(AuditEntry.action, func.sum(AuditEntry.amount)).where(
                AuditEntry.action.in_(queries.ACTS)
            )
            acts = dict(session.execute(acted.group_by(AuditEntry.action)).all())
        states = {
            "due": handling.due,
            "delayed": handling.delayed,
            "reminder": handling.reminders,
            "dead": handling.dead,
        }
        measured: dict[str, dict[tuple[str, ...], float]] = {
            "unionhall_outbox_waiting": {(): sending.waiting.number},
            "unionhall_outbox_oldest_seconds": {(): _age(sending.oldest_at)},
            "unionhall_inbox_waiting": {(state,): count.number for state, count in states.items()},
            "unionhall_inbox_oldest_seconds": {(): _age(handling.oldest_at)},
            "unionhall_relay_active": {(): float(sending.relay_active)},
            "unionhall_tables_readable": {(): 1.0},
        }
        if sending.last_at:
            measured["unionhall_outbox_last_sent_timestamp_seconds"] = {(): sending.last_at.timestamp()}
        return measured | {name: {(): float(acts.get(act) or 0)} for name, (act, _) in _COUNTERS.items()}


def _age(moment: Any) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0
