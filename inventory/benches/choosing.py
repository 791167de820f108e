"""Choosing a line of the catalogue: typed, from the list, by its label, or by its maker's barcode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from depot import codes
from depot.tables import product
from inventory import identifiers, searching
from inventory.desk.bench import At, Bench, Turn, bad
from inventory.desk.views import Column, Field, Form, Row, Table, Tone, View

if TYPE_CHECKING:
    from depot.codes import Scan


def line_labelled(conn: Connection, label: str) -> str | None:
    """Look up the line whose shelf label bears a code of ours."""
    line: str | None = conn.scalar(select(product.c.code).where(product.c.label == label))
    return line


class ChooseLine(Bench):
    """A line of the catalogue: typed, chosen from the list, or by its label.

    Args:
        chosen: told the line's code; what it answers is done in this bench's place.
    """

    def __init__(self, at: At, chosen: Callable[[str], Turn], *, lead: str = "") -> None:
        super().__init__(at)
        self._chosen, self._lead = chosen, lead
        self._text = ""
        self._book: searching.Book | None = None
        self._lines: tuple[str, ...] = ()

    def view(self) -> View:
        """Show the lines that what was typed fits."""
        t = self.at.t
        if self._book is None:
            self._book, self._lines = self.at.ask(self._read)
        rows = tuple(Row(line, (self._book.names[line], line)) for line in self._fitting(self._book))
        return View(
            t("Choose the line"),
            lead=self._lead or t("Type a part of its name, or scan its label."),
            form=Form((Field("text", t("Name"), longest=40),), live=True),
            table=Table((Column(t("Line")), Column(t("Code"), 12)), rows, t("Nothing fits.")),
        )

    def _read(self, conn: Connection) -> tuple[searching.Book, tuple[str, ...]]:
        lines = conn.scalars(select(product.c.code).order_by(product.c.code))
        return searching.Book(conn, self.at.station, self.at.language), tuple(lines)

    def _fitting(self, book: searching.Book) -> list[str]:
        if not self._text.strip():
            return sorted(self._lines, key=lambda line: book.names[line].casefold())
        found = book.lines(searching.folded(self._text).strip())
        return sorted((line for line in self._lines if line in found), key=lambda line: found[line])

    def typing(self, typed: str) -> None:
        """Remember what stands on the line."""
        self._text = typed

    def opened(self, row: str) -> Turn:
        """Choose a line."""
        return self._taken(self._chosen(row))

    def scanned(self, scan: Scan) -> Turn | None:
        """Choose a line by its own label, or by a maker's number that is bound."""
        if isinstance(scan, codes.ProductCode):
            line = self.at.ask(lambda conn: line_labelled(conn, scan.code))
        else:
            meant = self.at.ask(lambda conn: identifiers.meant(conn, scan, self.at.station.country))
            if meant.number is None:
                return None
            line = meant.line
        return (
            self._taken(self._chosen(line)) if line is not None else bad(self.at.t("No line has this label."))
        )

    def _taken(self, turn: Turn) -> Turn:
        if turn.said.tone is Tone.BAD:
            return turn
        return replace(turn, go=None, instead=turn.go) if turn.go is not None else replace(turn, leave=True)
