"""The declarative base of welfare: every table of this service hangs on its metadata."""

from typing import Any

from shared.kit.database import service_base

Base: Any = service_base("welfare")
