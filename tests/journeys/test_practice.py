"""Practice: the real labels, the real screens, and a ledger that is thrown away."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from depot import badges
from depot.codes import Kind
from depot.own import mint
from tests.depot.house import STICK, House, described_printer
from tests.driver import Terminal
from tests.journeys.station import ENTER, ROOT, WELCOME

BADGE, PIN = mint(Kind.BADGE, "7315208"), "482915"
NAME, PHONE = "Kari Testperson", "+46701740688"
MARKS = {
    "nb": "Øvelse: ingenting blir lånt ut",
    "nn": "Øving: ingenting blir lånt ut",
    "da": "Øvelse: intet bliver udlånt",
    "en": "Practice: nothing is lent",
}


class Room:
    """A depot in earnest, and a folder in which practices put their copies."""

    def __init__(self, folder: Path) -> None:
        self.file, self.copies = folder / "depot.db", folder / "tmp"
        self.copies.mkdir()
        self.env = {
            "DEPOT_DATABASE": f"sqlite:///{self.file}",
            "DEPOT_STATION_BALLAST_MB": "0",
            "DEPOT_SETTINGS": str(described_printer(folder, "labels")),
            "DEPOT_STATION_PRINTER": "labels",
            "DEPOT_KIOSK_SOUND_COMMAND": "/bin/true",
            "DEPOT_KIOSK_LANGUAGES": ",".join(MARKS),
            "XDG_STATE_HOME": str(folder),
            "XDG_CACHE_HOME": str(folder),
            "TMPDIR": str(self.copies),
        }

    def stored(self) -> Mapping[str, bytes]:
        """Every byte of the ledger and of what lies beside it.

        Not an index and an empty WAL, which SQLite makes for everybody who only reads and leaves behind.
        """
        beside = [path for path in self.file.parent.glob("depot.db*") if path.suffix != ".db-shm"]
        held = {path.name: path.read_bytes() for path in beside}
        return {name: data for name, data in held.items() if data or not name.endswith("-wal")}

    @contextmanager
    def practice(self, *, columns: int = 56, rows: int = 16) -> Iterator[Terminal]:
        """Open the kiosk to practise."""
        command = [sys.executable, "-m", "depot", "kiosk", "--practice"]
        with Terminal(command, columns=columns, rows=rows, env=self.env, cwd=ROOT) as terminal:
            terminal.wait_for(WELCOME)
            terminal.wait_for(MARKS["nb"])
            yield terminal

    def copy(self) -> Path:
        """The one copy that there is."""
        (folder,) = self.copies.iterdir()
        return folder / "depot.db"


@pytest.fixture
def room(founded: Path, tmp_path: Path) -> Room:
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    return Room(tmp_path)


def borrow(terminal: Terminal, item: str, card: str) -> None:
    terminal.scan(item)
    terminal.wait_for("Vil du låne denne?")
    terminal.scan(card)
    terminal.wait_for("Lånet er i orden")


def quit_of(terminal: Terminal) -> int:
    terminal.send(b"\x11")
    return terminal.exit_status()


def test_what_is_lent_in_a_practice_was_never_lent(room: Room) -> None:
    house = House(room.file)
    item, lent, card = house.stands(STICK), house.stands(STICK), house.confirmed(NAME, phone=PHONE)
    house.lends(card, lent)
    house.at_desk(badges.add, name=NAME, pin=PIN, role="storekeeper", badge=BADGE)
    house.close()
    before = room.stored()

    with room.practice() as terminal:
        borrow(terminal, item, card)
        terminal.press(ENTER)
        terminal.wait_for("Takk, og ha det godt!")
        terminal.scan(lent)
        terminal.wait_for("levert tilbake")
        assert MARKS["nb"] in terminal.text

        copy = room.copy()
        assert copy.stat().st_mode & 0o777 == 0o600
        assert copy.parent.stat().st_mode & 0o777 == 0o700
        assert quit_of(terminal) == 0

    assert room.stored() == before
    assert list(room.copies.iterdir()) == []


def test_nobody_is_known_in_a_practice(room: Room) -> None:
    """Not by name, number, PIN or loan; and not in what the copy has left unused of its pages."""
    house = House(room.file)
    lent, card = house.stands(STICK), house.confirmed(NAME, phone=PHONE)
    house.lends(card, lent)
    house.at_desk(badges.add, name=NAME, pin=PIN, role="storekeeper", badge=BADGE)
    house.close()

    with room.practice() as terminal:
        with closing(sqlite3.connect(f"file:{room.copy()}?mode=ro", uri=True)) as copy:
            assert copy.execute("SELECT count(*) FROM link").fetchone() == (0,)
            assert copy.execute("SELECT DISTINCT name, phone, pin FROM borrower").fetchall() == [
                (None, "+46701740605", None)
            ]
        for part in room.copies.rglob("depot.db*"):
            held = part.read_bytes()
            assert NAME.encode() not in held
            assert b"46701740688" not in held
            assert BADGE.encode() not in held
        terminal.press("0")
        terminal.wait_for("Tast tallene")
        terminal.press("-")
        terminal.wait_for(WELCOME)
        quit_of(terminal)


def test_a_practice_that_was_killed_leaves_nothing_to_the_next_one(room: Room) -> None:
    with room.practice() as terminal:
        terminal.kill(signal.SIGKILL)
        assert terminal.exit_status() == -signal.SIGKILL
    left = room.copy().parent
    with room.practice() as terminal:
        assert not left.exists()
        assert room.copy().parent != left
        quit_of(terminal)
    assert list(room.copies.iterdir()) == []


def test_two_who_practise_at_once_do_not_clear_each_other_away(room: Room) -> None:
    with room.practice() as first:
        theirs = room.copy()
        with room.practice() as second:
            assert theirs.exists()
            quit_of(second)
        assert theirs.exists()
        quit_of(first)


def test_every_page_says_that_it_is_practice_in_every_language(room: Room) -> None:
    with room.practice() as terminal:
        for key, mark in zip("1234", MARKS.values(), strict=True):
            terminal.press("9")
            terminal.wait_for("English")
            terminal.press(key)
            terminal.wait_for(mark)
            terminal.press("+")
            terminal.settle(0.1)
            assert mark in terminal.screen[1]
            terminal.press("-")
        quit_of(terminal)


def test_where_there_is_no_ledger_yet_the_demo_depot_is_practised_on(tmp_path: Path) -> None:
    room = Room(tmp_path)
    with room.practice(columns=80, rows=24) as terminal:
        terminal.wait_for("rullator")  # the codes to type, under the page
        assert room.copy().exists()
        quit_of(terminal)
    assert not room.file.exists()
    assert list(room.copies.iterdir()) == []
