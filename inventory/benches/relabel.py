"""A new label for a thing whose old one does not read any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from depot import codes
from inventory import deliveries, identifiers, names
from inventory.benches.unpacking import printing
from inventory.desk.bench import At, Bench, Turn, bad, good
from inventory.desk.views import Act, Said, Tone, View
from inventory.identifiers import Number

if TYPE_CHECKING:
    from depot.codes import Scan


class Relabel(Bench):
    """A new label for a thing that has one which no longer reads: it keeps its code, and the scan proves the new one."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._code = ""

    def view(self) -> View:
        """Ask for the thing, and then for its new label's scan."""
        t = self.at.t
        if not self._code:
            lead = t("Press 0 and type its eight digits, scan what is left, or scan the maker's label on it.")
            return View(t("New label for a thing"), lead=lead)
        name = self.at.ask(lambda conn: names.of_thing(conn, self._code, self.at.language))
        facts = ((t("Thing"), name), (t("Digits"), codes.spoken(self._code)))
        lead = t("Glue it over the old one, and scan it: that proves that it reads.")
        acts = (Act("again", t("Print its label again")), Act("next", t("Another thing")))
        return View(t("New label for a thing"), lead=lead, facts=facts, acts=acts)

    def scanned(self, scan: Scan) -> Turn | None:
        """Find the thing; or, when its label is printed, hear that it reads."""
        if isinstance(scan, codes.ItemCode):
            if scan.code == self._code:
                self._code = ""
                return good(self.at.t("The new label reads."))
            return self._found(scan.code)
        if isinstance(scan, codes.Udi) and scan.serial is not None:
            return self._of_maker(scan.gtin14, scan.serial)
        return None

    def digits_typed(self, scan: Scan) -> Turn | None:
        """Find a thing by its digits; of its new label they prove nothing."""
        if isinstance(scan, codes.ItemCode) and scan.code == self._code:
            return bad(self.at.t("Only its scan proves that a label reads."))
        return self.scanned(scan)

    def _of_maker(self, gtin14: str, serial: str) -> Turn:
        def look(conn: Connection) -> str | None:
            line = identifiers.line_of(conn, Number(identifiers.GTIN, gtin14))
            return deliveries.piece_with_serial(conn, line, serial) if line is not None else None

        code = self.at.ask(look)
        return self._found(code) if code else bad(self.at.t("No thing here has this serial number."))

    def _found(self, code: str) -> Turn:
        name = self.at.ask(lambda conn: names.of_thing(conn, code, self.at.language))
        if not name:
            return bad(self.at.t("Nothing here has this code."))
        self._code = code
        return Turn(Said(name, Tone.READ), go=printing(self.at, (code,)))

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Print once more, or begin with another thing."""
        if act == "again":
            return Turn(go=printing(self.at, (self._code,)))
        self._code = ""
        return Turn()
