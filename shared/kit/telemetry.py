"""Logs and figures. Neither ever says whom an event concerns nor, for a sensitive type, what happened."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog.tracebacks import ExceptionDictTransformer

correlation_id: ContextVar[str | None] = ContextVar("correlation id", default=None)
causation_id: ContextVar[str | None] = ContextVar("causation id", default=None)

published = Counter("unionhall_outbox_published_total", "Events confirmed by the transport", ["service"])
received = Counter("unionhall_inbox_received_total", "Events stored or handled on arrival", ["service"])
handled = Counter("unionhall_inbox_handled_total", "Events handled", ["service", "type"])
failed = Counter("unionhall_inbox_failed_total", "Attempts that failed", ["service", "type"])
dead = Counter("unionhall_inbox_dead_total", "Events set aside after the last attempt", ["service", "type"])
malformed = Counter("unionhall_malformed_total", "Messages that were no events", ["service"])
outbox_waiting = Gauge("unionhall_outbox_waiting", "Events not yet published", ["service"])
inbox_waiting = Gauge("unionhall_inbox_waiting", "Events waiting, by state", ["service", "state"])
requests = Histogram("unionhall_request_seconds", "Time to answer a request", ["service", "route", "status"])


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
