"""The unlabelled parts of a line: what goes out with a piece and must come back with it.

A part has a code and a name in each language (`parts.csv`); a line of the catalogue says which parts a
piece has, and how many (`product_part`). No part has a label or a story of its own: what stays out is owed
on the loan that it went out with (`defects`). What has a label of its own is no part but a line that
another one needs (`product_relation`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from sqlalchemy import Connection, func, select

from depot import reference
from depot.tables import owed_part, part_text, product_part

ANY_PART = "unnamed"
"""The part that is owed when nobody has said which one."""

LONGEST_NAME = 24
"""Characters of a part's name: it is one choice of several on a screen of 56 cells."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line, and how many pieces of it go out together."""

    part: str
    pieces: int


@cache
def packaged() -> Mapping[str, Mapping[str, str]]:
    """Read the parts that Depot has words for: by code, the name in each language."""
    text = (resources.files("depot") / "parts.csv").read_text("utf-8")
    return {
        row["part"]: {column.removeprefix("name_"): name for column, name in row.items() if column != "part"}
        for row in csv.DictReader(io.StringIO(text), strict=True)
    }


def of_line(conn: Connection, line: str) -> tuple[Part, ...]:
    """Say which parts go out with a piece of a line, by code; empty for most.

    Args:
        line: the product's code in the catalogue.
    """
    of_it = select(product_part.c.part, product_part.c.pieces).where(product_part.c.product == line)
    return tuple(Part(row.part, row.pieces) for row in conn.execute(of_it.order_by(product_part.c.part)))


def names(conn: Connection, language: str) -> dict[str, str]:
    """Name every part that some line has, in a language; in English where that one has no word for it."""
    rank = (part_text.c.language == language).desc()
    rows = conn.execute(
        select(part_text.c.part, part_text.c.name)
        .where(part_text.c.language.in_((language, "en")))
        .order_by(part_text.c.part, rank)
    )
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(row.part, row.name)
    return found


def owed(conn: Connection, item: str) -> tuple[Part, ...]:
    """Say what is still owed of a thing, on whichever loans, by code of the part.

    Args:
        item: the item's code.
    """
    total = select(owed_part.c.part, func.sum(owed_part.c.pieces).label("pieces"))
    rows = conn.execute(
        total.where(owed_part.c.item == item).group_by(owed_part.c.part).order_by(owed_part.c.part)
    )
    return tuple(Part(row.part, row.pieces) for row in rows)


def store(
    conn: Connection, line: str, pieces: Mapping[str, int], *, now: datetime, by: str | None = None
) -> None:
    """Write down which parts a line has from now on, and their names. What it had beside them is dropped.

    Args:
        pieces: how many of each, by the part's code; each is one of `packaged`.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    for part, number in pieces.items():
        reference.put(conn, product_part, {"product": line, "part": part, "pieces": number}, now=now, by=by)
        known = {
            row.language: row.name for row in conn.execute(select(part_text).where(part_text.c.part == part))
        }
        for language, name in packaged()[part].items():
            if known.get(language) != name:
                words = {"part": part, "language": language, "name": name}
                reference.put(conn, part_text, words, now=now, by=by)
    for one in of_line(conn, line):
        if one.part not in pieces:
            reference.drop(conn, product_part, {"product": line, "part": one.part}, now=now, by=by)
