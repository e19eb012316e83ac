"""Where the promises to subscribers lie: a frozen schema for each type, and sample events.

Samples are whole CloudEvents of invented data. They are never edited, and must be understood for ever:
a producer's test compares its event with them, a consumer's test is fed with them.
"""

from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PUBLISHED: Final = HERE / "published"
SAMPLES: Final = HERE / "samples"


def published(type_: str) -> Path:
    return PUBLISHED / f"{type_}.json"


def samples(type_: str) -> list[bytes]:
    """The sample events of a type, as they would come from the bus; `full` before `least`."""
    return [path.read_bytes() for path in sorted((SAMPLES / type_).glob("*.json"))]
