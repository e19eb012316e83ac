"""Where a webhook may lead: to an address of the open internet, looked at when it is saved and at each call.

Between the look and the call a name could be made to mean another address (DNS rebinding): the call therefore goes to
the very address that was looked at.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

LONGEST = 1000
_EMBEDDING = (ip_network("64:ff9b::/96"), ip_network("::/96"))  # IPv4 in the last 32 bits

Address = IPv4Address | IPv6Address


class Refused(Exception):
    """An address to which nothing is sent; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """What a URL stands for: `path` with its query, and the address that was looked at."""

    secure: bool
    host: str
    port: int
    path: str
    address: str


def look(url: str, private: bool = False) -> Target:
    """Where a URL leads now. Raises Refused; with `private`, inner addresses and plain http are allowed."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("not-an-address") from None
    if (
        not host
        or parts.username is not None
        or len(url) > LONGEST
        or not url.isascii()
        or not url.isprintable()
    ):
        raise Refused("not-an-address")
    if " " in url or parts.scheme not in ("https", "http"):
        raise Refused("not-an-address")
    if parts.scheme != "https" and not private:
        raise Refused("not-https")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    addresses = _addresses(host, port)
    if not private and not all(is_open(address) for address in addresses):
        raise Refused("inner-address")  # even if only one of several is: which is taken would be chance
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port, path, str(addresses[0]))


def is_open(address: Address) -> bool:
    """Whether an address lies in the open internet: not private, loopback, link-local, shared, reserved or a group's."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and any(address in network for network in _EMBEDDING):
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None or (inner is not None and not is_open(inner)):
            return False
    return address.is_global and not address.is_multicast


def _addresses(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    except (OSError, ValueError):  # no such name, or one that is no name at all
        raise Refused("no-such-host") from None
