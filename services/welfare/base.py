"""The declarative base of welfare: every table of this service hangs on its metadata."""

from shared.kit.database import service_base

Base = service_base("welfare")
