"""The press: takes labels from the queue in the ledger and prints each once, as far as a printer can tell.

It is a process of its own. The kiosk writes a job in the loan's transaction and never waits for it; the
press may be switched off, stuck or dead, and nothing at the kiosk changes but the sentence that says
whether a slip comes (`depot.presses`).

One thread a printer, so that a jammed one holds up no other. Every step is one commit (see `labels.queue`):
a job is noted as being in this press's hands before the first byte leaves, and what the printer calls it as
soon as that is known. A job in a dead press's hands is looked for at the printer by its name: found, it is
followed; not found, it is printed; and where the printer keeps no names, nobody knows, and it is left as
`unsure` for a person, since a second slip lying about is worse than none.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from depot import presses
from depot.clock import Clock, millis
from depot.errors import LedgerBusy, LedgerError
from depot.ledger import Ledger
from depot.settings import Printer as PrinterSettings
from depot.settings import Settings
from labels import queue, sheet
from labels.errors import LabelError
from labels.printers import Condition, Fate, Printer, PrinterTrouble, PrintJob, Why
from labels.printers.choosing import open_printer
from labels.queue import Job
from labels.work import design_of, labels_of, must_be_usable, setup_of

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")


_REMEMBERED = timedelta(minutes=1)

_FOR_A_PERSON = {Why.CANCELLED: queue.CANCELLED, Why.CANNOT_TELL: queue.UNSURE}
"""How a printer may have done with a job so that it is not sent again unasked."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a press looks, in seconds.

    Args:
        queue: for new jobs; fate: what became of a job that the printer has, at first and then, as it takes
            longer, `slow`; condition: how an idle printer is; beat: says that it is alive; orphans: looks
            for jobs in dead hands.
    """

    queue: float = 0.5
    fate: float = 0.1
    slow: float = 2.0
    condition: float = 5.0
    beat: float = 4.0
    orphans: float = 10.0


class PressRoom:
    """The press of one station: a worker for each of its printers.

    Args:
        ledger: the station's, open for writing; settings: name the printers.
        clock: asked for the time of every commit.
        choose: makes a printer of its settings.

    Raises:
        SettingsError: a printer with a medium that there is not, or on which no loan's label fits.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        clock: Clock,
        *,
        pace: Pace | None = None,
        choose: Callable[[PrinterSettings], Printer] = open_printer,
    ) -> None:
        must_be_usable(settings)
        self._ledger, self._clock, self._pace = ledger, clock, pace or Pace()
        self._ended = threading.Event()
        presses.sweep(ledger.file)
        self._file = presses.Press(ledger.file)
        default = settings.station.printer
        self._workers = [
            Worker(self, settings, said, choose(said), default=said.name == default)
            for said in settings.printers
        ]

    @property
    def token(self) -> str:
        """By which name this press holds jobs."""
        return self._file.token

    def run(self, until: threading.Event) -> None:
        """Print until told to end; what a printer has in hand is finished by whoever comes next."""
        threads = [
            threading.Thread(target=one.run, name=f"press-{one.name}", daemon=True) for one in self._workers
        ]
        for thread in threads:
            thread.start()
        try:
            said_at, said = 0.0, None
            while not until.is_set():
                now, printers = time.monotonic(), self._printers()
                if printers != said or now - said_at >= self._pace.beat:
                    self._file.say(printers)
                    said_at, said = now, printers
                until.wait(min(self._pace.beat, self._pace.queue))
        finally:
            self._ended.set()
            for thread in threads:
                thread.join(timeout=35)
            self.close()

    def drain(self, patience: float = 60.0) -> int:
        """Do what waits now, each job tried once, and say how many are left.

        Args:
            patience: for how many seconds each printer is waited for; what it has by then stays with it.
        """
        for one in self._workers:
            one.drain(patience)
        self._file.say(self._printers())
        with self._ledger.reading() as conn:
            return queue.count(conn)

    def close(self) -> None:
        """Say that this press is no longer there."""
        self._ended.set()
        self._file.close()

    def _printers(self) -> dict[str, presses.PrinterNow]:
        return {one.name: one.now for one in self._workers}

    # --- what workers ask ---

    def commit(self, step: Callable[Concatenate[Connection, P], T], *said: P.args, **more: P.kwargs) -> T:
        """Take one step of the queue, in one commit."""
        return self._ledger.perform(lambda conn, _: step(conn, *said, **more))

    def ledger(self) -> Ledger:
        """The ledger, for reading."""
        return self._ledger

    def clock(self) -> Clock:
        """The clock."""
        return self._clock

    def pace(self) -> Pace:
        """How often to look."""
        return self._pace

    def pause(self, seconds: float) -> bool:
        """Wait; returns False when the press ends meanwhile."""
        return not self._ended.wait(seconds)

    def is_over(self) -> bool:
        """Whether the press is ending."""
        return self._ended.is_set()


