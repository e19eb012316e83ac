"""What every benchmark stands on: servers of its own, the state of the disk, samples that are kept, a table at the end.

Figures of two runs cannot be compared: other work on the machine and the disk change them more than our code does.
So whatever is measured is measured beside its limit or its peer, taking turns, and the ratio counts.
"""

import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


class Record:
    """Every sample of a run, as compressed JSON lines in bench/results."""

    def __init__(self, name: str, keep: bool) -> None:
        self.name, self.keep = name, keep
        self.lines: list[dict[str, Any]] = []

    def add(self, **sample: Any) -> None:
        self.lines.append(sample)

    def close(self) -> None:
        if not self.keep:
            return
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}-{time.strftime('%Y%m%d-%H%M')}.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in self.lines)
        say(f"every sample: {path.relative_to(Path.cwd())}")


def disk(folder: Path | None = None, times: int = 100) -> list[float]:
    """Milliseconds that 4 kB take to be on the disk for sure."""
    found = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(times):
            began = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            os.fdatasync(file.fileno())
            found.append((time.perf_counter() - began) * 1000)
    return found


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def conditions(record: Record) -> None:
    """Say and keep what the machine is like: its load and its disk."""
    took = disk()
    load = os.getloadavg()[0]
    record.add(what="conditions", cores=os.cpu_count(), load=load, fdatasync_ms=took)
    say(
        f"{os.cpu_count()} cores, load {load:.1f}; fdatasync p50 {percentile(took, 50):.2f} ms, "
        f"p99 {percentile(took, 99):.2f} ms"
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[n]) for row in [header, *rows]) for n in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
