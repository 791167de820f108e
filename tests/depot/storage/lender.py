"""What is done inside the processes that these tests trace, starve and kill.

Everything here runs in a child that was forked from a warm parent, so that a child costs 20 ms and not the
half second of its imports. Functions, not lambdas: a child is told their names.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from sqlalchemy import Connection, event, insert, pool, select

from depot import defects, journal, lending, migrate, projection, settings, sqlite, stock
from depot.ledger import Ledger, open_ledger
from depot.outcomes import CheckedIn, CheckedOut, Moved, Outcome, Trouble, Undone
from depot.station import Station
from depot.tables import about, card, item, item_state, link, loan
from tests.depot.house import settings_for

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""A Monday in opening hours; every deed of these stories is done about then."""


class Clerk:
    """Somebody at a station: holds a ledger open and does what the story, in the parent, tells."""

    def __init__(self, file: Path, pipe: Pipe, said: dict[str, str]) -> None:
        self.file, self.pipe, self._said = file, pipe, said
        self._ledger: Ledger | None = None
        self.now = NOW

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened when it is first needed."""
        if self._ledger is None:
            self.open()
        assert self._ledger is not None
        return self._ledger

    def open(self, patience: float = 20.0) -> None:
        """Open the ledger."""
        self._ledger = open_ledger(settings_for(self.file, **self._said), patience=patience)

    def close(self) -> None:
        """Close the ledger."""
        ledger, self._ledger = self._ledger, None
        if ledger is not None:
            ledger.close()

    def do(self, deed: Callable[..., Any], /, **said: Any) -> Any:
        """Do one deed, a second after the last one."""
        self.now += timedelta(seconds=1)
        return self.ledger.perform(lambda conn, station: deed(conn, station, **said, now=self.now))


def serve(file: Path, pipe: Pipe, said: dict[str, str]) -> None:
    """Do what comes through the pipe, one after the other, and answer with what came of it."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER: a sibling may trace us
    clerk = Clerk(file, pipe, said)
    while True:
        try:
            task, arguments = pipe.recv()
        except EOFError:
            os._exit(0)  # the story is over; what is open stays as a kill leaves it
        try:
            pipe.send((None, task(clerk, **arguments)))
        except Exception as broken:  # noqa: BLE001 - told to the story, which raises it again
            pipe.send((type(broken).__name__, str(broken)))


# --- what a clerk can be told ---


def open_up(clerk: Clerk, patience: float = 20.0) -> bool:
    """Open the ledger; whether its disk is full."""
    clerk.open(patience)
    return clerk.ledger.is_full


def close(clerk: Clerk) -> None:
    """Close the ledger."""
    clerk.close()


def close_twice(clerk: Clerk) -> None:
    """Close the ledger, and close it again."""
    ledger = clerk.ledger
    clerk.close()
    ledger.close()


def check_out(clerk: Clerk, card: str, item: str) -> Outcome:
    """Lend."""
    outcome: Outcome = clerk.do(lending.check_out, card=card, item=item)
    return outcome


def check_out_all(clerk: Clerk, card: str) -> None:
    """Lend everything that stands free."""
    for code in in_stock(clerk.ledger).items:
        check_out(clerk, card, code)


def check_in(clerk: Clerk, item: str) -> Outcome:
    """Take home."""
    outcome: Outcome = clerk.do(lending.check_in, item=item)
    return outcome


def bring_back(clerk: Clerk, item: str) -> Outcome:
    """Take home what somebody brings, whatever the ledger believes."""
    outcome: Outcome = clerk.do(lending.check_in, item=item, brought_back=True)
    return outcome


def bring_and_write_much(clerk: Clerk, item: str, megabytes: int) -> int:
    """Take a thing home in a deed that makes the WAL long; how often the deed was done."""
    times = []

    def deed(conn: Connection, station: Station, now: datetime) -> None:
        times.append(lending.check_in(conn, station, item=item, now=now, brought_back=True))
        write_much(conn, megabytes)

    clerk.do(deed)
    return len(times)


