"""What the kiosk knows beside the journey: the names of lines and places, read once and not at every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from depot.ledger import Ledger
from depot.tables import part_text, place, product, product_part, product_relation, product_text
from depot.words import fallbacks
from kiosk.sentences import Line


def lines(ledger: Ledger, language: str) -> Mapping[str, Line]:
    """Read the catalogue's names and notes in a language, each by itself from the next where it has none.

    A safety note in a neighbour's language does more than none: nynorsk and dansk fall back to bokmål before
    English, every other language to English before bokmål.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.reading() as conn:
        rows = conn.execute(
            select(
                product.c.code,
                product.c.max_weight_kg,
                product.c.pieces,
                product_text.c.language,
                product_text.c.name,
                product_text.c.note,
            ).join(product_text, product_text.c.product == product.c.code)
        ).all()
        parts, others = _parts(conn, language), _relations(conn)
    ranks = {spoken: rank for rank, spoken in enumerate(fallbacks(language))}
    found: dict[str, Line] = {}
    for row in sorted((one for one in rows if one.language in ranks), key=lambda one: ranks[one.language]):
        nearer = found.get(row.code) or Line(
            row.name,
            None,
            row.max_weight_kg,
            parts=parts.get(row.code, {}),
            needs=others.get((row.code, "needs"), ()),
            suits=others.get((row.code, "suits"), ()),
            pieces=row.pieces,
        )
        found[row.code] = replace(nearer, note=nearer.note or row.note)
    return found


def _parts(conn: Connection, language: str) -> Mapping[str, Mapping[str, tuple[str, int]]]:
    """Read each line's parts by code, with their names and how many there are."""
    names: dict[str, dict[str, str]] = {}
    for row in conn.execute(select(part_text)):
        names.setdefault(row.part, {})[row.language] = row.name
    found: dict[str, dict[str, tuple[str, int]]] = {}
    of_lines = select(product_part).order_by(product_part.c.product, product_part.c.part)
    for row in conn.execute(of_lines):
        said = names.get(row.part, {})
        name = next((said[spoken] for spoken in fallbacks(language) if spoken in said), row.part)
        found.setdefault(row.product, {})[row.part] = name, row.pieces
    return found


def _relations(conn: Connection) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Read which other lines each line needs and which suit it."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in conn.execute(select(product_relation).order_by(product_relation.c.other)):
        found[row.product, row.kind] = (*found.get((row.product, row.kind), ()), row.other)
    return found


def parts(lines: Mapping[str, Line]) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Say which parts each line has, by code, and how many: what the journey needs of them."""
    return {
        code: tuple((part, pieces) for part, (_, pieces) in line.parts.items())
        for code, line in lines.items()
        if line.parts
    }


def weights(lines: Mapping[str, Line]) -> Mapping[str, int]:
    """Say what each line bears in kg, where that is known."""
    return {code: line.max_weight_kg for code, line in lines.items() if line.max_weight_kg}


def shelves(ledger: Ledger, *, now: datetime) -> Mapping[str, str]:
    """Name the shelf of this depot on which most of each line stands free, of the lines that anybody may take.

    Args:
        now: aware, UTC.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    from depot import availability  # behind the first page, which needs no shelves

    with ledger.reading() as conn:
        free = availability.free_now(conn, ledger.station, now=now)
    return {line.product: line.shelves[0][0] for line in free if line.shelves and line.self_service}


def places(ledger: Ledger) -> Mapping[str, str]:
    """Read the depot's places by purpose.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.reading() as conn:
        rows = conn.execute(
            select(place.c.purpose, place.c.name).where(place.c.depot == ledger.station.depot)
        )
        return {row.purpose: row.name for row in rows}
