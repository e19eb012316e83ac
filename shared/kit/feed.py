"""The feed: a service's public events, oldest first, for programs that read at their own pace.

A reader keeps the position that comes with each answer and asks for what is behind it. Nothing is skipped: a place in
the feed is given when an event was sent, by the one relay, above all earlier ones. It reaches as far back as the outbox
does (OUTBOX_DAYS); who comes later than that is told so, with 410.
"""

import threading
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.contracts.registry import all_events
from shared.kit import people, telemetry
from shared.kit.access import Actor, actor
from shared.kit.api import Api, Schema
from shared.kit.database import reading
from shared.kit.fields import Identifier
from shared.kit.messages import Outbox
from shared.kit.problems import NotFound, Problem

READ = "feed.read"
RIGHTS: dict[str, set[str]] = {READ: {"chair", "district_officer"}}
"""Read what is public of one's own union, or of the unions of one's own district."""

BATCH = "application/cloudevents-batch+json"
POSITION = "Feed-Position"
LIMIT, MOST = 100, 500
MOST_BYTES = 1_000_000  # of one answer, the last event beyond it included
LONGEST_WAIT = 20  # seconds that an answer may be waited for
LOOK = 0.5  # seconds between two looks
AT_ONCE = 3  # requests of one process that may wait: its other threads serve people
HIGHEST = 2**62

_waiting = threading.BoundedSemaphore(AT_ONCE)


class TooLate(Problem):
    """What a reader missed was purged."""

    slug = "feed-too-late"
    status = 410
    title = _l("What comes after this position is kept no more")


class TypeList(fields.String):
    """Types with commas between them; each of them public."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        names = {name for name in super()._deserialize(value, attr, data, **kwargs).split(",") if name}
        if unknown := names - set(public_types()):
            raise ValidationError(_("There is no public event called %(name)s.", name=min(unknown)[:120]))
        return sorted(names)


class FeedQuery(Schema):
    """From where on, of what, and how long to wait when there is nothing new."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, HIGHEST))
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    types = TypeList(load_default=[], validate=validate.Length(max=100))
    school = Identifier()
    wait = fields.Integer(load_default=0, validate=validate.Range(0, LONGEST_WAIT))


class FeedEvent(Schema):
    """A CloudEvent in JSON; see /contracts."""

    specversion = fields.String()
    id = fields.String()
    source = fields.String()
    type = fields.String()
    subject = fields.String()
    time = fields.String()
    school = fields.String()
    data = fields.Dict()


@dataclass(frozen=True)
class Piece:
    """Some events, and the position to ask behind next time."""

    events: list[str]
    position: int

    def __str__(self) -> str:
        return f"[{','.join(self.events)}]"


def public_types(service: str | None = None) -> list[str]:
    """The types that outsiders may know: of one service, or all."""
    return [e.type for e in all_events() if e.audience == "public" and service in (None, e.producer)]


def unions_of(session: Session, who: Actor) -> list[str]:
    """The unions whose public events somebody may have: one's own, or all of the district."""
    own = people.organisation(session, who.school_id) if who.school_id else None
    if own is None:
        return []
    return [own.id, *(union.id for union in people.schools_under(session, own.id))]


def read(session: Session, unions: list[str], types: list[str], after: int, limit: int = LIMIT) -> Piece:
    """Events of these unions and types behind a position. Raises TooLate when some may have been purged."""
    first, last = session.execute(
        select(func.min(Outbox.feed_position), func.max(Outbox.feed_position))
    ).one()
    if first is not None and 0 < after < first - 1:
        raise TooLate(
            _("Some events behind it may be gone. Begin again with after=0, and compare with what you have."),
            earliest=first,
        )
    chosen = (
        select(Outbox.feed_position, Outbox.event)
        .where(
            Outbox.feed_position > after,
            Outbox.feed_position <= (last or 0),  # what was given its place since then comes next time
            Outbox.type.in_(types),
            Outbox.school.in_(unions),
        )
        .order_by(Outbox.feed_position)
        .limit(limit)
    )
    events: list[str] = []
    size = 0
    for position, event in session.execute(chosen):
        events.append(event)
        size += len(event)
        if len(events) == limit or size >= MOST_BYTES:
            return Piece(events, int(position or 0))
    return Piece(events, max(after, last or 0))


def views_of(service: str) -> SimpleNamespace:
    """The feed of one service."""
    api = Api("feed", "Public events, for programs that read at their own pace.")
    api.service = service
    known = set(public_types(service))

    @api.get("/feed", allow=READ)
    @api.arguments(FeedQuery, location="query")
    @api.response(200, FeedEvent(many=True), content_type=BATCH)
    def feed(asked: dict[str, Any]) -> Response:
        """Public events behind a position, oldest first; `wait` seconds for the next one when there is none.

        `Feed-Position` (and the `next` of `Link`) says where to go on. 410 `feed-too-late`: some were purged.
        """
        types = sorted(known & set(asked["types"])) if asked["types"] else sorted(known)
        with reading() as session:
            unions = unions_of(session, actor())
        if (school := asked.get("school")) is not None:
            if school not in unions:
                raise NotFound()
            unions = [school]
        piece = _wait_for(unions, types, asked)
        telemetry.feed.labels(service).inc(len(piece.events))
        answer = Response(str(piece), content_type=BATCH)
        answer.headers[POSITION] = str(piece.position)
        onwards = request.args.to_dict() | {"after": str(piece.position)}
        answer.headers["Link"] = f'<{request.path}?{urlencode(onwards)}>; rel="next"'
        return answer

    return SimpleNamespace(api=api)


def _wait_for(unions: list[str], types: list[str], asked: dict[str, Any]) -> Piece:
    """What there is; if nothing, what comes while we wait. It holds no connection meanwhile, and where enough others
    wait already it does not wait at all."""
    end = time.monotonic() + asked["wait"]
    may_wait = asked["wait"] > 0 and _waiting.acquire(blocking=False)
    try:
        while True:
            with reading() as session:
                piece = read(session, unions, types, asked["after"], asked["limit"])
            left = end - time.monotonic()
            if piece.events or not may_wait or left <= 0:
                return piece
            threading.Event().wait(min(LOOK, left))
    finally:
        if may_wait:
            _waiting.release()
