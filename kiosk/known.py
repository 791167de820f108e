"""What the kiosk knows beside the journey: the names of lines and places, read once and not at every page."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from depot.ledger import Ledger
from depot.tables import place, product, product_text
from kiosk.sentences import Line


def lines(ledger: Ledger, language: str) -> Mapping[str, Line]:
    """Read the catalogue's names and notes in a language; English, then bokmål, where it has none.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.reading() as conn:
        rows = conn.execute(
            select(
                product.c.code,
                product.c.max_weight_kg,
                product_text.c.language,
                product_text.c.name,
                product_text.c.note,
            ).join(product_text, product_text.c.product == product.c.code)
        ).all()
    wanted = {"nb": 1, "en": 2, language: 3}
    found: dict[str, tuple[int, Line]] = {}
    for row in rows:
        rank = wanted.get(row.language, 0)
        if rank > found.get(row.code, (0, None))[0]:
            found[row.code] = (rank, Line(row.name, row.note, row.max_weight_kg))
    return {code: line for code, (_, line) in found.items()}


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
