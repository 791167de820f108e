"""What is done beside lending, and while people lend: backups, reading, moving the WAL into the file."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from depot import migrate, stock
from depot.checking import check
from depot.ledger import open_ledger
from depot.tables import event, metadata
from tests.depot.house import House, settings_for
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance, Died
from tests.depot.storage.trace import failing

CallClerk = Callable[..., ClerkAtADistance]

LONG = 16 * 1024 * 1024
"""Bytes of WAL from which it is moved into the file at once."""


# --- backups ---


def test_a_backup_made_while_two_stations_lend_is_a_whole_ledger_of_one_moment(
    file: Path, tmp_path: Path, clerk: CallClerk
) -> None:
    """One does fifty deeds a second, one as many as it can, and somebody reads; nobody is told to wait."""
    steady, quick = clerk(file), clerk(file)
    acknowledged: set[str] = set()
    backups = []
    with open_ledger(settings_for(file)) as kiosk:
        house = lender.in_stock(kiosk)
        steady.begins(lender.lend_on, seed=1, house=house, pause=0.02)
        quick.begins(lender.lend_on, seed=2, house=house)
        for number in range(4):
            acknowledged.update(one.answers() for one in (steady, quick) for _ in range(8))
            with kiosk.reading() as conn:
                before = conn.scalar(select(func.count()).select_from(event)) or 0
            target = tmp_path / f"backup{number}.db"
            migrate.copy_to(file, target)
            with kiosk.reading() as conn:
                after = conn.scalar(select(func.count()).select_from(event)) or 0
            backups.append((target, frozenset(acknowledged), before, after))
    steady.dies()
    quick.dies()
    for target, told, before, after in backups:
        stored = lender.keys_in(target)
        assert told <= stored
        assert before <= len(stored) <= after
        assert target.stat().st_mode & 0o777 == 0o600
        with open_ledger(settings_for(target)) as restored:
            assert lender.unsoundness(restored) == []
        assert check(target).broken == ()
    assert check(file).broken == ()


def test_a_backup_never_writes_over_a_file(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.write_text("precious")
    with pytest.raises(FileExistsError):
        migrate.copy_to(file, target)
    assert target.read_text() == "precious"


# --- the schema ---


def test_a_schema_that_is_cut_off_in_its_making_has_not_begun(tmp_path: Path, clerk: CallClerk) -> None:
    """Else the next start would try to make tables that are there, for ever."""
    cut_off = 0
    for number in (1, 10, 30, 60, 100, 140, 180, 10_000):
        file = tmp_path / f"ledger{number}.db"
        makes = clerk(file)
        with failing(makes.pid, f"pwrite64:signal=KILL:when={number}"), contextlib.suppress(Died):
            makes.does(lender.make_a_file)
        makes.dies()
        with closing(sqlite3.connect(file)) as raw:
            tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables in (set(), {"alembic_version", *metadata.tables})
        cut_off += not tables
    assert cut_off > 3
    assert tables


# --- the WAL ---


def test_a_rest_moves_what_anybody_wrote_into_the_file(file: Path, tmp_path: Path, clerk: CallClerk) -> None:
    house, other = House(file), clerk(file)
    lent = house.lends(house.confirmed(), house.stands())
    assert lent.key not in _without_its_wal(file, tmp_path / "before")
    house.ledger.rest()
    assert lent.key in _without_its_wal(file, tmp_path / "after")
    returned = other.does(lender.check_in, item=lent.item)
    house.ledger.rest()
    assert returned.key in _without_its_wal(file, tmp_path / "later")
    house.close()


def test_a_rest_with_nothing_new_writes_nothing(file: Path, tmp_path: Path) -> None:
    house = House(file)
    house.lends(house.confirmed(), house.stands())
    house.ledger.rest()
    before = _copied_by_another(file, tmp_path / "before")
    for _ in range(3):
        house.ledger.rest()
    after = _copied_by_another(file, tmp_path / "after")
    assert [part.read_bytes() for part in after] == [part.read_bytes() for part in before]
    house.close()


def test_a_wal_that_grows_too_long_is_moved_at_once_and_is_short_again(file: Path, tmp_path: Path) -> None:
    house = House(file)
    item = house.stands()
    card = house.confirmed()
    house.ledger.perform(lambda conn, _: lender.write_much(conn, megabytes=20))
    assert Path(f"{file}-wal").stat().st_size <= LONG
    lent = house.lends(card, item)
    assert lent.key not in _without_its_wal(file, tmp_path), "the next deed should not pay for it again"
    assert Path(f"{file}-wal").stat().st_size <= LONG
    house.close()
    assert check(file).broken == ()


def test_a_reader_that_does_not_leave_holds_nobody_up_and_the_wal_is_moved_after_it(file: Path) -> None:
    house = House(file)
    item, card = house.stands(), house.confirmed()
    wal = Path(f"{file}-wal")
    with house.ledger.reading() as conn:
        seen = len(conn.execute(event.select()).all())
        house.ledger.perform(lambda conn, _: lender.write_much(conn, megabytes=20))
        house.lends(card, item)
        assert wal.stat().st_size > LONG
        assert len(conn.execute(event.select()).all()) == seen
    house.brings(item)
    house.moves(stock.done, item)
    assert wal.stat().st_size <= LONG
    house.close()
    assert check(file).broken == ()


def test_the_last_to_close_leaves_one_file_with_everything_in_it(file: Path) -> None:
    house = House(file)
    lent = house.lends(house.confirmed(), house.stands())
    house.close()
    assert not Path(f"{file}-wal").exists()
    assert lent.key in lender.keys_in(file)


def _without_its_wal(file: Path, folder: Path) -> set[str]:
    """The keys of the events that the file alone holds."""
    alone, _ = _copied_by_another(file, folder)
    with closing(sqlite3.connect(f"{alone.as_uri()}?immutable=1", uri=True)) as raw:
        return {row[0] for row in raw.execute("SELECT key FROM event")}


def _copied_by_another(file: Path, folder: Path) -> tuple[Path, Path]:
    """Copy the file and its WAL in a process of its own: closing a file drops every lock we have on it."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["cp", file, f"{file}-wal", folder], check=True)
    return folder / file.name, folder / f"{file.name}-wal"
