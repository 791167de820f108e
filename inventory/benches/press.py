"""The press: how the printers are, what waits at them, and what is decided about a label that may have come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from depot import borrowers, clock, codes, presses
from inventory.benches import wording
from inventory.benches.printing import Print, printer_said
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good, plain
from inventory.desk.views import Act, Column, Field, Row, Table, Takes, View

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from depot.station import Station
    from labels.queue import Job

_A_BOX = 20
"""Cards that are proposed: what the box at a kiosk holds."""
_ENDED_SHOWN = 50
_MINUTE_MS = 60_000
_OF_THINGS = ("asset", "asset-small")


class Press(Bench):
    """The printers and their queue."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._with_ended = False
        self._jobs: dict[str, Job] = {}

    def view(self) -> View:
        """Read the queue, and what the presses say of their printers."""
        from labels import queue

        t = self.at.t
        with self.at.ledger.reading() as conn:
            jobs = queue.read(conn, states=(*queue.OPEN, queue.UNSURE))
            if self._with_ended:
                ended = (queue.PRINTED, queue.LAPSED, queue.CANCELLED)
                jobs += queue.newest(conn, states=ended, limit=_ENDED_SHOWN)
        self._jobs = {one.key: one for one in jobs}
        running = list(presses.alive(self.at.settings.ledger_file))
        lead = t("A press runs.") if running else t("No press runs: labels wait until one does.")
        return View(
            t("Labels and press"),
            lead=lead,
            facts=self._printers(),
            table=self._table(jobs),
            counts=((t("waiting"), sum(one.state in queue.OPEN for one in jobs)),),
            acts=tuple(Act(key, label) for key, label in self._acts()),
        )

    def _printers(self) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        if not self.at.settings.printers:
            return ((t("Printers"), t("none in the settings")),)
        return tuple(
            (
                one.name,
                t("%(state)s; in it: %(stock)s", state=printer_said(self.at, one.name), stock=one.medium),
            )
            for one in self.at.settings.printers
        )

    def _table(self, jobs: list[Job]) -> Table:
        t = self.at.t
        now = clock.millis(self.at.now())
        columns = (
            Column(t("Label")),
            Column(t("For"), 14),
            Column(t("How it is"), 20),
            Column(t("Age"), 9, right=True),
            Column(t("Printer"), 16, from_width=90),
            Column(t("Why"), 30, from_width=110),
        )
        rows = []
        for one in jobs:
            minutes = max(0, now - one.made_at) // _MINUTE_MS
            age = self.at.n("%(n)d min", "%(n)d min", minutes) if minutes < 120 else self._hours(minutes)
            printer = one.request.printer or self.at.settings.station.printer
            design = wording.design_said(self.at, one.request.design)
            said = _JOBS[one.state](t) if one.state in _JOBS else one.state
            why = wording.trouble_said(self.at, one.why)
            strong = one.state == "unsure" or one.why is not None
            rows.append(Row(one.key, (design, self._subject(one), said, age, printer, why), strong))
        return Table(columns, tuple(rows), t("Nothing waits to be printed."))

    def _hours(self, minutes: int) -> str:
        hours = minutes // 60
        if hours < 48:
            return self.at.n("%(n)d hour", "%(n)d hours", hours)
        return self.at.n("%(n)d day", "%(n)d days", hours // 24)

    def _subject(self, one: Job) -> str:
        """Say what a label is for: the digits of a thing or shelf, how many; never of a card or a loan."""
        subjects = one.request.subjects
        if len(subjects) > 1:
            return self.at.n("%(n)d label", "%(n)d labels", len(subjects))
        is_goods = one.request.design in (*_OF_THINGS, "shelf")
        return codes.spoken(subjects[0]) if is_goods and subjects else ""

    def _acts(self) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        ended = t("Without what has ended") if self._with_ended else t("Also what has ended")
        jobs = (
            ("again", t("Print again")),
            ("cancel", t("Take back")),
            ("came_out", t("It came out")),
            ("elsewhere", t("On another printer")),
        )
        return (*(jobs if self._jobs else ()), ("cards", t("Cards for the box")), ("ended", ended))

    # --- what is done ---

    def opened(self, row: str) -> Turn | None:
        """Open what a label is for; of one that is for nobody's eyes, say what its printer said of it."""
        job = self._jobs.get(row)
        if job is None:
            return None
        subjects = job.request.subjects
        if job.request.design in _OF_THINGS and len(subjects) == 1:
            from inventory.benches.thing import Thing

            return Turn(go=Thing(self.at, subjects[0]))
        said = job.said or wording.trouble_said(self.at, job.why)
        return plain(said or self.at.t("The printer has said nothing of it."))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Do what a digit says to the chosen job."""
        if act == "ended":
            self._with_ended = not self._with_ended
            return Turn()
        if act == "cards":
            return Turn(go=self._ask_cards())
        job = self._jobs.get(row or "")
        if job is None:
            return None
        if act in ("again", "elsewhere") and (refused := self._is_a_second_key(job)):
            return refused
        does: Mapping[str, Callable[[Job], Turn]] = {
            "again": self._again,
            "cancel": self._cancel,
            "came_out": self._came_out,
            "elsewhere": self._elsewhere,
        }
        return does[act](job)

    def _is_a_second_key(self, job: Job) -> Turn | None:
        """Refuse to print a card once more that came out: whoever holds it borrows on it, or signs in as somebody.

        That is for who may give that person a card; one that never came out is anybody's to see to.
        """
        if job.request.design != "card" or job.state != "printed":
            return None
        badges = any(one.startswith(codes.Kind.BADGE) for one in job.request.subjects)
        return self.may(Right.SETUP if badges else Right.PEOPLE)

    def _again(self, job: Job) -> Turn:
        from labels import queue

        now = self.at.now()
        new = self.at.perform(lambda conn, _: queue.again(conn, job.key, now=now))
        if new is None:
            return bad(self.at.t("It has not ended yet: take it back first, or wait for the printer."))
        return good(self.at.t("It is printed once more."), self._undo(new))

    def _undo(self, key: str) -> Undo:
        from labels import queue

        def take_back() -> Turn:
            at = self.at.now()
            if self.at.perform(lambda conn, _: queue.cancel(conn, key, now=at)):
                return good(self.at.t("They are not printed."))
            return bad(self.at.t("Too late: the printer has them."))

        return Undo(self.at.t("Take the labels back before they are printed?"), take_back)

    def _cancel(self, job: Job) -> Turn:
        from labels import queue

        now, dead = self.at.now(), self._dead_holder(job)
        if not self.at.perform(lambda conn, _: queue.cancel(conn, job.key, now=now, out_of=dead)):
            return bad(self.at.t("Too late: the printer has them."))

        def print_after_all() -> Turn:
            at = self.at.now()
            self.at.perform(lambda conn, _: queue.again(conn, job.key, now=at))
            return good(self.at.t("It is printed once more."))

        return good(
            self.at.t("They are not printed."), Undo(self.at.t("Print it after all?"), print_after_all)
        )

    def _dead_holder(self, job: Job) -> str | None:
        """Name the press that had a job in its hands and is dead: out of these it may be taken."""
        from labels import queue

        holder = self.at.ask(lambda conn: queue.holder_of(conn, job.key))
        is_dead = holder is not None and not presses.is_alive(self.at.settings.ledger_file, holder)
        return holder if is_dead else None

    def _came_out(self, job: Job) -> Turn:
        from labels import queue

        now = self.at.now()
        if not self.at.perform(lambda conn, _: queue.came_out(conn, job.key, now=now)):
            return bad(self.at.t("Only a label that may have come out is decided about."))

        def not_sure() -> Turn:
            self.at.perform(lambda conn, _: queue.unsure_again(conn, job.key))
            return good(self.at.t("It may have come out, as before."))

        return good(
            self.at.t("Good: it came out."), Undo(self.at.t("Did it not come out after all?"), not_sure)
        )

    def _elsewhere(self, job: Job) -> Turn:
        options = [
            (one.name, f"{one.name}   {one.medium}   {printer_said(self.at, one.name)}")
            for one in self.at.settings.printers
        ]
        if not options:
            return bad(self.at.t("There is no printer in the settings."))
        title = self.at.t("On another printer")
        return Turn(go=Choice(self.at, title, options, lambda name: self._moved(job, name)))

    def _moved(self, job: Job, printer: str) -> Turn:
        """Take a job back and queue it for another printer, on what lies in that; one deed."""
        from labels import queue

        now, dead = self.at.now(), self._dead_holder(job)
        asked = replace(job.request, printer=printer, medium=None)

        def move(conn: Connection, _: Station) -> str | None:
            if job.state in queue.OPEN and not queue.cancel(conn, job.key, now=now, out_of=dead):
                return None
            return queue.put(conn, asked, now=now)

        key = self.at.perform(move)
        if key is None:
            return bad(self.at.t("Too late: the printer has them."))
        return good(self.at.t("It is printed on %(printer)s.", printer=printer), self._undo(key))

    # --- cards for the box ---

    def _ask_cards(self) -> Bench:
        t = self.at.t
        line = Field("number", t("How many"), value=str(_A_BOX), takes=Takes.DIGITS, longest=4)
        lead = t("How many new cards? Each has a number of its own and is nobody's yet.")
        return Fill(self.at, t("Cards for the box"), (line,), self._draw_cards, lead=lead)

    def _draw_cards(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        number = int(typed["number"] or "0")
        if not 1 <= number <= borrowers.MOST_CARDS:
            return {"number": self.at.t("1 to %(most)d.", most=borrowers.MOST_CARDS)}
        now, by = self.at.now(), self.at.by
        drawn = self.at.perform(lambda conn, _: borrowers.print_cards(conn, number, now=now, by=by))
        return Turn(go=Print(self.at, "card", tuple(drawn)))

    def printing(self, row: str | None) -> Turn | None:
        """Print the chosen job again."""
        return self.acted("again", row) if row else None


_JOBS: Mapping[str, Callable[[Callable[..., str]], str]] = {
    "waiting": lambda t: t("waits"),
    "printing": lambda t: t("is handed over"),
    "sent": lambda t: t("at the printer"),
    "printed": lambda t: t("printed"),
    "unsure": lambda t: t("may have come out"),
    "lapsed": lambda t: t("came too late"),
    "cancelled": lambda t: t("taken back"),
}
