"""The declarative base of events: its tables know of no other service's."""

from typing import Any

from shared.kit.database import service_base

Base: Any = service_base("events")
