"""Disks fill up, fail and are taken away; files are deleted, damaged and not ours: what the ledger then says.

Whatever happens: a deed that was not stored is not acknowledged, what was acknowledged is there, nothing is
half done, and the ledger says in its own words what is wrong.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from depot import keeping, lending
from depot.checking import check
from depot.errors import (
    DiskFull,
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    LedgerFault,
    LedgerInUse,
    LedgerMissing,
    LedgerReadOnly,
    LedgerTooNew,
)
from depot.ledger import open_ledger
from depot.outcomes import Already, CheckedIn, CheckedOut, Moved
from depot.station import Station
from depot.tables import event
from tests.depot.house import House, settings_for
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance
from tests.depot.storage.trace import failing

CallClerk = Callable[..., ClerkAtADistance]


@pytest.fixture
def item(file: Path) -> str:
    """A thing that stands free."""
    with open_ledger(settings_for(file)) as ledger:
        return lender.an_item_and_a_card(ledger)[0]


@pytest.fixture
def card(file: Path) -> str:
    """A card that may borrow it."""
    with open_ledger(settings_for(file)) as ledger:
        return lender.an_item_and_a_card(ledger)[1]


# --- the file is not there, or not ours ---


def test_a_missing_file_is_named_with_the_way_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing, match=r"nowhere\.db.*depot init"):
        open_ledger(settings_for(tmp_path / "nowhere.db"))


@pytest.mark.parametrize(
    "content", [b"", b"not a database, but longer than the header of one " * 40], ids=["empty", "a text"]
)
def test_a_file_that_is_no_ledger_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "depot.db"
    file.write_bytes(content)
    with pytest.raises(LedgerDamaged):
        open_ledger(settings_for(file))
    assert file.read_bytes() == content


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "depot.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE cats (name TEXT)")
    with pytest.raises(LedgerDamaged, match="not a ledger of Depot"):
        open_ledger(settings_for(file))


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        open_ledger(settings_for(tmp_path))


def test_a_ledger_of_a_newer_version_is_refused_and_left_as_it_is(file: Path) -> None:
    with closing(sqlite3.connect(file)) as later, later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerTooNew, match="9999"):
        open_ledger(settings_for(file))
    assert not list(file.parent.glob("*.backup"))


# --- the file was damaged ---


@pytest.mark.usefixtures("compiled_once")
def test_a_flipped_bit_in_any_event_stops_the_ledger_at_its_start(fast_file: Path) -> None:
    """SQLite has no checksums and would not notice; the chain does."""
    file = fast_file
    chance, sound = random.Random(4), file.read_bytes()
    with closing(sqlite3.connect(file)) as raw:
        events = raw.execute("SELECT body, hash FROM event").fetchall()
    for body, digest in chance.sample(events, 25):
        for written in (body.encode(), digest):
            assert sound.count(written) == 1
            place = sound.index(written) + chance.randrange(len(written))
            _flip(file, sound, place, chance.randrange(8))
            with pytest.raises(LedgerDamaged):
                open_ledger(settings_for(file))
            assert not check(file).ok
    file.write_bytes(sound)
    open_ledger(settings_for(file)).close()


@pytest.mark.usefixtures("compiled_once")
def test_a_flipped_bit_anywhere_is_never_more_than_a_ledger_error(fast_file: Path) -> None:
    file = fast_file
    chance, sound = random.Random(5), file.read_bytes()
    refused = 0
    for _ in range(150):
        _flip(file, sound, chance.randrange(len(sound)), chance.randrange(8))
        try:
            open_ledger(settings_for(file)).close()
        except LedgerError:
            refused += 1
    assert refused > 0


def _flip(file: Path, sound: bytes, place: int, bit: int) -> None:
    damaged = bytearray(sound)
    damaged[place] ^= 1 << bit
    for beside in ("-wal", "-shm", ".anchor"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    file.write_bytes(damaged)


@pytest.mark.parametrize("harm", ["deleted", "cut", "emptied"])
def test_a_wal_that_somebody_deletes_or_cuts_is_noticed(
    file: Path, clerk: CallClerk, item: str, card: str, harm: str
) -> None:
    lends = clerk(file)
    lends.does(lender.check_out, item=item, card=card)
    lends.does(lender.check_in, item=item)
    lends.dies()
    wal = Path(f"{file}-wal")
    if harm == "deleted":
        wal.unlink()
    else:
        os.truncate(wal, wal.stat().st_size - 5000 if harm == "cut" else 0)
    with pytest.raises(LedgerDamaged, match="cut or lost"):
        open_ledger(settings_for(file))


def test_what_a_rest_has_moved_into_the_file_needs_no_wal(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    lends = clerk(file)
    lent = lends.does(lender.check_out, item=item, card=card)
    lends.does(lender.rest)
    lends.dies()
    Path(f"{file}-wal").unlink()
    open_ledger(settings_for(file)).close()
    assert lent.key in lender.keys_in(file)


def test_a_wal_whose_ledger_is_gone_is_not_played_into_a_new_one(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    lends = clerk(file)
    lends.does(lender.check_out, item=item, card=card)
    lends.dies()
    file.unlink()
    with pytest.raises(LedgerDamaged, match="-wal"):
        _make(file)
    assert not file.exists()
    Path(f"{file}-wal").rename(file.parent / "kept aside")
    assert _make(file)
    assert check(file).broken == ()


def _make(file: Path) -> bool:
    chosen = settings_for(file)
    return keeping.make(chosen, now=lender.NOW, demo=False, name="Depot", station_name="K1", first_series=1)


def test_an_older_copy_put_in_the_ledgers_place_is_noticed(
    file: Path, tmp_path: Path, clerk: CallClerk, item: str, card: str
) -> None:
    older = shutil.copy(file, tmp_path / "older.db")
    lends = clerk(file)
    lends.does(lender.check_out, item=item, card=card)
    lends.does(lender.close)
    shutil.copy(older, file)
    with pytest.raises(LedgerDamaged, match="cut or lost"):
        open_ledger(settings_for(file))


def test_a_stale_journal_is_not_played_back(file: Path) -> None:
    journal = Path(f"{file}-journal")
    shutil.copy(file, journal)
    with pytest.raises(LedgerDamaged, match="-journal"):
        open_ledger(settings_for(file))
    journal.unlink()
    open_ledger(settings_for(file)).close()
    assert check(file).broken == ()


def test_a_deed_that_is_given_up_leaves_no_trace_by_which_a_sound_ledger_is_refused(
    file: Path, item: str, card: str
) -> None:
    house = House(file)

    def give_up(conn: Connection, station: Station) -> None:
        lending.check_out(conn, station, item=item, card=card, now=house.now)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        house.ledger.perform(give_up)
    house.refuses(card, "D99990006R")  # counted, and no event
    house.close()
    open_ledger(settings_for(file)).close()


# --- who may read and write ---


def test_every_file_of_a_ledger_is_its_owners_only(file: Path, card: str, item: str) -> None:
    house = House(file, station_ballast_mb="1")
    house.ledger.claim()
    house.lends(card, item)
    modes = {part.name: part.stat().st_mode & 0o777 for part in file.parent.iterdir()}
    house.close()
    beside = ("", "-wal", "-shm", ".lock", ".kiosk", ".anchor", ".ballast")
    assert modes == {f"depot.db{part}": 0o600 for part in beside}


@pytest.mark.parametrize("what", ["the file", "its folder"])
def test_a_ledger_that_may_not_be_written_is_refused(
    stocked: Path, open_folder: Path, clerk: CallClerk, what: str
) -> None:
    folder = open_folder / "ledger"
    shutil.copytree(stocked, folder)
    file = folder / "depot.db"
    for part in folder.iterdir():
        part.chmod(0o444 if what == "the file" and part == file else 0o666)
    folder.chmod(0o555 if what == "its folder" else 0o777)
    asks = clerk(file)
    assert asks.does(lender.become_nobody) != 0
    with pytest.raises(LedgerReadOnly):
        asks.does(lender.open_up)
    folder.chmod(0o755)


# --- the disk fills up ---


def test_whichever_write_finds_the_disk_full_the_reserve_is_given_up_and_the_deed_is_stored(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    for number in range(1, 200):
        lends = clerk(file, station_ballast_mb="1")
        lends.does(lender.open_up)
        with failing(lends.pid, f"pwrite64:error=ENOSPC:when={number}", path=f"{file}-wal"):
            lent = lends.does(lender.check_out, item=item, card=card)
        assert isinstance(lent, CheckedOut)
        assert lends.does(lender.unsound) == []
        is_full = lends.does(lender.is_full)
        assert is_full is not Path(f"{file}.ballast").exists()
        if not is_full:
            break
        lends.does(lender.check_in, item=item)
        lends.does(lender.clean, item=item)
        lends.does(lender.close)
    assert not is_full
    assert number > 10, "a check-out has more writes than these: the faults did not hit it"


def test_on_a_full_disk_without_a_reserve_nothing_is_acknowledged_and_nothing_is_half_done(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    lends = clerk(file)
    lends.does(lender.open_up)
    before = lender.keys_in(file)
    for number in range(1, 22, 4):
        with (
            failing(lends.pid, f"pwrite64:error=ENOSPC:when={number}+", path=f"{file}-wal"),
            pytest.raises(DiskFull),
        ):
            lends.does(lender.check_out, item=item, card=card)
        assert lender.keys_in(file) == before
    assert isinstance(lends.does(lender.check_out, item=item, card=card), CheckedOut)
    assert lends.does(lender.unsound) == []


def test_a_wal_that_cannot_be_moved_costs_nobody_their_deed(file: Path, clerk: CallClerk, item: str) -> None:
    """It is moved when the deed is stored already: to do the deed again would do it twice."""
    lends = clerk(file, station_ballast_mb="1")
    lends.does(lender.open_up)
    with failing(lends.pid, "pwrite64:error=ENOSPC:when=1+", path=str(file)):
        assert lends.does(lender.bring_and_write_much, item=item, megabytes=20) == 1
    assert not lends.does(lender.is_full)
    assert isinstance(lends.does(lender.clean, item=item), Moved)
    assert Path(f"{file}-wal").stat().st_size <= 16 * 1024 * 1024
    assert lends.does(lender.unsound) == []


def test_a_ledger_opens_on_a_full_disk_by_giving_up_its_reserve(
    file: Path, clerk: CallClerk, item: str
) -> None:
    lends = clerk(file, station_ballast_mb="1")
    lends.does(lender.open_up)
    lends.does(lender.close)
    with failing(lends.pid, "pwrite64:error=ENOSPC:when=1", path=f"{file}-wal"):
        assert lends.does(lender.open_up), "it should say that the disk is full"
    assert isinstance(lends.does(lender.bring_back, item=item), CheckedIn)


def test_a_disk_that_is_really_full_takes_things_home_and_says_so(
    file: Path, tmp_path: Path, clerk: CallClerk, item: str, card: str
) -> None:
    """On a disk of four megabytes; where the kernel gives us none, on one that is reported full once."""
    small = tmp_path / "small"
    small.mkdir()
    lends = clerk(file, station_ballast_mb="1")
    has_own_disk = lends.does(lender.move_to_small_disk, folder=small, kilobytes=4096)
    assert not lends.does(lender.open_up)
    lends.does(lender.check_out, item=item, card=card)
    with failing(lends.pid, "pwrite64:error=ENOSPC:when=1", path=f"{file}-wal"):
        if has_own_disk:
            lends.does(lender.fill_the_disk)
        assert isinstance(lends.does(lender.check_in, item=item), CheckedIn)
    assert lends.does(lender.is_full)
    if has_own_disk:
        lends.does(lender.fill_the_disk)
        with pytest.raises(DiskFull):
            lends.does(lender.check_out_all, card=card)
        lends.does(lender.free_the_disk)
    assert isinstance(lends.does(lender.clean, item=item), Moved)
    assert isinstance(lends.does(lender.check_out, item=item, card=card), CheckedOut)
    assert lends.does(lender.unsound) == []
    lends.does(lender.close)
    assert not lends.does(lender.open_up), "with room again it should have its reserve again"
    lends.does(lender.close)
    if has_own_disk:
        lends.does(lender.fill_the_disk)
        assert lends.does(lender.open_up), "it should have given its reserve up to open"
        assert isinstance(lends.does(lender.check_in, item=item), CheckedIn)


# --- the disk fails ---


@pytest.mark.parametrize("error", ["EIO", "EROFS"])
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync,fsync"])
def test_a_failing_disk_acknowledges_nothing_and_the_next_deed_looks_again(
    file: Path, clerk: CallClerk, item: str, card: str, call: str, error: str
) -> None:
    lends = clerk(file)
    lends.does(lender.open_up)
    with failing(lends.pid, f"{call}:error={error}:when=1+"):
        for _ in range(3):
            with pytest.raises(LedgerFault):
                lends.does(lender.check_out, item=item, card=card)
    assert isinstance(lends.does(lender.check_out, item=item, card=card), CheckedOut | Already)
    assert isinstance(lends.does(lender.check_in, item=item), CheckedIn)
    assert lends.does(lender.unsound) == []


def test_one_failing_sync_is_a_fault_and_the_truth_is_read_again(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    for number in range(1, 8):
        lends = clerk(file)
        lends.does(lender.open_up)
        with failing(lends.pid, f"fdatasync,fsync:error=EIO:when={number}"):
            try:
                outcome = lends.does(lender.check_out, item=item, card=card)
            except LedgerFault:
                outcome = None
        again = lends.does(lender.check_out, item=item, card=card)
        assert isinstance(again, CheckedOut | Already)
        if number == 1:
            assert outcome is None
        if outcome is not None:
            assert isinstance(again, Already)
        lends.does(lender.check_in, item=item)
        lends.does(lender.clean, item=item)
        assert lends.does(lender.unsound) == []
        lends.does(lender.close)
    assert check(file).broken == ()


def test_after_a_failure_the_file_is_let_go_and_others_can_lend(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    fails, other = clerk(file), clerk(file)
    fails.does(lender.open_up)
    with failing(fails.pid, "fdatasync,fsync:error=EIO:when=1+"), pytest.raises(LedgerFault):
        fails.does(lender.check_out, item=item, card=card)
    assert fails.does(lender.open_files) == ["depot.db.lock"]
    other.does(lender.open_up, patience=1.0)
    assert isinstance(other.does(lender.check_out, item=item, card=card), CheckedOut | Already)
    assert isinstance(fails.does(lender.check_in, item=item), CheckedIn)
    assert fails.does(lender.open_files) == ["depot.db", "depot.db-shm", "depot.db-wal", "depot.db.lock"]
    fails.does(lender.close)
    assert fails.does(lender.open_files) == []


def test_a_ledger_can_be_closed_after_a_failure_and_twice(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    fails = clerk(file)
    fails.does(lender.open_up)
    with failing(fails.pid, "fdatasync,fsync:error=EIO:when=1+"):
        with pytest.raises(LedgerFault):
            fails.does(lender.check_out, item=item, card=card)
        fails.does(lender.close_twice)
    assert fails.does(lender.open_files) == []


# --- others are at it, too ---


def test_a_second_kiosk_is_told_which_process_is_the_first(file: Path, clerk: CallClerk) -> None:
    first = clerk(file)
    pid = first.does(lender.claim)
    with open_ledger(settings_for(file)) as second:
        with pytest.raises(LedgerInUse, match=str(pid)):
            second.claim()
        first.dies()
        second.claim()


def test_a_writer_that_does_not_let_go_is_reported_and_readers_are_not_held_up(
    file: Path, clerk: CallClerk, item: str, card: str
) -> None:
    with open_ledger(settings_for(file), patience=0.3) as ledger:
        stuck = clerk(file)
        stuck.begins(lender.hold_the_turn)
        assert stuck.answers() == "stuck"
        with pytest.raises(LedgerBusy, match=r"0\.3 s"):
            ledger.perform(lambda conn, station: None)
        with pytest.raises(LedgerBusy):
            open_ledger(settings_for(file), patience=0.3)
        with ledger.reading() as conn:
            assert conn.execute(event.select()).first() is not None
        stuck.goes_on()
        assert stuck.answers() is None
        ledger.perform(lambda conn, station: None)


def test_two_threads_of_one_process_take_turns(file: Path) -> None:
    """flock keeps processes apart and not threads."""
    inside: list[str] = []
    with open_ledger(settings_for(file)) as ledger:
        begun, go_on = threading.Event(), threading.Event()

        def slow(conn: Connection, station: Station) -> None:
            inside.append("slow begins")
            begun.set()
            go_on.wait(20)
            inside.append("slow ends")

        other = threading.Thread(target=ledger.perform, args=(slow,))
        other.start()
        assert begun.wait(20)
        threading.Timer(0.1, go_on.set).start()
        ledger.perform(lambda conn, station: inside.append("quick"))
        other.join()
    assert inside == ["slow begins", "slow ends", "quick"]


def test_a_reader_sees_one_moment_while_others_write(file: Path, item: str, card: str) -> None:
    house = House(file)
    with house.ledger.reading() as conn:
        before = _events(conn)
        house.lends(card, item)
        assert _events(conn) == before
        with house.ledger.reading() as another:
            assert _events(another) == before + 1
    house.close()


def _events(conn: Connection) -> int:
    return len(conn.execute(event.select()).all())
