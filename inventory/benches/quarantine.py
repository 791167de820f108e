"""What is kept apart: for how long, whether it may infect, and when it need not be any longer."""

from __future__ import annotations

from sqlalchemy import Connection

from depot import codes
from depot.calendar import local_day
from depot.codes import ItemCode, Scan
from depot.outcomes import Refused
from inventory import names, upkeep
from inventory.benches.thing import refused, told
from inventory.desk.bench import At, Bench, Choice, Turn
from inventory.desk.views import Act, Column, Row, Table, View
from inventory.upkeep import Apart


class Quarantine(Bench):
    """What is kept apart."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._apart: dict[str, Apart] = {}

    def view(self) -> View:
        """Read it off the ledger anew."""
        t, language = self.at.t, self.at.language
        apart, named = self.at.ask(
            lambda conn: (
                apart := upkeep.apart(conn, self.at.station),
                {one.product: names.of_line(conn, one.product, language) for one in apart},
            )
        )
        self._apart = {one.item: one for one in apart}
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("Why"), 30),
            Column(t("Days"), 5, right=True),
        )
        rows = tuple(self._row(one, named[one.product]) for one in apart)
        return View(
            t("Kept apart"),
            lead=t("Scan a thing to keep it apart, or choose one that need not be any longer."),
            table=Table(columns, rows, t("Nothing is kept apart.")),
            counts=((t("kept apart"), len(apart)),),
            acts=(Act("out", t("No longer apart")), Act("scrap", t("Write off"))) if apart else (),
        )

    def _row(self, one: Apart, name: str) -> Row:
        zone = self.at.settings.time_zone
        days = (local_day(self.at.now(), zone) - local_day(one.since, zone)).days
        why = self.at.t("risk of infection") if one.infection else self.at.t("nobody knows yet what is wrong")
        return Row(one.item, (name, codes.spoken(one.item), why, f"{days}"), strong=one.infection)

    def opened(self, row: str) -> Turn:
        """Open the thing's page with what is done about it."""
        from inventory.benches.cleaning import Clean

        return Turn(go=Clean(self.at, row))

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, row)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Let the chosen thing out, or write it off."""
        if row is None:
            return None
        if act == "scrap":
            from inventory.benches.scrap import WriteOff

            return Turn(go=WriteOff(self.at, row))
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(lambda conn, here: upkeep.let_out(conn, here, item=row, now=now, by=by))
        said = self.at.t("%(name)s need not be kept apart any longer. Clean it.", name=self._name(row))
        return told(self.at, outcome, said, self._name(row))

    def _name(self, code: str) -> str:
        def named(conn: Connection) -> str:
            return names.of_thing(conn, code, self.at.language)

        return self.at.ask(named) or codes.spoken(code)

    def scanned(self, scan: Scan) -> Turn | None:
        """Keep a thing apart, after the question why; one that is apart already is opened."""
        if not isinstance(scan, ItemCode):
            return None
        if scan.code in self._apart:
            return self.opened(scan.code)
        t = self.at.t
        options = (("infection", t("risk of infection")), ("unclear", t("nobody knows yet what is wrong")))
        lead = self._name(scan.code)
        return Turn(
            go=Choice(self.at, t("Keep apart"), options, lambda why: self._keep(scan.code, why), lead=lead)
        )

    def _keep(self, code: str, why: str) -> Turn:
        now, by, infection = self.at.now(), self.at.by, why == "infection"
        outcome = self.at.perform(
            lambda conn, here: upkeep.keep_apart(conn, here, item=code, infection=infection, now=now, by=by)
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        place = outcome.place or "–"
        said = self.at.t("%(name)s is kept apart. Put it at %(place)s.", name=self._name(code), place=place)
        return told(self.at, outcome, said, self._name(code))
