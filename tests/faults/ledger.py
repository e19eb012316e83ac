"""What a long run leaves behind: JSON lines of all that happened, and a report reckoned from them alone."""

import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

RESULTS = Path(__file__).parents[2] / "bench" / "results"
Line = dict[str, Any]


class Record:
    """Lines, each with the seconds since the first."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._began = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def add(self, what: str, **more: Any) -> None:
        self.lines.append({"what": what, "at": round(self.seconds(), 1), **more})

    def keep(self, name: str, throw_away: bool) -> Path:
        """Write the lines and, beside them, the report; somewhere temporary if nobody wants them kept."""
        folder = Path(tempfile.mkdtemp(prefix=f"unionhall-{name}-")) if throw_away else RESULTS
        path = folder / f"{name}-{time.strftime('%Y%m%d-%H%M')}.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in self.lines)
        report_of(path).write_text(report(self.lines, path.name), encoding="utf-8")
        return path


def read(path: Path) -> list[Line]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def report_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".jsonl.gz") + ".md")


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """1 2 3 7 8 → [[1, 3], [7, 8]]: nothing is left out, a number said twice or too late begins a new run."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def numbers(found: Sequence[Sequence[int]]) -> list[int]:
    return [number for first, last in found for number in range(first, last + 1)]


@dataclass
class Reckoning:
    """The figures of a run; the promises are that the last ones are nought."""

    counts: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    strange: int = 0  # effects of what nobody said
    dead: int = 0
    unsettled: int = 0
    feed: int = 0  # two events at one place of the feed, or one at none

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Self:
        found = cls()
        for line in lines:
            found.counts[line["what"]] += 1
            if line["what"] == "kill":
                found.kills[f"{line['role']} of {line['service']}"] += 1
            elif line["what"] == "subject":
                found._compare(numbers(line["said"]), numbers(line["done"]))
                found.strange += line["strange"]
            elif line["what"] == "tables":
                found.dead += line["inbox"].get("dead", 0)
                found.unsettled += line["unsent"] + line["inbox"].get("waiting", 0)
                found.feed += line["feed"]["events"] - line["feed"]["places"]
        return found

    def _compare(self, said: list[int], done: list[int]) -> None:
        done_times = Counter(done)
        self.counts["events"] += len(said)
        self.lost += len(set(said) - done_times.keys())
        self.doubled += len(done) - len(done_times)
        self.strange += len(done_times.keys() - set(said))
        self.disordered += said != sorted(said)
        first = list(dict.fromkeys(done))
        self.disordered += sum(later < before for before, later in zip(first, first[1:], strict=False))

    @property
    def faults(self) -> dict[str, int]:
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "out of order": self.disordered,
            "effects of nothing said": self.strange,
            "dead": self.dead,
            "left waiting": self.unsettled,
            "two at one place of the feed": self.feed,
        }

    @property
    def is_broken(self) -> bool:
        return any(self.faults.values()) or not self.counts["settled"] or not self.counts["events"]


def report(lines: Sequence[Line], name: str) -> str:
    """The same words and figures from the same lines."""
    told = next((line for line in lines if line["what"] == "soak"), None)
    if told is None:
        return "It did not begin.\n"
    found = Reckoning.of(lines)
    network = Counter(f"{line['kind']} to the {line['to']}" for line in lines if line["what"] == "network")
    away = {
        server: sum(_spans(lines, f"{server} killed", f"{server} back")) for server in ("broker", "database")
    }
    rows = [
        ("events said and handled", found.counts["events"]),
        ("subjects", found.counts["subject"]),
        ("kills of processes", found.counts["kill"]),
        ("kills of the broker", f"{found.counts['broker killed']} (away {away['broker']:.0f} s in all)"),
        (
            "outages of the database",
            f"{found.counts['database killed']} (away {away['database']:.0f} s in all)",
        ),
        ("harm to the network", sum(network.values())),
        *((f"**{what}**", f"**{count}**") for what, count in found.faults.items()),
    ]
    drained = _spans(lines, "calm", "settled")
    return "\n".join(
        [
            f"# {told['minutes']:g} minutes of mishaps, seed {told['seed']}",
            "",
            f"PostgreSQL {told['postgres']} and RabbitMQ {told['rabbitmq']}, both keeping what they confirm, on "
            f"{told['cores']} cores. Reckoned from `{name}`; again: `./dev soak --minutes {told['minutes']:g} "
            f"--seed {told['seed']}`.",
            "",
            "| | |",
            "|---|---|",
            *(f"| {what} | {count} |" for what, count in rows),
            "",
            *(
                [f"All was handled {drained[0]:.0f} s after the last mishap."]
                if drained
                else ["It did not come to rest."]
            ),
            "",
            "Killed: " + ", ".join(f"{who} {count}" for who, count in sorted(found.kills.items())) + ".",
            "Network: " + ", ".join(f"{what} {count}" for what, count in sorted(network.items())) + ".",
            "",
        ]
    )


def _spans(lines: Iterable[Line], first: str, last: str) -> list[float]:
    """Seconds from each line of the one kind to the next of the other."""
    found: list[float] = []
    began = None
    for line in lines:
        if line["what"] == first:
            began = line["at"]
        elif line["what"] == last and began is not None:
            found.append(line["at"] - began)
            began = None
    return found
