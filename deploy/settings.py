"""Settings of the one-shots, which act for all four services at once."""

import os
from pathlib import Path


def setting(name: str) -> str:
    """A setting from the environment, or from the file that NAME_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ[name]
