"""One measurement in a process of its own, so that its memory is nobody else's, and so is what it has cached.

Started by a benchmark as `python -m scripts.bench.yardstick.MODULE ARGUMENTS`; the module passes what is to be
timed to `tell`. Every interpreter may import this: it takes nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Told:
    """What a process said of itself: how long its work took, and the most memory that it ever had, in MB."""

    seconds: float
    peak_mb: float


def tell(work: Callable[[], object]) -> None:
    """Time some work and print what it took. What was imported before it is in the memory, not in the time."""
    begins = time.perf_counter()
    work()
    print(json.dumps({"seconds": time.perf_counter() - begins, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """Read the peak of this program's own memory; `ru_maxrss` would count that of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def ask(module: str, arguments: Sequence[str | Path | int], *, python: str | Path = sys.executable) -> Told:
    """Run a module of this folder in a process of its own. Raises RuntimeError with its last line if it fails."""
    started = subprocess.run(
        [str(python), "-m", f"scripts.bench.yardstick.{module}", *map(str, arguments)],
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    if started.returncode:
        raise RuntimeError(f"{module}: " + (started.stderr.strip().splitlines() or ["it failed"])[-1])
    return Told(**json.loads(started.stdout.splitlines()[-1]))
