"""Alembic for each service: the kit's tables on one branch, the service's own on another.

A migration must be compatible with the code that is already running (add, fill, then remove later).
Two migrators at once wait for one another by a lock.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, MetaData, text

from shared.kit.database import KitBase, UTCDateTime

ROOT = Path(__file__).resolve().parents[2]
KIT = ROOT / "shared/kit/migrations"
_LOCK = 0x6D696772  # "migr"


def _versions(service: str) -> Path:
    return ROOT / "services" / service / "migrations" / "versions"


def configuration(service: Any, connection: Connection | None = None) -> AlembicConfig:
    """Alembic's settings for a service."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(KIT))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{KIT / 'versions'}\n{_versions(service.name)}")
    config.set_main_option("file_template", "%%(slug)s")
    config.attributes |= {"service": service, "connection": connection}
    return config


def upgrade(service: Any) -> None:
    """Bring a service's database to the newest state; nothing to do is quick."""
    with _alone(service) as connection:
        command.upgrade(configuration(service, connection), "heads")


def is_current(service: Any) -> bool:
    """Whether the database is at the newest state."""
    script = ScriptDirectory.from_config(configuration(service))
    with service.database.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(script.get_heads())


def differences(service: Any) -> list[Any]:
    """What the models have and the migrated database has not, or the reverse; empty when they agree."""
    with service.database.engine.connect() as connection:
        migration = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _no_tables_of_sqlite}
        )
        return list(compare_metadata(migration, _both(service)))  # type: ignore[arg-type]


def write(service: Any, message: str, branch: str) -> Path:
    """A new migration from the models: of the service's own tables, or (branch `kit`) of the kit's."""
    folder = KIT / "versions" if branch == "kit" else _versions(service.name)
    folder.mkdir(parents=True, exist_ok=True)
    first = not any(folder.glob("*.py"))
    number = f"{len(list(folder.glob('*.py'))) + 1:04}"
    with _alone(service) as connection:
        config = configuration(service, connection)
        config.attributes["only"] = KitBase.metadata if branch == "kit" else service.base.metadata
        command.upgrade(config, "heads")
        script = command.revision(
            config,
            f"{number} {message}",
            autogenerate=True,
            rev_id=f"{branch}_{number}",
            version_path=str(folder),
            head="base" if first else f"{branch}@head",
            branch_label=branch if first else None,
            splice=False,
        )
    return Path(script.path)  # type: ignore[union-attr,arg-type]


def _both(service: Any) -> list[MetaData]:
    return [KitBase.metadata, service.base.metadata]


def _no_tables_of_sqlite(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and (name or "").startswith(("sqlite_", "alembic_")))


def run_environment() -> None:
    """Called by migrations/env.py."""
    config = context.config
    service, connection = config.attributes["service"], config.attributes["connection"]
    only: MetaData | None = config.attributes.get("only")
    tables = {table for data in ([only] if only else _both(service)) for table in data.tables}

    def concerns(thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
        return kind != "table" or name in tables or (not reflected and name in tables)

    context.configure(
        connection=connection,
        target_metadata=only or _both(service),
        include_object=concerns,
        compare_type=True,
        render_as_batch=service.database.is_sqlite,
        user_module_prefix="kit.",
        render_item=_render,  # type: ignore[arg-type]
    )
    with context.begin_transaction():
        context.run_migrations()


def _render(kind: str, thing: Any, rendering: Any) -> str | bool:
    """Our own column types are written as the plain ones beneath, so that a migration never depends on us."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        rendering.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


@contextmanager
def _alone(service: Any) -> Iterator[Connection]:
    """A connection that holds the migrators' lock."""
    if service.database.is_sqlite:
        path = Path(service.database.url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{path}.migrate", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with service.database.engine.connect() as connection:
                yield connection
                connection.commit()
        return
    with service.database.engine.connect() as holder, holder.begin():
        holder.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        with service.database.engine.connect() as connection:
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.commit()
            yield connection
            connection.commit()
