"""A service as a test sees it: an own database, events in and out, a client for its pages and API; and all four together."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed
from werkzeug.test import TestResponse

from shared.contracts import envelope
from shared.contracts.registry import SERVICES, Event
from shared.kit import clock, people, tokens, worker
from shared.kit.database import new_id, serving, transaction
from shared.kit.messages import HANDLED, Inbox, Outbox, dispatch, handled_types
from shared.kit.relay import relay_once
from shared.kit.service import ROOT, Service, create_app
from shared.kit.transport import Local, Rabbit, Transport, TransportDown, receive_from_rabbit

SAMPLES = ROOT / "shared" / "contracts" / "samples"
TEST_KID = "test"


@cache
def test_key() -> ec.EllipticCurvePrivateKey:
    """The key that signs tokens in tests; every test service knows its public half."""
    return ec.generate_private_key(ec.SECP256R1())


test_key.__test__ = False  # type: ignore[attr-defined]  # no test, whatever pytest thinks of its name


class TestService:
    """One service on a database of its own."""

    __test__ = False

    def __init__(self, service: Service) -> None:
        self.service = service
        self.name = service.name
        self._app: Flask | None = None
        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(test_key().public_key()))
        with self.transaction() as session:
            long_ago = clock.parse("2000-01-01")
            people.apply_signing_key(session, {"kid": TEST_KID, "public_jwk": jwk, "valid_from": long_ago})

    @property
    def app(self) -> Flask:
        """Its web app, made once."""
        if self._app is None:
            self._app = create_app(self.service)
            self._app.testing = False
        return self._app

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """As a view opens it."""
        with serving(self.service), transaction() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading session, with this service as the current one."""
        with serving(self.service), self.service.database.reading() as session:
            yield session

    def outbox(self, event_class: type[Event] | None = None) -> list[envelope.Envelope]:
        """What it has said so far, in order; sensitive events only until they are published."""
        with self.reading() as session:
            rows = session.scalars(select(Outbox.event).order_by(Outbox.position)).all()
        said = [envelope.read(row.encode()) for row in rows if row]
        return [event for event in said if event_class is None or event.type == event_class.type]

    def receive(
        self,
        event_class: type[Event],
        *,
        subject: str,
        school: str | None = None,
        event_id: str | None = None,
        time: datetime | None = None,
        **data: Any,
    ) -> str:
        """Deliver an event as the bus would; raises what its handler raises. Returns the event's id."""
        body = envelope.make(
            id=event_id or new_id(),
            type=event_class.type,
            subject=subject,
            time=time or clock.now(),
            data=event_class.check(data),
            school=school,
        )
        return self.deliver(body)

    def deliver(self, body: bytes) -> str:
        """Deliver the bytes of an event."""
        event = envelope.read(body)
        worker.receive(self.service, [event])
        with self.transaction() as session:
            row = session.scalars(select(Inbox).where(Inbox.id == event.id)).one()
            if row.state != HANDLED and row.attempts == 0 and not self._blocked(session, row):
                dispatch(session, self.name, row)  # show the test what the worker swallowed
                session.flush()
                raise AssertionError("the handler failed on arrival and then worked")
        return event.id

    @staticmethod
    def _blocked(session: Session, row: Inbox) -> bool:
        earlier = select(Inbox.id).where(
            Inbox.subject == row.subject, Inbox.state == "waiting", Inbox.position < row.position
        )
        return session.scalars(earlier).first() is not None

    def deliver_sample(self, type_: str) -> list[str]:
        """Deliver every published sample of a type; returns their ids."""
        found = sorted((SAMPLES / type_).glob("*.json"))
        assert found, f"there is no sample of {type_}"
        return [self.deliver(path.read_bytes()) for path in found]

    def work(self) -> int:
        """Handle what is due until nothing is; returns how many rows that were."""
        total = 0
        while done := worker.work(self.service):
            total += done
        return total

    def client(self, person: people.Person | None = None) -> "Client":
        """A client signed in as a person of this service's copies; None for a stranger."""
        return Client({self.name: self.app}, person.id if person else None)