class Worker:
    """Serves one printer, one job at a time."""

    def __init__(
        self, room: PressRoom, settings: Settings, said: PrinterSettings, printer: Printer, *, default: bool
    ) -> None:
        self._room, self._settings, self._said, self._printer = room, settings, said, printer
        self._default = default
        self._condition = Condition(ready=False, why=Why.UNREACHABLE)
        self._asked_at = 0.0
        self._orphans_at = 0.0
        self._waiting = 0
        self._patient_until = math.inf

    @property
    def name(self) -> str:
        """The printer's name in the settings."""
        return self._said.name

    @property
    def now(self) -> presses.PrinterNow:
        """What the press says of this printer."""
        why = None if self._condition.ready else str(self._condition.why or Why.STOPPED)
        return presses.PrinterNow(why, self._waiting)

    def run(self) -> None:
        """Look, print, and look again, until the press ends. A ledger that is busy or broken is tried again."""
        while not self._room.is_over():
            try:
                worked = self._turn()
            except LedgerError as broken:
                log.error("press=%s ledger=%s error=%s", self.name, type(broken).__name__, broken)
                worked = False
                self._room.pause(1.0 if isinstance(broken, LedgerBusy) else 5.0)
            except Exception:  # one job that nobody had thought of must not end the printing of all others
                log.exception("press=%s unexpected", self.name)
                self._condition = Condition(ready=False, why=Why.STOPPED)
                worked = False
                self._room.pause(self._room.pace().condition)
            if not worked:
                self._room.pause(self._room.pace().queue)

    def _turn(self) -> bool:
        now = time.monotonic()
        if now - self._orphans_at > self._room.pace().orphans:
            self._orphans_at = now
            self.adopt_orphans()
            self._tidy()
        job = self._take()
        if job is None:
            self._ask_how_it_is()
            return False
        self._do(job)
        return True

    def _tidy(self) -> None:
        """Forget old jobs; an idle press writes nothing, because every write wears a memory card."""
        with self._room.ledger().reading() as conn:
            is_any_old = queue.is_any_old(conn, now=self._time())
        if is_any_old:
            self._room.commit(queue.tidy, now=self._time())

    def drain(self, patience: float) -> None:
        """Do every job that is due, each at most once, and wait at most so many seconds for what is under way."""
        self._patient_until = time.monotonic() + patience
        self._ask_how_it_is(now=True)
        self.adopt_orphans()
        done: set[str] = set()
        while True:
            job = self._take(but=done)
            if job is None:
                return
            done.add(job.key)
            self._do(job)

    def _take(self, *, but: set[str] | None = None) -> Job | None:
        """Take the next job into this press's hands; of two presses one gets it."""
        with self._room.ledger().reading() as conn:
            now = self._time()
            self._waiting = queue.waiting_for(conn, self.name, default=self._default)
            job = queue.next_waiting(conn, self.name, default=self._default, now=now)
            late = queue.is_any_late(conn, now=now)
        if late:
            self._room.commit(queue.lapse, now=self._time())
        if job is None or job.key in (but or ()):
            return None
        if not self._room.commit(
            queue.take, job.key, by=self._room.token, printer=self.name, now=self._time()
        ):
            return self._take(but=but)
        return job

    def _do(self, job: Job) -> None:
        """Print a job that is in this press's hands."""
        drawn = self._draw(job)
        if drawn is None:
            return
        try:
            remote = self._printer.send(drawn)
        except PrinterTrouble as trouble:
            self._condition = Condition(ready=False, why=trouble.why, said=trouble.said)
            self._not_taken(job, trouble)
            return
        self._condition = Condition(ready=True)
        self._room.commit(queue.sent, job.key, remote)
        self._follow(job, remote)

    def _draw(self, job: Job) -> PrintJob | None:
        try:
            asked = design_of(job.request)
            request = replace(job.request, printer=self.name)
            setup = setup_of(self._settings, request, skip=job.skip)
            ledger = self._room.ledger()
            with ledger.reading() as conn:
                labels = labels_of(conn, ledger.station, self._settings, request)
                document, written = sheet.document(labels, asked, setup)
        except LabelError as nothing:
            said = str(nothing)
            log.warning("press=%s job=%s state=cancelled reason=%s", self.name, job.key, said)
            self._end(job.key, queue.CANCELLED, why=Why.CANNOT_DRAW, said=said)
            return None
        return PrintJob(job.key, document, setup.medium, written.page_height, setup.dpi)

    def _not_taken(self, job: Job, trouble: PrinterTrouble) -> None:
        log.warning("press=%s job=%s why=%s said=%s", self.name, job.key, trouble.why, trouble.said)
        if not trouble.may_have_printed:
            self._room.commit(queue.put_back, job.key, trouble.why, trouble.said, now=self._time())
            return
        self._look_for(job)

    def _look_for(self, job: Job) -> None:
        """Ask the printer about a job of which nobody knows whether it was taken."""
        key = job.key
        try:
            remote = self._printer.find(key)
        except PrinterTrouble as trouble:
            if trouble.why is Why.CANNOT_TELL:
                self._end(key, queue.UNSURE, why=Why.CANNOT_TELL, said=trouble.said)
            else:
                # It stays in this press's hands, and is asked about again when orphans are.
                self._room.commit(queue.told, key, trouble.why, trouble.said)
            return
        if remote is None and self._may_be_forgotten(job):
            self._end(key, queue.UNSURE, why=Why.CANNOT_TELL, said="the printer may have forgotten it")
            return
        if remote is None:
            self._room.commit(queue.put_back, key, Why.UNREACHABLE, "never arrived", now=self._time())
            return
        self._room.commit(queue.sent, key, remote)
        self._follow(job, remote)

    def _may_be_forgotten(self, job: Job) -> bool:
        """Say whether a printer that knows nothing of a job may have had it: some remember for a minute only."""
        return job.taken_at is None or millis(self._time()) - job.taken_at > _REMEMBERED // timedelta(
            milliseconds=1
        )

    def _follow(self, job: Job, remote: str) -> None:
        """Ask what became of a job until it is known, or the press ends; the job stays as `sent` then."""
        key, pace, told = job.key, self._room.pace().fate, ""
        while True:
            try:
                fate = self._printer.fate(remote)
                why, said = fate.why, fate.said
            except PrinterTrouble as trouble:
                fate, why, said = None, trouble.why, trouble.said
            if fate is not None and fate.fate is Fate.PRINTED:
                self._end(key, queue.PRINTED)
                return
            if fate is not None and fate.fate is Fate.FAILED:
                cause = why or Why.GAVE_UP
                if cause in _FOR_A_PERSON:
                    self._end(key, _FOR_A_PERSON[cause], why=cause, said=said)
                    return
                self._room.commit(queue.put_back, key, cause, said, now=self._time())
                return
            if f"{why}{said}" != told:
                told = f"{why}{said}"
                self._room.commit(queue.told, key, why, said)
            self._condition = Condition(ready=why is None, why=why, said=said)
            if why is not None and self._is_late(job) and self._called_off(job, remote):
                return
            if time.monotonic() > self._patient_until or not self._room.pause(pace):
                return
            pace = min(pace * 1.5, self._room.pace().slow)

    def _is_late(self, job: Job) -> bool:
        return job.lapses_at is not None and job.lapses_at <= millis(self._time())

    def _called_off(self, job: Job, remote: str) -> bool:
        """Take a loan's label back from a printer that is stuck: its person has gone, and others come."""
        try:
            self._printer.cancel(remote)
        except PrinterTrouble as trouble:
            log.warning("press=%s job=%s cancel=failed said=%s", self.name, job.key, trouble.said)
            return False
        self._end(job.key, queue.LAPSED)
        return True

    def adopt_orphans(self) -> None:
        """Take over what dead presses, or this one before a fault, had in their hands for this printer."""
        file, mine = self._room.ledger().file, self._room.token
        with self._room.ledger().reading() as conn:
            jobs = queue.in_hands(conn, self.name, default=self._default)
        for job in jobs:
            if job.held_by in (None, mine) or not presses.is_alive(file, job.held_by):
                self._adopt(job)

    def _adopt(self, job: Job) -> None:
        if not self._room.commit(queue.adopt, job.key, of=job.held_by, by=self._room.token):
            return
        log.info("press=%s job=%s adopted state=%s", self.name, job.key, job.state)
        if job.state == queue.SENT and job.remote is not None:
            self._follow(job, job.remote)
        else:
            self._look_for(job)

    def _end(self, key: str, state: str, *, why: Why | None = None, said: str = "") -> None:
        self._room.commit(queue.ended, key, state, now=self._time(), why=why, said=said)
        log.info("press=%s job=%s state=%s", self.name, key, state)

    def _ask_how_it_is(self, *, now: bool = False) -> None:
        at = time.monotonic()
        if not now and at - self._asked_at < self._room.pace().condition:
            return
        self._asked_at = at
        try:
            self._condition = self._printer.condition()
        except PrinterTrouble as trouble:
            if self._condition.why is not trouble.why:
                log.warning("press=%s why=%s said=%s", self.name, trouble.why, trouble.said)
            self._condition = Condition(ready=False, why=trouble.why, said=trouble.said)

    def _time(self) -> datetime:
        return self._room.clock().now()
