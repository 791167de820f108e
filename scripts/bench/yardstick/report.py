"""What a benchmark found: rows of times, aims that are met or not, a table to read and a line of JSON.

Every figure is the median of repeated rounds in which all sides take turns, and every ratio the median of the
rounds' own ratios: what disturbs the machine for a second then disturbs both sides of a pair.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


@dataclass(slots=True)
class Row:
    """One thing that was measured, round after round; `unit` is us, ms or MB."""

    what: str
    unit: str
    values: list[float] = field(default_factory=list)
    beside: Row | None = None
    """What it is compared with, measured in the same rounds."""

    @property
    def median(self) -> float:
        """The middle of all rounds."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """What 95 rounds of a hundred stayed below."""
        return sorted(self.values)[round(0.95 * (len(self.values) - 1))]

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' ratios to what it is compared with."""
        return None if self.beside is None else ratio(self, self.beside)

    def as_json(self) -> dict[str, object]:
        """The row as it stands in the line of JSON."""
        beside = {} if self.beside is None else {"ratio": round(self.ratio or 0, 3), "to": self.beside.what}
        figures = {"n": len(self.values), "median": _short(self.median), "p95": _short(self.p95)}
        return {"what": self.what, "unit": self.unit, **figures, **beside}


def ratio(ours: Row, theirs: Row) -> float:
    """Divide round by round, and take the median."""
    return statistics.median(mine / other for mine, other in zip(ours.values, theirs.values, strict=True))


@dataclass(frozen=True, slots=True)
class Aim:
    """Something that we answer for: at most `aim`."""

    name: str
    value: float
    aim: float

    @property
    def met(self) -> bool:
        """Whether it is so."""
        return self.value <= self.aim


Turn: TypeAlias = tuple[Row, Callable[[int], object]]
"""What is timed in a round, told the round's number, and the row that its time goes to."""


def take_turns(turns: Sequence[Turn], rounds: int, *, between: Callable[[int], None] | None = None) -> None:
    """Do everybody's thing once in every round, and have another begin each time.

    Args:
        between: done before each round, and not timed.
    """
    for number in range(rounds):
        if between is not None:
            between(number)
        first = number % len(turns)
        for row, act in (*turns[first:], *turns[:first]):
            begins = time.perf_counter_ns()
            act(number)
            row.values.append((time.perf_counter_ns() - begins) / _NS[row.unit])


_NS = {"us": 1e3, "ms": 1e6}


@contextmanager
def workspace() -> Iterator[Path]:
    """Make a folder for a benchmark's files on a disk: /tmp is often memory, where a sync is free."""
    disk = os.environ.get("TMPDIR", "/var/tmp")  # noqa: S108 - the folder in it has a name of its own
    with tempfile.TemporaryDirectory(prefix="depot-bench-", dir=disk) as name:
        yield Path(name)


class Report:
    """A benchmark's findings, begun before it measures so that it knows how busy the machine was.

    Args:
        bench: the benchmark's name.
        folder: where its files are, for the name of the file system.
    """

    def __init__(self, bench: str, folder: Path) -> None:
        self._bench, self._machine = bench, _machine(folder)
        self._load = [round(os.getloadavg()[0], 2)]
        self.rows: list[Row] = []
        self.aims: list[Aim] = []
        self.notes: list[str] = []

    def row(self, what: str, unit: str, beside: Row | None = None) -> Row:
        """Begin a row."""
        self.rows.append(Row(what, unit, beside=beside))
        return self.rows[-1]

    def print(self) -> None:
        """Print the table, then the JSON, which is one line and the last one."""
        self._load.append(round(os.getloadavg()[0], 2))
        print(f"{self._bench}: {self._machine}, load {self._load[0]} before and {self._load[-1]} after")
        for note in self.notes:
            print(note)
        width = max(len(row.what) for row in self.rows)
        print(f"\n{'':<{width}}       n    median       p95")
        for row in self.rows:
            beside = "" if row.beside is None else f"   {row.ratio:5.2f} x {row.beside.what}"
            figures = f"{len(row.values):5}  {_short(row.median):>8}  {_short(row.p95):>8}"
            print(f"{row.what:<{width}}  {figures} {row.unit}{beside}")
        print()
        for aim in self.aims:
            verdict = "met" if aim.met else "MISSED"
            print(f"{verdict:<6}  {aim.name}: {aim.value:.2f}, at most {aim.aim:g}")
        print(json.dumps(self.as_json()))

    def as_json(self) -> dict[str, object]:
        """All of it, as other programs read it."""
        aims = [
            {"name": one.name, "value": round(one.value, 3), "aim": one.aim, "met": one.met}
            for one in self.aims
        ]
        rows = [row.as_json() for row in self.rows]
        return {
            "bench": self._bench,
            "machine": self._machine,
            "load": self._load,
            "rows": rows,
            "aims": aims,
        }


def _short(value: float) -> float:
    return round(value) if value >= 100 else round(value, 1 if value >= 10 else 2)


def _machine(folder: Path) -> str:
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_file_system(folder)}, Linux {platform.release()},"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _processor() -> str:
    """Name the processor, or, on a Pi, the machine."""
    model = Path("/proc/device-tree/model")
    if model.exists():
        return model.read_text().strip("\0")
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _file_system(folder: Path) -> str:
    mounts: Sequence[list[str]] = [
        line.split() for line in Path("/proc/self/mounts").read_text().splitlines()
    ]
    mounted = {Path(mount[1]): mount[2] for mount in mounts}
    places = (place for place in (folder, *folder.resolve().parents) if place in mounted)
    # A process that was given another root (a container, a chroot) may see no mount above its folder.
    return next((mounted[place] for place in places), "a file system of unknown kind")
