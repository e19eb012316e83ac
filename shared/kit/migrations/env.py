"""What Alembic runs; the work is in shared/kit/migrate.py."""

from shared.kit.migrate import run_environment

run_environment()
