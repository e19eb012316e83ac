"""The invented district to try things with: members' part first, the others' once they have heard of it."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sqlalchemy import func, select

from deploy.settings import setting
from shared.kit import clock, encryption
from shared.kit.config import SERVICES, Config
from shared.kit.database import serving, transaction
from shared.kit.messages import WAITING, Inbox, Outbox
from shared.kit.service import Service
from shared.kit.testing.nodes import until


def load(services: dict[str, Service], settle: Callable[[], object]) -> None:
    """Bring it in; what is there already stays as it is. `settle` returns once events have arrived."""
    for name, service in services.items():
        if service.config.field_keys:
            encryption.use_keys(service.config.field_keys)
        with serving(service), transaction() as session:
            import_module(f"services.{name}.demo").load(session)
        settle()


def is_quiet(services: dict[str, Service]) -> bool:
    """Whether nothing waits to be sent or handled now."""
    for service in services.values():
        with service.database.reading() as session:
            sent = select(func.count()).select_from(Outbox).where(Outbox.published_at.is_(None))
            due = (
                select(func.count())
                .select_from(Inbox)
                .where(Inbox.state == WAITING, Inbox.due_at <= clock.now())
            )
            if session.scalar(sent) or session.scalar(due):
                return False
    return True


def main() -> None:
    """Into a distributed installation that runs: addresses and keys from <SERVICE>_DATABASE_URL, …_FIELD_KEYS."""
    services = {}
    for name in SERVICES:
        own: dict[str, Any] = {
            kind: setting(f"{name.upper()}_{kind.upper()}") for kind in ("database_url", "field_keys")
        }
        services[name] = Service(Config.read(name, **own))

    def settle() -> None:
        # Between an outbox and the inbox a message is in neither table: two quiet looks, not one.
        quiet = [False]

        def five_times() -> bool:
            quiet.append(is_quiet(services))
            return all(quiet[-5:])

        until(five_times, "a quiet bus", patience=120)

    load(services, settle)


if __name__ == "__main__":
    main()
