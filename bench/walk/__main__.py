"""`./dev bench walk`: from the commit of a life event to the commit of its visit task, beside the same hops by hand.

Real: the action of members, its relay, welfare's worker and handler; every promise kept. By hand: the same rows written
and the same questions asked with the drivers alone (bench/walk/hand.py). Bare: a row, a message, two rows
(bench/walk/bare.py). They take turns in one run, and every sample is kept.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.ground import Record, conditions, percentile, table
from bench.walk.stage import Walk, distributed, embedded
from shared.kit import encryption, telemetry

MODES: dict[str, Any] = {"embedded": embedded, "distributed": distributed}
KINDS = ("real", "hand", "bare")
GOAL = 2.0


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench walk", description=__doc__)
    options.add_argument("--events", type=int, default=1000)
    options.add_argument("--rate", type=float, default=20.0, help="of each kind in a second")
    options.add_argument("--warm-up", type=int, default=50)
    options.add_argument("--mode", choices=MODES, nargs="*", default=list(MODES))
    options.add_argument("--throw-away", action="store_true", help="do not keep the samples")
    options.add_argument(
        "--disk-ms",
        type=float,
        help="embedded alone, on a disk that takes so much longer to confirm (needs cc)",
    )
    asked = options.parse_args()
    if asked.disk_ms:
        asked.mode = ["embedded"]
        _use_a_slower_disk(asked.disk_ms)
    telemetry.configure("error")
    encryption.use_keys(encryption.new_key())
    record = Record("walk", keep=not asked.throw_away)
    rows = []
    for mode in asked.mode:
        conditions(record)
        with MODES[mode](asked.events + asked.warm_up) as walk:
            samples = _measure(walk, asked.events, asked.rate, asked.warm_up)
        record.add(mode=mode, rate=asked.rate, disk_ms=asked.disk_ms or 0, **samples)
        rows += _lines(mode, samples)
    table(("mode", "beside", "p50 ms", "its", "p99 ms", "its", "p50 ratio", "p99 ratio", f"≤ {GOAL}"), rows)
    record.close()


def _use_a_slower_disk(milliseconds: float) -> None:
    """Start this anew, with a library before libc's that waits after each confirm of the disk."""
    if "SYNC_MICROSECONDS" in os.environ:
        return
    library = Path(tempfile.mkdtemp(prefix="unionhall-disk-")) / "slow_disk.so"
    source = Path(__file__).with_name("slow_disk.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    told = {"SYNC_MICROSECONDS": str(round(milliseconds * 1000)), "LD_PRELOAD": str(library)}
    os.execve(sys.executable, [sys.executable, "-m", "bench.walk", *sys.argv[1:]], os.environ | told)


def _lines(mode: str, samples: dict[str, list[float]]) -> list[tuple[str, ...]]:
    found = {kind: [percentile(samples[kind], percent) for percent in (50, 99)] for kind in KINDS}
    lines = []
    for other, name in (("hand", "the same by hand"), ("bare", "bare")):
        ratios = [real / its for real, its in zip(found["real"], found[other], strict=True)]
        figures = [f"{found[kind][n]:.1f}" for n in (0, 1) for kind in ("real", other)]
        verdict = "" if other == "bare" else "met" if ratios[1] <= GOAL else "not met"
        lines.append((mode, name, *figures, f"{ratios[0]:.2f}", f"{ratios[1]:.2f}", verdict))
    return lines


def _measure(walk: Walk, events: int, rate: float, warm_up: int) -> dict[str, list[float]]:
    """One of each kind in turn, at a steady pace, whether or not the last has arrived."""
    begun: dict[str, tuple[str, float]] = {}
    start = time.monotonic()
    for number in range(events + warm_up):
        for turn, kind in enumerate(KINDS):
            time.sleep(max(0.0, start + (number + turn / len(KINDS)) / rate - time.monotonic()))
            key, moment = walk.ways[kind](number)
            begun[key] = (kind if number >= warm_up else "warm-up", moment)
    samples: dict[str, list[float]] = {kind: [] for kind in (*KINDS, "warm-up")}
    for _ in range(len(begun)):
        key, moment = walk.ends.get(timeout=60)
        kind, began = begun[key]
        samples[kind].append(round((moment - began) * 1000, 3))
    return samples


if __name__ == "__main__":
    main()
