"""The things that are labelled: codes in a row, and the names of the real catalogue's lines in turn."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources
from itertools import cycle

from depot.own import Kind, mint

_FIRST = 42_001


def names() -> list[str]:
    """Read the names of all lines, in bokmål."""
    text = (resources.files("depot") / "catalogue.csv").read_text("utf-8")
    return [row["name_nb"] for row in csv.DictReader(text.splitlines())]


def things(count: int) -> Iterator[tuple[str, str]]:
    """Give so many things, as code and name; the codes are made one by one as they are asked for."""
    numbers = range(_FIRST, _FIRST + count)
    return ((mint(Kind.ITEM, f"{number:07d}"), name) for number, name in zip(numbers, cycle(names())))