def clean(clerk: Clerk, item: str) -> Outcome:
    """Clean what came home, so that it can be lent again."""
    outcome: Outcome = clerk.do(stock.done, item=item)
    return outcome


def is_full(clerk: Clerk) -> bool:
    """Whether the disk has run out."""
    return clerk.ledger.is_full


def make_a_file(clerk: Clerk) -> None:
    """Make an empty ledger file, with its tables."""
    migrate.create(clerk.file)


def rest(clerk: Clerk) -> None:
    """Use an idle moment."""
    clerk.ledger.rest()


def claim(clerk: Clerk) -> int:
    """Become the one kiosk; the process's id."""
    clerk.ledger.claim()
    return os.getpid()


def open_files(clerk: Clerk) -> list[str]:
    """The ledger's files that this process has open, by name."""
    targets = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sorted(target.name for target in targets if target.parent == clerk.file.parent)


def unsound(clerk: Clerk) -> list[str]:
    """What is wrong with the ledger as this process sees it."""
    return unsoundness(clerk.ledger)


def hold_the_turn(clerk: Clerk) -> None:
    """Begin a deed that does not end before the story says so."""

    def stuck(conn: Connection, station: Station) -> None:
        clerk.pipe.send((None, "stuck"))
        clerk.pipe.recv()

    clerk.ledger.perform(stuck)


def lend_on(clerk: Clerk, seed: int, house: Stock, pause: float = 0.0002) -> None:
    """Do random deeds until killed, and tell each as soon as it is acknowledged."""
    day = Day(clerk, seed, house)
    while True:
        key = day.deed()
        if key is not None:
            clerk.pipe.send((None, key))
        time.sleep(pause)  # the lock is not fair by itself: whoever writes on and on lets others in


def visits(clerk: Clerk, cards: tuple[str, str], items: list[str]) -> int:
    """For each item: lent, refused to another, brought, undone, brought, cleaned; how many deeds that was."""
    for code in items:
        clerk.do(lending.check_out, card=cards[0], item=code)
        clerk.do(lending.check_out, card=cards[1], item=code)
        home = clerk.do(lending.check_in, item=code)
        clerk.do(lending.undo, deed=home.deed)
        clerk.do(lending.check_in, item=code)
        clerk.do(stock.done, item=code)
    return len(items) * 6


TOLD = "/dev/null"
"""Where `lend_with_rests` tells what is acknowledged: a trace shows when, between which other calls."""


def lend_with_rests(clerk: Clerk, seed: int, deeds: int) -> None:
    """Do random deeds, with rests, a reopening and a closing between them, and tell each to a trace."""
    told = os.open(TOLD, os.O_WRONLY)
    day = Day(clerk, seed, in_stock(clerk.ledger))
    for number in range(1, deeds + 1):
        key = None
        while key is None:
            key = day.deed()
        os.write(told, key.encode())
        if number % 9 == 0:
            clerk.ledger.rest()
        if number == deeds * 2 // 3:
            clerk.close()
    clerk.close()
    os.close(told)


def be_careless(clerk: Clerk) -> None:
    """Make every connection from now on one that does not sync its commits."""

    @event.listens_for(pool.Pool, "connect")
    def _(raw: sqlite3.Connection, _: object) -> None:
        raw.execute("PRAGMA synchronous=NORMAL")


