"""`./dev bench bus`: the relay, the pipeline, a backlog beside four peers, claims, workers and memory, each beside its limit, in one run; bench/README.md
says how to read it."""

import argparse
from collections.abc import Callable

from bench.bus import backlog, claims, memory, pipeline, relay, workers
from bench.bus.stage import Place, stage
from bench.ground import Record, conditions, say, table

PARTS: dict[str, Callable[[Place, Record, int, int], list[tuple[str, float, float]]]] = {
    "relay": relay.measure,
    "pipeline": pipeline.measure,
    "backlog": backlog.measure,
    "claims": claims.measure,
    "workers": workers.measure,
    "memory": memory.measure,
}
AT_MOST = (claims.GOAL, memory.GOAL)


def main() -> None:
    options = argparse.ArgumentParser(prog="./dev bench bus", description=__doc__)
    options.add_argument("--events", type=int, default=20_000, help="in each round")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=PARTS, nargs="*", default=list(PARTS))
    options.add_argument("--throw-away", action="store_true", help="do not keep the samples")
    asked = options.parse_args()
    record = Record("bus", keep=not asked.throw_away)
    found: list[tuple[str, float, float]] = []
    with stage() as place:
        conditions(record)
        for name in asked.only:
            found += PARTS[name](place, record, asked.events, asked.rounds)
        conditions(record)
    say("")
    rows = [
        (what, f"{ratio:.2f}", f"{'≤' if goal in AT_MOST else '≥'} {goal}", _verdict(ratio, goal))
        for what, ratio, goal in found
    ]
    table(("what", "ratio", "goal", ""), rows)
    record.close()


def _verdict(ratio: float, goal: float) -> str:
    return "met" if (ratio <= goal if goal in AT_MOST else ratio >= goal) else "not met"


if __name__ == "__main__":
    main()
