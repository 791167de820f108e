"""Things that are not ours and wait for NAV: handed over one by one by their labels, or all at once."""

from __future__ import annotations

from depot.codes import NavLabel, Scan
from inventory import foreign, names
from inventory.desk.bench import At, Bench, Question, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Row, Table, View


class Foreign(Bench):
    """What lies at NAV's place."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._waiting: tuple[foreign.Waiting, ...] = ()

    def view(self) -> View:
        """List what waits, the oldest first."""
        t, zone = self.at.t, self.at.settings.time_zone
        today = self.at.station.today(self.at.now())
        with self.at.ledger.reading() as conn:
            self._waiting = foreign.waiting(conn)
            called = {
                one.line: names.of_line(conn, one.line, self.at.language) for one in self._waiting if one.line
            }
        rows = []
        for one in self._waiting:
            came = one.since.astimezone(zone).date()
            age = self.at.n("%(n)d day", "%(n)d days", (today - came).days)
            rows.append(Row(one.event, (one.hms, called.get(one.line or "", ""), f"{came:%d.%m.%Y}", age)))
        columns = (
            Column(t("NAV's article"), 14),
            Column(t("Name")),
            Column(t("Came on"), 12),
            Column(t("Age"), 9, right=True),
        )
        acts = (Act("one", t("Handed over")), Act("all", t("All are handed over"))) if rows else ()
        lead = t("Scan NAV's label when a thing leaves, or say it of the chosen one.")
        return View(
            t("Things that are not ours"),
            lead=lead,
            table=Table(columns, tuple(rows), t("Nothing of NAV's lies here.")),
            counts=((t("waiting"), len(rows)),),
            acts=acts,
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Hand over the thing whose label is scanned; what does not wait yet is taken in as everywhere."""
        if not isinstance(scan, NavLabel):
            return None
        event = self.at.ask(lambda conn: foreign.of_label(conn, scan))
        return self._hand_over((event,)) if event is not None else None

    def opened(self, row: str) -> Turn | None:
        """Ask whether the chosen thing has been handed over."""
        title, question = self.at.t("Handed over"), self.at.t("Has the chosen thing been handed over?")
        return Turn(go=Question(self.at, title, question, lambda: self._hand_over((row,))))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Hand over the chosen thing, or all of them after a question."""
        if act == "one":
            return self._hand_over((row,)) if row is not None else None
        every = tuple(one.event for one in self._waiting)
        question = self.at.n(
            "Has the one thing here been handed over?", "Have all %(n)d things been handed over?", len(every)
        )
        title = self.at.t("All are handed over")
        return Turn(go=Question(self.at, title, question, lambda: self._hand_over(every)))

    def _hand_over(self, events: tuple[str, ...]) -> Turn:
        now = self.at.now()
        done = self.at.perform(lambda conn, _: foreign.hand_over(conn, events, now=now))
        if not done:
            return bad(self.at.t("Somebody has handed it over already."))

        def here_after_all() -> Turn:
            self.at.perform(lambda conn, _: foreign.take_back(conn, done))
            return good(self.at.t("It waits for NAV again."))

        said = self.at.n("%(n)d thing is handed over.", "%(n)d things are handed over.", len(done))
        return good(said, Undo(self.at.t("Is it still here?"), here_after_all))
