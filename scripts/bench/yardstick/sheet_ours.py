"""Labels as Depot writes them: `labels.sheet.write`, as `depot label asset --out` calls it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path

from depot.settings import Phone
from depot.words import Words, words_in
from labels import sheet
from labels.designs import DESIGNS
from labels.media import MEDIA
from labels.says import Asset, House, Says
from labels.sheet import Drawn, Setup
from scripts.bench.yardstick.alone import tell
from scripts.bench.yardstick.things import things

DESIGN = DESIGNS["asset"]
SETUP = Setup(MEDIA[DESIGN.medium], MEDIA[DESIGN.medium].dpi)

_HOUSE = House(
    "Hjelpemiddellageret i Vestby",
    "Vestby kommune",
    phones=(Phone("Hjelpemiddellageret", "55 56 78 90", frozenset(range(1, 6)), time(8), time(15, 30)),),
)


def write(out: Path, count: int, *, each: Callable[[Drawn], None] | None = None) -> None:
    """Write so many labels; `each` is told every one as it was drawn."""
    with out.open("wb") as file:
        sheet.write(file, _labels(count), DESIGN, SETUP, each=each)


def _labels(count: int) -> Iterator[tuple[Says, Words]]:
    words = words_in("nb")
    return ((Asset(code, name, _HOUSE), words) for code, name in things(count))


if __name__ == "__main__":
    tell(lambda: write(Path(sys.argv[2]), int(sys.argv[1])))
