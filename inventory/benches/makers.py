"""Makers' and owners' numbers at the desk: given to a line once, shown, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inventory import identifiers, names
from inventory.benches.choosing import ChooseLine
from inventory.benches.returning import name_of
from inventory.desk.bench import At, Bench, Fill, Turn, Undo, bad, good, read
from inventory.desk.views import Act, Column, Field, Row, Said, Table, Tone, View
from inventory.identifiers import Binding, Known, Number

if TYPE_CHECKING:
    from depot.codes import Scan


def bind_here(at: At, number: Number, line: str) -> Turn:
    """Bind a maker's number to a line, where the work with the line goes on."""
    now, by = at.now(), at.by
    bound = at.perform(lambda conn, _: identifiers.bind(conn, number, line, now=now, by=by))
    if bound.what is Binding.ANOTHERS:
        return bad(at.t("Meanwhile somebody has said that it is %(name)s.", name=name_of(at, bound.line)))
    said = at.t("From now on this barcode is %(name)s.", name=name_of(at, line))
    return good(said, _unbinding(at, number, line))


def _unbinding(at: At, number: Number, line: str) -> Undo:
    def undo() -> Turn:
        now = at.now()
        was = at.perform(lambda conn, _: identifiers.unbind(conn, number, now=now, by=at.by, of=line))
        has = at.ask(lambda conn: identifiers.line_of(conn, number))
        if was is None and has is not None:
            return bad(at.t("Meanwhile somebody has said that it is %(name)s.", name=name_of(at, has)))
        return good(at.t("This barcode is no line's any more."))

    return Undo(at.t("Is this barcode not %(name)s after all?", name=name_of(at, line)), undo)


class Numbers(Bench):
    """The makers' and owners' numbers that are bound to lines."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._known: dict[str, Known] = {}

    def view(self) -> View:
        """List them by line."""
        t = self.at.t
        known = self.at.ask(identifiers.known)
        named = self.at.ask(lambda conn: names.of_lines(conn, (one.line for one in known), self.at.language))
        self._known = {f"{one.number.scheme}:{one.number.value}": one for one in known}
        rows = tuple(
            Row(key, (named[one.line], self._kind(one.number), one.number.value))
            for key, one in self._known.items()
        )
        columns = (Column(t("Line")), Column(t("Kind"), 10), Column(t("Number"), 20))
        lead = t("Scan a maker's barcode: it is shown whose it is, or it is given to a line.")
        return View(
            t("Makers' numbers"),
            lead=lead,
            table=Table(columns, rows, t("No number is bound yet.")),
            acts=(
                Act("type", t("Type a number")),
                *((Act("unbind", t("Take it away from its line")),) if rows else ()),
            ),
        )

    def _kind(self, number: Number) -> str:
        is_suppliers = number.scheme == identifiers.SUPPLIER
        return self.at.t("supplier's") if is_suppliers else number.scheme.upper()

    def scanned(self, scan: Scan) -> Turn | None:
        """Say which line a number is, or give it to one."""
        meant = self.at.ask(lambda conn: identifiers.meant(conn, scan, self.at.station.country))
        return self._meant(meant.number, meant.line) if meant.number is not None else None

    def _meant(self, number: Number, line: str | None) -> Turn:
        if line is not None:
            return read(name_of(self.at, line))
        lead = self.at.t("Nobody has said yet which line this barcode is. Choose it once.")
        chosen = ChooseLine(self.at, lambda one: bind_here(self.at, number, one), lead=lead)
        return Turn(Said("", Tone.READ), go=chosen)

    def _typed(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        number = identifiers.suppliers(typed["number"])
        if number is None:
            return {"number": self.at.t("At most 30 letters and digits, and no code of ours.")}
        return self._meant(number, self.at.ask(lambda conn: identifiers.line_of(conn, number)))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Type a number that is nowhere to be scanned, or take one away from its line."""
        if act == "type":
            t = self.at.t
            line = Field(
                "number", t("Number"), longest=30, hint=t("as it stands in the supplier's catalogue")
            )
            return Turn(go=Fill(self.at, t("Type a number"), (line,), self._typed))
        known = self._known.get(row or "")
        if known is None:
            return None
        now, by = self.at.now(), self.at.by
        was = self.at.perform(
            lambda conn, _: identifiers.unbind(conn, known.number, now=now, by=by, of=known.line)
        )
        has = self.at.ask(lambda conn: identifiers.line_of(conn, known.number))
        if was is None and has is not None:
            said = self.at.t("Meanwhile somebody has said that it is %(name)s.", name=name_of(self.at, has))
            return bad(said)

        def undo() -> Turn:
            return replace(bind_here(self.at, known.number, known.line), undo=None)

        name = name_of(self.at, known.line)
        said = self.at.t("%(number)s is no longer %(name)s.", number=known.number.value, name=name)
        return good(said, Undo(self.at.t("Give the number back to %(name)s?", name=name), undo))
