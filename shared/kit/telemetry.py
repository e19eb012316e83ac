"""Logs and figures. Neither ever says whom an event concerns nor, for a sensitive type, what happened."""

import logging
import os
import sys
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Histogram, values
from structlog.tracebacks import ExceptionDictTransformer

correlation_id: ContextVar[str | None] = ContextVar("correlation id", default=None)
causation_id: ContextVar[str | None] = ContextVar("causation id", default=None)

published = Counter("unionhall_outbox_published_total", "Events confirmed by the transport", ["service"])
received = Counter("unionhall_inbox_received_total", "Events stored or handled on arrival", ["service"])
handling = Histogram(
    "unionhall_inbox_handling_seconds",
    "Time that handlers took; its count is how many were handled",
    ["service", "type"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
arriving = Histogram(
    "unionhall_event_seconds",
    "From when an event was said until it was handled here",
    ["service"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200),
)
failed = Counter("unionhall_inbox_failed_total", "Attempts that failed", ["service", "type"])
dead = Counter("unionhall_inbox_dead_total", "Events set aside after the last attempt", ["service", "type"])
malformed = Counter("unionhall_malformed_total", "Messages that were no events", ["service"])
feed = Counter("unionhall_feed_events_total", "Events that outsiders read from the feed", ["service"])
webhooks = Counter(
    "unionhall_webhook_deliveries_total",
    "Tries to tell an outside system, by what came of them",
    ["service", "outcome"],
)
webhook_seconds = Histogram(
    "unionhall_webhook_seconds", "Time that calls to outside systems took", ["service"]
)
purged = Counter("unionhall_purged_total", "Rows past the time they are kept for", ["service", "table"])
requests = Histogram("unionhall_request_seconds", "Time to answer a request", ["service", "route", "status"])
FIGURES = (
    published,
    received,
    handling,
    arriving,
    failed,
    dead,
    malformed,
    feed,
    webhooks,
    webhook_seconds,
    purged,
    requests,
)


def share(folder: str) -> None:
    """Let the processes of one gunicorn count into this folder, where each can add up all; before they count anything.

    The library decides by the environment when it is first imported, which is too early for us.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    values.ValueClass = values.MultiProcessValue()


def is_shared() -> bool:
    """Whether several processes count together."""
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ


def configure(level: str = "info") -> None:
    """JSON lines on standard error, with the correlation id of the request or event at hand."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_correlation,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            _without_words,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(
            sys.stderr
        ),  # the stream of the moment: tests change it
    )


def _without_words(_logger: object, _method: str, line: Any) -> Any:
    """An error's kind and places are logged, its words are not: they could name a person."""
    for error in line.get("exception", ()):
        error.pop("exc_value", None)
        error.pop("exc_notes", None)
    return line


def _add_correlation(_logger: object, _method: str, line: Any) -> Any:
    if (value := correlation_id.get()) is not None:
        line.setdefault("correlation_id", value)
    return line


log = structlog.get_logger()
