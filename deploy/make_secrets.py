"""Make every secret of a distributed installation once, as files under var/secrets; what is there stays.

Runs with any Python 3.11, before anything is installed: `python3 deploy/make_secrets.py`.
"""

import base64
import os
import secrets
from pathlib import Path

SERVICES = ("members", "events", "welfare", "voting")


def make(folder: Path, database: str = "postgres:5432", broker: str = "rabbitmq:5672") -> list[str]:
    """Write the missing ones for servers at these addresses; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    administrator = secrets.token_urlsafe(24)
    wanted = {
        "postgres_password": secrets.token_urlsafe(24),
        "broker_admin_url": f"amqp://unionhall:{administrator}@{broker}/%2F",
        "rabbitmq.conf": f"default_user = unionhall\ndefault_pass = {administrator}\n",
    }
    for service in SERVICES:
        for kind, scheme, address in (
            ("database", "postgresql+psycopg", f"{database}/{service}"),
            ("broker", "amqp", f"{broker}/%2F"),
        ):
            wanted[f"{service}_{kind}_url"] = f"{scheme}://{service}:{secrets.token_urlsafe(24)}@{address}"
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        wanted[f"{service}_field_keys"] = f"k1:{key}"
    # These two hold one password: they are made together or not at all.
    if (folder / "broker_admin_url").exists():
        del wanted["broker_admin_url"], wanted["rabbitmq.conf"]
    missing = [name for name in wanted if not (folder / name).exists()]
    for name in missing:
        # Containers read them as users of their own; the folder above keeps everybody else out.
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, "w") as file:
            file.write(wanted[name])
    return missing


if __name__ == "__main__":
    make(Path(__file__).parents[1] / "var" / "secrets")
