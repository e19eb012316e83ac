"""What can be done with life events: report, answer, end."""

from services.members.life_events.actions.answering import (
    LifeEventLapses,
    confirm,
    end,
    lapse,
    take_back,
    visited,
    withdraw,
)
from services.members.life_events.actions.reporting import report_life_event

__all__ = [
    "LifeEventLapses",
    "confirm",
    "end",
    "lapse",
    "report_life_event",
    "take_back",
    "visited",
    "withdraw",
]
