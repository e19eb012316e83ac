"""Which path belongs to which service; gateway/nginx.conf says the same for containers."""

from urllib.parse import unquote

SERVICES = ("members", "events", "welfare", "voting")


def service_of(path: str) -> str:
    """`/welfare/visits/` and `/api/welfare/v1/…` are welfare's; what bears no service's name is members'."""
    parts = path.split("/")
    first = parts[2] if parts[1:2] == ["api"] and len(parts) > 2 else parts[1] if len(parts) > 1 else ""
    return first if first in SERVICES else "members"


def is_internal(path: str) -> bool:
    """Health and figures of a process: for those who run it, at its own port, not through the gateway."""
    plain = unquote(path.partition("?")[0]).rstrip("/")  # as the services read it
    return plain.rpartition("/")[2] in ("healthz", "readyz", "metrics")