class Client:
    """Asks pages and APIs as one person, over whichever apps there are."""

    def __init__(self, apps: dict[str, Flask], person_id: str | None, token: str | None = None) -> None:
        self.token = token or (tokens.sign(test_key(), TEST_KID, person_id) if person_id else None)
        self._clients = {name: app.test_client() for name, app in apps.items()}
        for client in self._clients.values():
            if self.token:
                client.set_cookie(tokens.COOKIE, self.token)

    def open(self, method: str, url: str, **options: Any) -> TestResponse:
        """Any request; /api/ carries the bearer token, pages the cookie."""
        headers = dict(options.pop("headers", {}))
        if self.token and url.startswith("/api/"):
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self._client(url).open(url, method=method, headers=headers, **options)

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.open("GET", url, **options)

    def post(self, url: str, **options: Any) -> TestResponse:
        return self.open("POST", url, **options)

    def put(self, url: str, **options: Any) -> TestResponse:
        return self.open("PUT", url, **options)

    def patch(self, url: str, **options: Any) -> TestResponse:
        return self.open("PATCH", url, **options)

    def delete(self, url: str, **options: Any) -> TestResponse:
        return self.open("DELETE", url, **options)

    def form(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a page's form, as a browser on our own page does."""
        headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        return self.open("POST", url, data=data or {}, headers=headers, **options)

    def _client(self, url: str) -> Any:
        if len(self._clients) == 1:
            return next(iter(self._clients.values()))
        parts = url.lstrip("/").split("?")[0].split("/")
        name = parts[1] if parts[0] == "api" else parts[0]
        return self._clients.get(name, self._clients["members"])


class House:
    """All four services, joined by a transport."""

    def __init__(self, services: dict[str, TestService], mode: str, broker_url: str | None = None) -> None:
        self.mode = mode
        self.services = services
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._delivered: set[tuple[str, str]] = set()
        self.down: set[str] = set()  # services that take nothing in and do no work
        self.transports: dict[str, Transport] = {}
        if broker_url is None:
            self.local = Local({name: self.receiver(name) for name in services})
            self.transports = dict.fromkeys(services, self.local)
        else:
            for name, test in services.items():
                self.transports[name] = Rabbit(broker_url, name)
                self._listen(name, test)

    members: TestService = property(lambda self: self.services["members"])  # type: ignore[assignment]
    events: TestService = property(lambda self: self.services["events"])  # type: ignore[assignment]
    welfare: TestService = property(lambda self: self.services["welfare"])  # type: ignore[assignment]
    voting: TestService = property(lambda self: self.services["voting"])  # type: ignore[assignment]

    def receiver(self, name: str) -> Callable[[Any], None]:
        """What takes events for a service, while it is up."""

        def take(events: Any) -> None:
            if name in self.down:
                raise ConnectionError(f"{name} is down")
            worker.receive(self.services[name].service, events)

        return take

    def _listen(self, name: str, test: TestService) -> None:
        thread = threading.Thread(
            target=receive_from_rabbit, args=(test.service, self.receiver(name), self._stop, 200), daemon=True
        )
        thread.start()
        self._threads.append(thread)

    def settle(self) -> None:
        """Relay and work until nothing moves any more: every event said has reached every inbox that wants it."""
        moved = True
        while moved:
            sent = [self._relay(name) for name in self.services]
            self._await_arrival()
            moved = any(
                [*sent, *[test.work() for name, test in self.services.items() if name not in self.down]]
            )

    def _relay(self, name: str) -> int:
        try:
            return relay_once(self.services[name].service, self.transports[name])
        except TransportDown as fault:
            if not self.down:
                raise
            return fault.confirmed

    def _await_arrival(self) -> None:
        """Wait until the inboxes hold what the outboxes sent (at once, where there is no broker)."""
        if not self._threads:
            return
        expected: dict[str, set[str]] = {name: set() for name in SERVICES}
        for test in self.services.values():
            with test.reading() as session:
                rows = session.execute(
                    select(Outbox.id, Outbox.type).where(Outbox.published_at.is_not(None))
                ).all()
            for row in rows:
                for name in self._wanting(row.type):
                    if (name, row.id) not in self._delivered:
                        expected[name].add(row.id)
        for name, ids in expected.items():
            if ids and name not in self.down:
                until(lambda name=name, ids=ids: ids <= self._inbox_ids(name, ids))  # type: ignore[misc]
                self._delivered |= {(name, event_id) for event_id in ids}

    def _wanting(self, type_: str) -> list[str]:
        """Who handles a type; a blanked one is a life event, which welfare alone handles."""
        if type_ == "members.life-event":
            return ["welfare"]
        return [name for name in self.services if type_ in handled_types(name)]

    def _inbox_ids(self, name: str, ids: set[str]) -> set[str]:
        with self.services[name].reading() as session:
            return set(session.scalars(select(Inbox.id).where(Inbox.id.in_(ids))))

    def client(self, person: people.Person | str | None = None, token: str | None = None) -> Client:
        """A client over all four, signed in as a person (or with a token of one's own)."""
        person_id = person if isinstance(person, str) or person is None else person.id
        return Client({name: test.app for name, test in self.services.items()}, person_id, token)

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)
        for transport in self.transports.values():
            transport.close()


def until(effect: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for an effect to be seen; fails after that long."""
    Retrying(
        retry=retry_if_result(lambda seen: not seen), stop=stop_after_delay(seconds), wait=wait_fixed(0.01)
    )(effect)