def become_nobody(clerk: Clerk) -> int:
    """Give up root, for whom no file is read-only; whoever is not root stays who they are."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        ctypes.CDLL(None).prctl(4, 1)  # PR_SET_DUMPABLE, which giving up root has taken away
    return os.geteuid()


def load_settings(clerk: Clerk, environment: dict[str, str]) -> None:
    """Read the settings."""
    settings.load(environment)


def max_lines_with(clerk: Clerk, **environment: str) -> int:
    """Read the settings with these variables, and what they say of `max_lines`."""
    os.environ.update(environment)
    return settings.load({}).rules.max_lines


_NEW_NAMESPACE, _NEW_USERS = 0x00020000, 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER of sched.h
_PRIVATE = 0x44000  # MS_REC | MS_PRIVATE of sys/mount.h


def move_to_small_disk(clerk: Clerk, folder: Path, kilobytes: int) -> bool:
    """Take the ledger to a disk of its own, of that size, which ends with this process.

    Returns:
        Whether the kernel lets us have one: as root, or in a namespace of our own users.
    """
    c, user, group = ctypes.CDLL(None, use_errno=True), os.getuid(), os.getgid()
    if c.unshare(_NEW_NAMESPACE) != 0:
        if c.unshare(_NEW_NAMESPACE | _NEW_USERS) != 0:
            return False
        for name, said in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            Path(f"/proc/self/{name}").write_text(said)
    c.mount(b"none", b"/", None, _PRIVATE, None)
    if c.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={kilobytes}k".encode()) != 0:
        return False
    for part in sorted(clerk.file.parent.iterdir()):
        shutil.copy(part, folder)
    clerk.file = folder / clerk.file.name
    return True


def fill_the_disk(clerk: Clerk) -> None:
    """Write until nothing more goes onto the ledger's disk."""
    with (clerk.file.parent / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(b"\0" * 1024):
            pass


def free_the_disk(clerk: Clerk) -> None:
    """Remove what filled it."""
    (clerk.file.parent / "filler").unlink()


# --- a day of random deeds ---


class Stock(NamedTuple):
    """What can be lent, and to which cards."""

    items: list[str]
    cards: list[str]


def in_stock(ledger: Ledger) -> Stock:
    """Everything that a ledger has."""
    with ledger.reading() as conn:
        items = list(conn.scalars(select(item.c.code).order_by(item.c.code)))
        return Stock(items, list(conn.scalars(select(card.c.code).order_by(card.c.code))))


class Day:
    """Random deeds of every kind that a citizen does, the same ones for the same seed."""

    def __init__(self, clerk: Clerk, seed: int, house: Stock) -> None:
        self._clerk, self._random, self._house = clerk, random.Random(seed), house
        self._last: CheckedOut | CheckedIn | None = None

    def deed(self) -> str | None:
        """Do one; the key of an event that it wrote, None when it had nothing to write."""
        draw, thing = self._random.random(), self._random.choice(self._house.items)
        if draw < 0.45:
            said = {"card": self._random.choice(self._house.cards), "item": thing, "in_hand": draw < 0.1}
            return self._keep(self._clerk.do(lending.check_out, **said))
        if draw < 0.75:
            return self._keep(self._clerk.do(lending.check_in, item=thing, brought_back=draw < 0.5))
        if draw < 0.85 and self._last is not None:
            return self._key(self._clerk.do(lending.undo, deed=self._last.deed))
        if draw < 0.9 and isinstance(self._last, CheckedIn):
            wrong = self._random.choice(list(Trouble))
            said = {"item": self._last.item, "deed": self._last.deed, "trouble": wrong}
            return self._key(self._clerk.do(defects.report_trouble, **said))
        return self._key(self._clerk.do(stock.done, item=thing))

    def _keep(self, outcome: Outcome) -> str | None:
        if isinstance(outcome, CheckedOut | CheckedIn):
            self._last = outcome
        return self._key(outcome)

    def _key(self, outcome: Outcome | tuple[Undone, ...]) -> str | None:
        if isinstance(outcome, tuple):
            return outcome[0].deed
        return outcome.key if isinstance(outcome, CheckedOut | CheckedIn | Moved) else None


# --- being killed ---

OPENING, LENDING = 0.02, 0.004
"""Seconds within which a kill may come: while the ledger is opened, and after an acknowledged deed."""


def kill_lenders(clerk: Clerk, seed: int, kills: int) -> set[str]:
    """Fork lending processes, up to three at a time, and kill each: at once, or after some deeds.

    Returns:
        The keys that they acknowledged.
    """
    setattr(sqlite, "engine", functools.cache(sqlite.engine))  # noqa: B010 - children inherit what is compiled
    house, chance = in_stock(clerk.ledger), random.Random(seed)
    day = Day(clerk, seed, house)
    acknowledged = {key for key in (day.deed() for _ in range(40)) if key is not None}
    clerk.close()
    while kills > 0:
        lending = [_forked(clerk, chance.randrange(2**32), house) for _ in range(chance.choice((1, 2, 3)))]
        for pid, told in lending:
            deeds = chance.randrange(4)
            acknowledged.update([told.readline().strip() for _ in range(deeds)])
            time.sleep(chance.random() * (LENDING if deeds else OPENING))
            os.kill(pid, signal.SIGKILL)
            _, how = os.waitpid(pid, 0)
            assert os.WTERMSIG(how) == signal.SIGKILL, "a lender ended by itself"
        for _, told in lending:  # what they had told before they were killed and nobody has heard yet
            acknowledged.update(line.strip() for line in told if line.endswith("\n"))
            told.close()
        kills -= len(lending)
    return acknowledged


def _forked(clerk: Clerk, seed: int, house: Stock) -> tuple[int, TextIO]:
    hears, tells = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            day = Day(clerk, seed, house)
            while True:
                key = day.deed()
                if key is not None:
                    os.write(tells, key.encode() + b"\n")
                time.sleep(0.0002)
        finally:
            os._exit(1)
    os.close(tells)
    return pid, os.fdopen(hears, "r", encoding="ascii")


# --- racing ---


def race(file: Path, start: Any, mine: str, items: list[str], result: Pipe) -> None:
    """Reach for every item at the same moment as all others, and tell what each attempt gave."""
    clerk = Clerk(file, result, {"station_ballast_mb": "1"})
    start.wait()
    clerk.open(patience=60.0)
    answers: list[Outcome] = []
    for code in items:
        start.wait()
        answers.append(check_out(clerk, mine, code))
    clerk.close()
    result.send(answers)


# --- whether a ledger is sound ---


def an_item_and_a_card(ledger: Ledger) -> tuple[str, str]:
    """An item that stands free and a card that may borrow it."""
    with ledger.reading() as conn:
        free = conn.scalars(
            select(item_state.c.item).where(item_state.c.state == "available").order_by(item_state.c.item)
        )
        return str(free.first()), str(conn.scalar(select(card.c.code).order_by(card.c.code)))


def unsoundness(ledger: Ledger) -> list[str]:
    """Name everything about a ledger that must not be: in its file, its chain, its tables, their ties."""
    with ledger.reading() as conn:
        return [
            *(line for line in conn.exec_driver_sql("PRAGMA integrity_check").scalars() if line != "ok"),
            *(f"{found.what}: {found.where}" for found in journal.breaks(conn, ledger.station.id)),
            *(f"{what}: {where}" for what, where in projection.differences(conn)),
            *_loose_ends(conn),
        ]


def _loose_ends(conn: Connection) -> list[str]:
    out_by = select(item_state.c.item, item_state.c.loan).where(item_state.c.loan.is_not(None))
    out = set(conn.execute(out_by))
    lent = set(conn.execute(select(loan.c.item, loan.c.key).where(loan.c.ended.is_(None))))
    owned = set(conn.scalars(select(link.c.key)))
    made = set(conn.scalars(select(loan.c.key).where(loan.c.ended.is_distinct_from("undone"))))
    undone = set(conn.scalars(select(loan.c.key).where(loan.c.ended == "undone")))
    return [
        *(f"an item and its open loan disagree: {one}" for one in out ^ lent),
        *(f"a loan is nobody's: {one}" for one in made - owned),
        *(f"an undone loan is still somebody's: {one}" for one in undone & owned),
    ]


def keys_in(file: Path) -> set[str]:
    """The keys of all events in a ledger's file, read past the ledger's own doors."""
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as raw:
        return {row[0] for row in raw.execute("SELECT key FROM event")}


def write_much(conn: Connection, megabytes: int) -> None:
    """Write rows that mean nothing, to make the WAL long."""
    rows = [{"name": f"filler {number}", "value": "x" * 1900} for number in range(megabytes * 512)]
    conn.execute(insert(about), rows)
