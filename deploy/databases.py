"""Bring the four databases to their newest form, once each answers; run by one process before the others start.

Addresses come from <SERVICE>_DATABASE_URL. Two of these at once do no harm: a migration takes a lock.
"""

from functools import partial

from sqlalchemy.exc import OperationalError

from deploy.settings import setting
from shared.kit import migrate
from shared.kit.config import SERVICES, Config
from shared.kit.database import Database
from shared.kit.service import Service
from shared.kit.testing.nodes import until

PATIENCE = 120


def answers(database: Database) -> bool:
    try:
        with database.engine.connect():
            return True
    except OperationalError:
        return False


def main() -> None:
    for name in SERVICES:
        url = setting(f"{name.upper()}_DATABASE_URL")
        service = Service(Config.read(name, database_url=url))
        until(partial(answers, service.database), f"the database of {name}", PATIENCE)
        migrate.upgrade(service)


if __name__ == "__main__":
    main()
