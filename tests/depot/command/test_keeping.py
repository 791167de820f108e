"""`depot init`, `backup` and `restore`: a ledger's file is there whole, or not at all."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from depot import clock, demo, founding, keeping, lending
from depot.ledger import Ledger, open_ledger
from depot.outcomes import CheckedOut
from depot.own import Kind, mint
from depot.settings import load
from depot.station import Station
from depot.tables import about, event, series, station
from tests.depot.command.front import Shell


def parts(folder: Path) -> set[str]:
    """The files of a folder, without the logs."""
    return {one.name for one in folder.iterdir() if one.is_file()}


# --- init ---


def test_a_new_ledger_is_its_owners_alone_and_sound(empty: Shell) -> None:
    made = empty.json("init", "--name", "Vestby", "--station", "K7", "--series", "300")
    assert made == {"ledger": str(empty.file), "outcome": "made", "practice": False}
    assert stat.S_IMODE(empty.file.stat().st_mode) == 0o600
    assert empty.json("check")["ok"] is True
    (ours,) = empty.rows(station, ours=True)
    assert ours.name == "K7"
    assert {row.series for row in empty.rows(series)} == {300}
    assert not any(name.endswith("making") for name in parts(empty.file.parent))


def test_a_ledger_that_is_there_is_left_alone(depot: Shell) -> None:
    before = depot.json("events")
    for words in (("init",), ("init", "--demo"), ("init", "--series", "9")):
        said = depot(*words)
        assert said.status == 0
        assert "is there already, and was left as it is" in said.out
    assert depot.json("init", "--demo") == {
        "ledger": str(depot.file),
        "outcome": "already",
        "practice": True,
    }
    assert depot.json("events") == before


def test_a_practice_ledger_says_what_it_is(depot: Shell) -> None:
    assert [row.value for row in depot.rows(about, name="practice")] == ["yes"]


@pytest.mark.parametrize("words", [(), ("--demo",)])
def test_a_ledger_that_could_not_be_finished_is_not_there(
    empty: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "depot.db")

    monkeypatch.setattr(founding, "fill_holidays", fails)
    said = empty("init", *words)
    assert (said.status, said.err) == (1, "depot: depot.db: No space left on device\n")
    assert parts(empty.file.parent) <= {"depot.db.lock"}


def test_what_a_power_cut_left_half_made_is_swept_away(empty: Shell) -> None:
    empty.file.with_name("depot.db.making").write_bytes(b"half a ledger")
    empty.file.with_name("depot.db.making-wal").write_bytes(b"and half a WAL")
    assert empty("init").status == 0
    assert not any("making" in name for name in parts(empty.file.parent))
    assert empty.json("check")["ok"] is True


def test_two_who_make_a_ledger_at_once_make_one(empty: Shell) -> None:
    both = [empty.process("init", "--json") for _ in range(2)]
    told = [json.loads(process.communicate()[0])["outcome"] for process in both]
    assert sorted(told) == ["already", "made"]
    assert empty.json("check")["ok"] is True
    assert len(empty.rows(station)) == 1


def test_a_place_that_cannot_be_written_is_said_so(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPOT_DATABASE", "sqlite:////proc/nowhere/depot.db")
    said = empty("init")
    assert said.status == 1
    assert said.err.startswith("depot: /proc/nowhere")


# --- backup and restore ---


@pytest.fixture
def copy(depot: Shell, tmp_path: Path) -> Path:
    """A backup of the practice depot."""
    file = tmp_path / "elsewhere" / "backup.db"
    file.parent.mkdir()
    assert depot("backup", str(file)).status == 0
    return file


def test_a_backup_says_what_it_holds(depot: Shell, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    held = depot.json("backup", str(file))
    events = depot.json("events")
    assert held == {
        "file": str(file),
        "events": len(events),
        "items": len(depot.json("items")),
        "loans": len(depot.json("loans")),
        "newest": max(one["at"] for one in events),
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_never_overwrites(depot: Shell, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("something else")
    said = depot("backup", str(file))
    assert (said.status, said.err) == (1, f"depot: {file}: File exists\n")
    assert file.read_text() == "something else"


def test_a_ledger_that_is_there_is_not_replaced_unasked(depot: Shell, copy: Path) -> None:
    before = depot.json("events")
    said = depot("restore", str(copy))
    assert said.status == 1
    assert "to move it aside: depot restore --replace" in said.err
    assert depot.json("events") == before


def test_a_restored_ledger_is_a_new_station_that_goes_on(depot: Shell, copy: Path) -> None:
    (old,) = depot.rows(station, ours=True)
    last = depot.rows(event, station=old.id)[-1]
    depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR)  # after the backup: this loan is lost by the restore
    told = depot.json("restore", str(copy), "--replace", "--station", "K2")
    (new,) = depot.rows(station, ours=True)
    assert (new.id, new.name) == (told["station"], "K2")
    assert new.id != old.id
    (opened,) = depot.rows(event, station=new.id)
    assert json.loads(opened.body)["continues"] == last.hash.hex()
    assert depot.json("check")["ok"] is True
    assert depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR).status == 0
    assert depot.json("check")["ok"] is True


def test_what_was_there_is_moved_aside_whole(depot: Shell, copy: Path) -> None:
    lent = depot.json("lend", demo.CONFIRMED_CARD, demo.ROLLATOR)[0]["key"]
    aside = Path(depot.json("restore", str(copy), "--replace")["aside"])
    assert aside.parent == depot.file.parent
    with contextlib.closing(sqlite3.connect(aside)) as raw:
        assert raw.execute("SELECT count(*) FROM loan WHERE key = ?", (lent,)).fetchone() == (1,)
    assert lent not in {one["key"] for one in depot.json("loans")}


def test_labels_printed_after_the_backup_are_not_printed_again(depot: Shell, copy: Path) -> None:
    lost = depot.json("item", "receive", "WLK-03", "1")[0]["item"]
    depot("restore", str(copy), "--replace")
    (next_one,) = depot.json("item", "receive", "WLK-03", "1")
    assert (lost, next_one["item"]) == (mint(Kind.ITEM, "0004225"), mint(Kind.ITEM, "0005001"))


def test_a_backup_is_restored_where_nothing_is(
    depot: Shell, copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEPOT_DATABASE", f"sqlite:///{tmp_path}/new/place/depot.db")
    told = depot.json("restore", str(copy))
    assert (told["ledger"], told["aside"]) == (f"{tmp_path}/new/place/depot.db", None)
    assert depot.json("check")["ok"] is True


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("UPDATE event SET body = replace(body, ':90,', ':91,') WHERE kind = 'check_out'", "chain of hashes"),
        ("DELETE FROM event WHERE seq = 500", "an event is missing"),
        ("UPDATE alembic_version SET version_num = '9999'", "schema 9999"),
        ("DROP TABLE alembic_version", "not a ledger"),
    ],
)
def test_a_backup_that_is_not_sound_is_refused_and_nothing_is_changed(
    depot: Shell, copy: Path, spoil: str, says: str
) -> None:
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as raw:
        raw.execute(spoil)
    before, there = depot.json("events"), parts(depot.file.parent)
    said = depot("restore", str(copy), "--replace")
    assert (said.status, said.out) == (1, "")
    assert says in said.err
    assert depot.json("events") == before
    assert parts(depot.file.parent) <= there | {"depot.db-wal", "depot.db-shm"}


def test_what_is_no_backup_is_refused(depot: Shell, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear municipality, " * 100)
    said = depot("restore", str(file), "--replace")
    assert said.status == 1
    assert said.err.count("\n") == 1
    assert depot.json("check")["ok"] is True


def test_a_damaged_ledger_can_be_replaced(depot: Shell, copy: Path) -> None:
    depot.file.write_bytes(b"gone" * 4096)
    assert depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR).status == 1
    assert depot("restore", str(copy), "--replace").status == 0
    assert depot.json("check")["ok"] is True


HOLDS_IT = """
import sys
from depot import settings
from depot.ledger import open_ledger
with open_ledger(settings.load()) as ledger:
    if sys.argv[1] == "kiosk":
        ledger.claim()
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("who", "says"), [("kiosk", "another kiosk is already open"), ("desk", "has it open")]
)
def test_a_ledger_that_somebody_has_open_is_not_moved_from_under_them(
    depot: Shell, copy: Path, who: str, says: str
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_IT, who], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "open\n"
    said = depot("restore", str(copy), "--replace")
    holder.communicate("")
    assert said.status == 1
    assert says in said.err
    assert depot("restore", str(copy), "--replace").status == 0


