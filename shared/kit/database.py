"""One database per service, SQLite or PostgreSQL: sessions, column types, and who is current.

A view or a worker opens `with transaction() as session:`; actions take the session and never commit.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

import uuid_utils
from sqlalchemy import (
    JSON,
    DateTime,
    Engine,
    MetaData,
    String,
    Uuid,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

Id = Uuid(as_uuid=False)
Json = JSON().with_variant(JSONB(), "postgresql")
Row = TypeVar("Row")
Result = TypeVar("Result")

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> str:
    """A UUIDv7: sorts by time of making. Not for anything whose order must stay secret."""
    return str(uuid_utils.uuid7())


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC in both databases; a naive one is a mistake of ours."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without time zone: {value}")
        return (
            value.astimezone(UTC) if dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)
        )

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def service_base(name: str) -> type[DeclarativeBase]:
    """The declarative base of one service; its rows get a UUIDv7 `id` when they are made."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=_NAMES)

        def __init__(self, **values: Any) -> None:
            columns = inspect(type(self)).columns
            if "id" in columns and isinstance(columns["id"].type, Uuid):
                self.id = values.pop("id", None) or new_id()
            for key, value in values.items():
                if not hasattr(type(self), key):
                    raise TypeError(f"{type(self).__name__} has no {key!r}")
                setattr(self, key, value)

    Base.__doc__ = f"Tables of {name}."
    return Base


KitBase: Any = service_base("the kit: the same tables in every service")


class Database:
    """An engine made on first use (after a fork), and the two kinds of session."""

    def __init__(self, url: str, pool: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._pool = pool
        self.wake: Callable[[str], None] = lambda _who: None  # told after each commit that left work behind
        self._engine: Engine | None = None
        self._sessions: sessionmaker[Session] | None = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url, self._pool)
            self._sessions = sessionmaker(self._engine, expire_on_commit=False, autoflush=True)
        return self._engine

    def session(self) -> Session:
        engine = self.engine
        assert self._sessions is not None
        return self._sessions(bind=engine, info={"database": self})

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back when anything is raised."""
        with self.session() as session:
            if self.is_sqlite:  # take the write lock at once: a later upgrade could fail half-way
                session.connection(execution_options={"begin": "IMMEDIATE"})
            with _committing(session):
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reads; nothing is written, no write lock is taken. What was read stays readable after it."""
        with self.session() as session:
            yield session

    def dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


@contextmanager
def _committing(session: Session) -> Iterator[None]:
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": 30, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgres(url: str, pool: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
    )


# --- the current database: set for a request by the web app, for a message by the worker

_current: ContextVar[Any] = ContextVar("current service")
_open: ContextVar[Session | None] = ContextVar("open transaction", default=None)


def current() -> Any:
    """The service that is being served in this context."""
    return _current.get()


@contextmanager
def serving(service: Any) -> Iterator[None]:
    """Make a service the current one."""
    token = _current.set(service)
    opened = _open.set(None)
    try:
        yield
    finally:
        _open.reset(opened)
        _current.reset(token)


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction of the current service; inside another one it is that one."""
    if (outer := _open.get()) is not None:
        yield outer
        return
    with current().database.transaction() as session:
        token = _open.set(session)
        try:
            yield session
        finally:
            _open.reset(token)


@contextmanager
def reading() -> Iterator[Session]:
    """A reading session of the current service; inside a transaction it sees what that one did."""
    if (outer := _open.get()) is not None:
        yield outer
        return
    with current().database.reading() as session:
        yield session


def in_transaction(work: Callable[[Session], Result], attempts: int = 3) -> Result:
    """Do work in a transaction, again if the database asks for it (serialization failure, deadlock)."""
    for attempt in range(attempts):
        try:
            with transaction() as session:
                return work(session)
        except DBAPIError as error:
            if attempt + 1 == attempts or not is_conflict(error):
                raise
            time.sleep(0.01 * (attempt + 1))
    raise AssertionError("unreachable")


def listed(name: str, is_sqlite: bool) -> Any:
    """FROM: a column `value` of texts, given as the one parameter `name`, a JSON list: a statement of the same few
    words, however many there are."""
    given = bindparam(name, type_=String)
    if is_sqlite:
        return func.json_each(given).table_valued("value")
    return func.json_array_elements_text(cast(given, JSON)).table_valued("value")


def is_conflict(error: DBAPIError) -> bool:
    """Whether the database only asks to try again: a deadlock, a serialization failure, a lock not had in time."""
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01") or "database is locked" in str(
        error.orig
    )


def locked(session: Session, model: type[Row], key: Any) -> Row | None:
    """The row, locked before its state is read, or None. What is emitted of it then follows in order."""
    row = session.get(model, key, with_for_update=True, populate_existing=True)
    if row is not None:
        session.info.setdefault("locked", set()).add(row)
    return row


def locked_where(session: Session, model: type[Row], *criteria: Any) -> list[Row]:
    """The rows that meet the criteria, locked in one statement, always in the order of their ids."""
    query = select(model).where(*criteria).order_by(model.id).with_for_update()  # type: ignore[attr-defined]
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    session.info.setdefault("locked", set()).update(rows)
    return rows


def is_locked(session: Session, row: Any) -> bool:
    """Whether this transaction holds the row: it locked it, or made it."""
    held = (session.info.get(name, ()) for name in ("made", "locked"))
    return any(row in rows for rows in held) or row in session.new  # the last one is slow: it builds a set


@event.listens_for(Session, "after_flush")
def _remember_made(session: Session, _context: Any) -> None:
    if session.new:
        session.info.setdefault("made", set()).update(session.new)
