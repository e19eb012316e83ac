"""The declarative base of events: its tables know of no other service's."""

from shared.kit.database import service_base

Base = service_base("events")
