"""District systems that listen over AMQP: for each a user and a queue of its own, which it may read and nothing else.

`./dev subscriber add <name> [types…]` prints the address with its password, this once; `list`; `remove <name>`. The queue
is made and bound here, so that the subscriber needs no right to declare, bind or publish anything. It is bounded: the
oldest events go first, none stays for more than a week, and after thirty days unused the queue goes as well.
"""

import argparse
import os
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx

from deploy.settings import setting
from shared.contracts.registry import all_events
from shared.kit.transport import FEED

NAME = re.compile(r"[a-z][a-z0-9-]{1,29}")
PREFIX = "sub."  # of users and queues alike: no service's name begins so
DAY = 24 * 3600 * 1000
QUEUE: dict[str, Any] = {
    "x-max-length": 100_000,
    "x-max-length-bytes": 64 * 1024 * 1024,
    "x-overflow": "drop-head",
    "x-message-ttl": 7 * DAY,
    "x-expires": 30 * DAY,
}
LIMITS = {"max-connections": 4, "max-channels": 16}


class Mistake(ValueError):
    """What was asked cannot be done; the message says why."""


@dataclass(frozen=True)
class Subscriber:
    """Who may read which queue, and how much waits in it."""

    user: str
    queue: str
    waiting: int


class Broker:
    """A virtual host, administered over the broker's HTTP API."""

    def __init__(self, management: str, user: str, password: str, vhost: str = "/") -> None:
        self._api = httpx.Client(base_url=f"{management}/api", auth=(user, password), timeout=20)
        self._vhost = quote(vhost, safe="")

    def add(self, name: str, types: Sequence[str] = ()) -> tuple[str, str, str]:
        """A user with a new password, and its queue. Returns user, password, queue. Raises Mistake.

        For one that is there already: another password, and the queue as it should be.
        """
        if not NAME.fullmatch(name):
            raise Mistake("a name is of 2 to 30 small letters, digits and hyphens")
        public = {event.type for event in all_events() if event.audience == "public"}
        if unknown := set(types) - public:
            raise Mistake(f"not public: {', '.join(sorted(unknown))}")
        user, password, queue = PREFIX + name, secrets.token_urlsafe(24), f"{PREFIX}{name}.events"
        self._ask("PUT", f"/users/{user}", {"password": password, "tags": ""})
        for limit, value in LIMITS.items():
            self._ask("PUT", f"/user-limits/{user}/{limit}", {"value": value})
        rights = {"configure": "^$", "write": "^$", "read": f"^{re.escape(queue)}$"}
        self._ask("PUT", f"/permissions/{self._vhost}/{user}", rights)
        self._ask("PUT", f"/queues/{self._vhost}/{queue}", {"durable": True, "arguments": QUEUE})
        for type_ in types or sorted(public):
            self._ask("POST", f"/bindings/{self._vhost}/e/{FEED}/q/{queue}", {"routing_key": type_})
        return user, password, queue

    def remove(self, name: str) -> None:
        """The user, its connections, its queue and what waits in it. Raises Mistake when there is none."""
        if not NAME.fullmatch(name):
            raise Mistake(f"there is no subscriber {name}")
        if self._api.delete(f"/users/{PREFIX}{name}").status_code == 404:
            raise Mistake(f"there is no subscriber {name}")
        self._api.delete(f"/queues/{self._vhost}/{PREFIX}{name}.events")

    def subscribers(self) -> list[Subscriber]:
        queues = {one["name"]: one for one in self._ask("GET", f"/queues/{self._vhost}").json()}
        users = [one["name"] for one in self._ask("GET", "/users").json()]
        return [
            Subscriber(user, queue if queue in queues else "gone", queues.get(queue, {}).get("messages", 0))
            for user in sorted(users)
            if user.startswith(PREFIX)
            for queue in [f"{user}.events"]
        ]

    def _ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self._api.request(method, path, json=body).raise_for_status()


def main(arguments: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="./dev subscriber", description=__doc__)
    acts = asked.add_subparsers(dest="act", required=True)
    adding = acts.add_parser("add", help="make one, or give it a new password")
    adding.add_argument("name")
    adding.add_argument("types", nargs="*", help="public types; without any, all of them")
    acts.add_parser("remove", help="with its queue").add_argument("name")
    acts.add_parser("list", help="who they are, and how much waits for them")
    given = asked.parse_args(arguments)
    administrator = urlsplit(setting("BROKER_ADMIN_URL"))
    management = os.environ.get("BROKER_MANAGEMENT_URL") or f"http://{administrator.hostname}:15672"
    broker = Broker(management, unquote(administrator.username or ""), unquote(administrator.password or ""))
    try:
        if given.act == "add":
            user, password, queue = broker.add(given.name, given.types)
            where = f"{administrator.hostname}:{administrator.port or 5672}"
            sys.stdout.write(
                f"address (shown this once): amqp://{user}:{password}@{where}/%2F\nqueue: {queue}\n"
            )
        elif given.act == "remove":
            broker.remove(given.name)
        else:
            for one in broker.subscribers():
                sys.stdout.write(f"{one.user}\t{one.queue}\t{one.waiting} waiting\n")
    except Mistake as mistake:
        sys.exit(f"subscriber: {mistake}")


if __name__ == "__main__":
    main(sys.argv[1:])