def _borrowed(conn: Connection, here: Station) -> CheckedOut:
    thing, now = demo.items("WLK-05")[2], clock.SystemClock().now()
    outcome = lending.check_out(conn, here, card=demo.CONFIRMED_CARD, item=thing, now=now)
    assert isinstance(outcome, CheckedOut)
    return outcome


def _taken_back(deed: str, conn: Connection, here: Station) -> None:
    lending.undo(conn, here, deed=deed, now=clock.SystemClock().now())


@contextlib.contextmanager
def busy(ledger: Ledger) -> Iterator[list[str]]:
    """Somebody lends and returns the same thing, fifty times a second, and notes what was acknowledged."""
    acknowledged: list[str] = []
    enough = threading.Event()

    def lend_and_return() -> None:
        while not enough.wait(0.02):
            out = ledger.perform(_borrowed)
            acknowledged.append(out.key)
            ledger.perform(partial(_taken_back, out.deed))

    worker = threading.Thread(target=lend_and_return)
    worker.start()
    try:
        yield acknowledged
    finally:
        enough.set()
        worker.join()


def test_a_backup_made_while_people_borrow_is_sound_and_holds_what_was_acknowledged(
    depot: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "busy.db"
    with open_ledger(load()) as ledger, busy(ledger) as acknowledged:
        while len(acknowledged) < 5:
            time.sleep(0.01)
        before = list(acknowledged)
        keeping.backup(load(), file)
        while len(acknowledged) < len(before) + 5:
            time.sleep(0.01)
    monkeypatch.setenv("DEPOT_DATABASE", f"sqlite:///{tmp_path}/restored.db")
    assert depot("restore", str(file)).status == 0
    assert depot.json("check")["ok"] is True
    assert set(before) <= {one["key"] for one in depot.json("loans")}
