"""What is counted and not labelled, at the desk: so many came in, were used up or thrown away, or are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from depot import codes, quantities, stock
from depot.outcomes import Refused, Taken, Tallied
from depot.quantities import Why
from depot.station import Station
from depot.tables import shelf
from inventory import identifiers, names
from inventory.benches import wording
from inventory.benches.choosing import line_labelled
from inventory.desk.bench import At, Bench, Choice, Turn, Undo, bad, good, read
from inventory.desk.views import Act, Column, Field, Form, Row, Said, Table, Takes, Tone, View

if TYPE_CHECKING:
    from depot.codes import Scan


class What(StrEnum):
    """What is said about some of a line."""

    IN = "in"
    USED = "used"
    THROWN_AWAY = "thrown_away"
    COUNTED = "counted"


_OUT = {What.USED: Why.USED, What.THROWN_AWAY: Why.THROWN_AWAY}


class Quantities(Bench):
    """The counted lines of this depot.

    Args:
        line: a line of which some have come, where that is known: it is asked how many at once.
    """

    goes_stale = True

    def __init__(self, at: At, *, line: str | None = None) -> None:
        super().__init__(at)
        self._amount = Amount(at, line, What.IN) if line is not None else None

    def view(self) -> View:
        """List the lines: how many there are, and where."""
        if self._amount is not None:
            return self._amount.view()
        t = self.at.t
        there, on, signs, named = self.at.ask(self._read)
        rows = tuple(
            Row(line, (named[line], str(n), signs.get(on.get(line, ""), "")))
            for line, n in sorted(there.items(), key=lambda one: named[one[0]].casefold())
        )
        columns = (Column(t("Line")), Column(t("There are"), 12, right=True), Column(t("Shelf"), 12))
        return View(
            t("Things that are counted"),
            lead=t("Choose a line, or scan its label; the digits say what happened."),
            table=Table(columns, rows, t("No line here is counted.")),
            acts=tuple(Act(what.value, said) for what, said in self._acts()),
        )

    def _acts(self) -> tuple[tuple[What, str], ...]:
        t = self.at.t
        return (
            (What.IN, t("Came in")),
            (What.USED, t("Used up")),
            (What.THROWN_AWAY, t("Thrown away")),
            (What.COUNTED, t("Counted: so many are there")),
        )

    def _read(
        self, conn: Connection
    ) -> tuple[dict[str, int], dict[str, str], dict[str, str], dict[str, str]]:
        depot = self.at.station.depot
        there = quantities.counts(conn, depot)
        signs = {row.code: row.name for row in conn.execute(select(shelf.c.code, shelf.c.name))}
        return there, quantities.shelves(conn, depot), signs, names.of_lines(conn, there, self.at.language)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Say what happened to some of the chosen line."""
        if row is None:
            return None
        return Turn(go=Amount(self.at, row, What(act)))

    def opened(self, row: str) -> Turn | None:
        """Ask what happened."""
        options = [(what.value, said) for what, said in self._acts()]
        name = self.at.ask(lambda conn: names.of_line(conn, row, self.at.language))
        return Turn(go=Choice(self.at, name, options, lambda what: Turn(go=Amount(self.at, row, What(what)))))

    def scanned(self, scan: Scan) -> Turn | None:
        """Choose a line by its label or by its maker's number."""
        if self._amount is not None:
            return self._amount.scanned(scan)
        line = self.at.ask(lambda conn: _line_of(conn, scan, self.at.station.country))
        if line is None or self.at.ask(
            lambda conn: line not in quantities.counts(conn, self.at.station.depot)
        ):
            return None
        return replace(self.opened(line) or Turn(), said=Said("", Tone.READ))

    def sent(self, typed: Mapping[str, str]) -> Turn | None:
        """Take how many have come."""
        return self._amount.sent(typed) if self._amount is not None else None


def _line_of(conn: Connection, scan: Scan, country: str) -> str | None:
    if isinstance(scan, codes.ProductCode):
        return line_labelled(conn, scan.code)
    return identifiers.meant(conn, scan, country).line


