"""Settings: from the environment or a file, all mistakes at once."""

from pathlib import Path

import pytest

from shared.kit.config import Config, ConfigError


def test_without_settings_a_service_keeps_its_own_sqlite_file() -> None:
    config = Config.read("welfare", {"DATA_DIR": "/data"})
    assert config.database_url == "sqlite:////data/welfare.db"
    assert config.broker_url == "local:"


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        Config.read(
            "kitchen", {"WEB_PORT": "eighty", "SECURE_COOKIES": "perhaps", "FIELD_KEYS_FILE": "/no/such"}
        )
    for word in ("kitchen", "WEB_PORT", "SECURE_COOKIES", "FIELD_KEYS"):
        assert word in str(refused.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://u:p@db/welfare\n")
    config = Config.read("welfare", {"DATABASE_URL_FILE": str(tmp_path / "url")})
    assert config.database_url == "postgresql+psycopg://u:p@db/welfare"


def test_the_reference_names_every_setting() -> None:
    reference = Config.reference()
    assert all(name in reference for name in ("DATABASE_URL", "BROKER_URL", "FIELD_KEYS", "HEALTH_PORT"))
