"""The order list, as a file for a spreadsheet and as a paper for whoever orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, literal, select

from depot import csv_file
from depot.csv_file import guarded
from depot.tables import product_identifier
from depot.words import Words
from inventory import identifiers
from inventory.identifiers import Number
from inventory.papers import Head, Listed
from inventory.recall_papers import page_number
from inventory.restock import Stock

COLUMNS = ("product_code", "name", "numbers", "to_order", "owned", "on_order", "target", "free", "minimum")


def numbers_of(conn: Connection) -> dict[str, str]:
    """Read the numbers by which lines are ordered, by line, in words: a supplier's own first, then GTIN and others."""
    others_last = product_identifier.c.scheme != literal(identifiers.SUPPLIER)
    asked = select(product_identifier).order_by(
        others_last, product_identifier.c.scheme, product_identifier.c.value
    )
    told: dict[str, list[str]] = {}
    for row in conn.execute(asked):
        told.setdefault(row.product, []).append(identifiers.said(Number(row.scheme, row.value)))
    return {line: ", ".join(each) for line, each in told.items()}


def order_csv(lines: Sequence[Stock], called: Mapping[str, str], numbers: Mapping[str, str]) -> bytes:
    """Write an order list for a spreadsheet; `called` are the lines' names."""
    return csv_file.write(
        COLUMNS,
        (
            {
                "product_code": one.product,
                "name": guarded(called[one.product]),
                "numbers": guarded(numbers.get(one.product, "")),
                "to_order": str(one.to_order),
                "owned": str(one.owned),
                "on_order": str(one.ordered),
                "target": _or_empty(one.target),
                "free": str(one.free),
                "minimum": _or_empty(one.minimum),
            }
            for one in lines
        ),
    )


def _or_empty(number: int | None) -> str:
    return "" if number is None else str(number)


def order_list(
    w: Words,
    lines: Sequence[Stock],
    called: Mapping[str, str],
    numbers: Mapping[str, str],
    *,
    depot: str,
    today: date,
) -> Listed:
    """Make an order list as a paper.

    Args:
        called: the lines' names in its language; numbers: as `numbers_of`; depot: its name.
    """
    heads = (
        Head(w.t("Line"), 1.7),
        Head(w.t("Name"), 5),
        Head(w.t("Order number"), 3.6),
        Head(w.t("Owned"), 1.3, right=True),
        Head(w.t("Ordered"), 1.3, right=True),
        Head(w.t("Target"), 1.3, right=True),
        Head(w.t("To order"), 1.5, right=True),
    )
    rows = tuple(
        (
            one.product,
            called[one.product],
            numbers.get(one.product, ""),
            str(one.owned),
            str(one.ordered),
            _or_empty(one.target),
            str(one.to_order),
        )
        for one in lines
    )
    total = sum(one.to_order for one in lines)
    lead = (f"{depot}, {w.day(today)}", w.n("%(n)d piece in all", "%(n)d pieces in all", total))
    return Listed(w.t("Order list"), page_number(w), heads, rows, lead, boxes=True)