class Amount(Bench):
    """How many, of one line.

    Args:
        line: the product's code; what: what happened to them, one of `What`.
    """

    def __init__(self, at: At, line: str, what: str) -> None:
        super().__init__(at)
        self._line, self._what = line, What(what)
        self._shelf: str | None = None
        self._wrong = ""

    def view(self) -> View:
        """Ask how many."""
        t = self.at.t
        name, there, on = self.at.ask(self._read)
        facts = [(t("There are"), str(there))]
        if on:
            facts.append((t("Shelf"), on))
        line = Field("n", t("How many"), takes=Takes.DIGITS, longest=3, wrong=self._wrong)
        return View(f"{name}: {self._title()}", lead=self._lead(), facts=tuple(facts), form=Form((line,)))

    def _read(self, conn: Connection) -> tuple[str, int, str]:
        depot = self.at.station.depot
        name = names.of_line(conn, self._line, self.at.language)
        there = quantities.counts(conn, depot).get(self._line, 0)
        on = self._shelf or quantities.shelves(conn, depot, self._line).get(self._line)
        return name, there, names.of_shelf(conn, on)

    def _title(self) -> str:
        t = self.at.t
        return {
            What.IN: t("came in"),
            What.USED: t("used up"),
            What.THROWN_AWAY: t("thrown away"),
            What.COUNTED: t("counted"),
        }[self._what]

    def _lead(self) -> str:
        t = self.at.t
        match self._what:
            case What.IN:
                return t("How many have come in? Scan the shelf if they stand on another one now.")
            case What.COUNTED:
                return t("How many are there? Scan the shelf if they stand on another one now.")
            case _:
                return t("How many are gone?")

    def scanned(self, scan: Scan) -> Turn | None:
        """Take the shelf where they stand."""
        if not isinstance(scan, codes.ShelfCode) or self._what in _OUT:
            return None
        mine = (shelf.c.code == scan.code, shelf.c.depot == self.at.station.depot)
        sign = self.at.ask(lambda conn: conn.scalar(select(shelf.c.name).where(*mine)))
        if sign is None:
            return bad(self.at.t("This shelf is not one of this depot's."))
        self._shelf = scan.code
        return replace(read(str(sign)), keep_typed=True)

    def sent(self, typed: Mapping[str, str]) -> Turn:
        """Do it, or say what is the matter with the number."""
        t, n = self.at.t, int(typed["n"] or "0")
        _, there, _ = self.at.ask(self._read)
        lowest = 0 if self._what is What.COUNTED and typed["n"] else 1
        if not lowest <= n <= quantities.MOST:
            self._wrong = t("From %(least)d to %(most)d.", least=lowest, most=quantities.MOST)
        elif self._what in _OUT and n > there:
            self._wrong = t("Only %(n)d are there, as far as anybody has counted. Count them first.", n=there)
        else:
            self._wrong = ""
        if self._wrong:
            return bad(self._wrong)
        outcome = self.at.perform(lambda conn, station: self._do(conn, station, n))
        if isinstance(outcome, Refused):
            return bad(wording.reason_said(self.at, outcome.reasons[0]))
        said = self.at.n("%(n)d is there now.", "%(n)d are there now.", outcome.left)
        return replace(good(said, self._taking_back(outcome.deed)), leave=True)

    def _do(self, conn: Connection, station: Station, n: int) -> Taken | Tallied | Refused:
        now, by = self.at.now(), self.at.by
        if self._what is What.IN:
            return quantities.received(conn, station, line=self._line, n=n, shelf=self._shelf, now=now, by=by)
        if self._what is What.COUNTED:
            return quantities.counted(conn, station, line=self._line, n=n, shelf=self._shelf, now=now, by=by)
        return quantities.take(conn, station, line=self._line, n=n, now=now, by=by, why=_OUT[self._what])

    def _taking_back(self, deed: str) -> Undo:
        def undo() -> Turn:
            now, by = self.at.now(), self.at.by
            outcome = self.at.perform(
                lambda conn, station: stock.undo(conn, station, deed=deed, now=now, by=by)
            )
            if isinstance(outcome, Refused):
                return bad(self.at.t("Too late: somebody has counted them since."))
            return good(self.at.t("Undone."))

        name = self.at.ask(lambda conn: names.of_line(conn, self._line, self.at.language))
        return Undo(self.at.t("Was that number of %(name)s wrong?", name=name), undo)
