"""The power is cut at hundreds of moments of a working day: what was acknowledged is on the disk.

A lending process is traced; the disk as each moment could have left it is rebuilt and opened. The second
story takes the same day without syncing its commits, to show that this way of looking does see a loss.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from depot.errors import LedgerDamaged
from depot.ledger import open_ledger
from tests.depot.house import settings_for
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance, copied
from tests.depot.storage.disk import Disk, lost, scattered, torn
from tests.depot.storage.trace import WRITES, Call, calls, traced

DEEDS = 18
OTHER_MOMENTS = 40


@dataclass(frozen=True)
class Found:
    """A disk after a power cut, and what had been acknowledged when it came."""

    moment: str
    files: dict[str, bytes]
    acknowledged: frozenset[str]


@pytest.mark.usefixtures("compiled_once")
def test_a_power_cut_loses_nothing_that_was_acknowledged(
    stocked: Path, tmp_path: Path, fast_folder: Path, clerk: Callable[..., ClerkAtADistance]
) -> None:
    seen = 0
    for found in _power_cuts(stocked, tmp_path, clerk):
        file = _put_down(found, fast_folder / "image")
        with open_ledger(settings_for(file)) as ledger:
            assert lender.unsoundness(ledger) == [], found.moment
        assert found.acknowledged <= lender.keys_in(file), found.moment
        seen += 1
    assert seen > 200
    assert len(found.acknowledged) == DEEDS


@pytest.mark.usefixtures("compiled_once")
def test_a_ledger_that_does_not_sync_its_commits_is_caught_losing_them(
    stocked: Path, tmp_path: Path, fast_folder: Path, clerk: Callable[..., ClerkAtADistance]
) -> None:
    lost_some = noticed = 0
    for found in _power_cuts(stocked, tmp_path, clerk, careless=True):
        file = _put_down(found, fast_folder / "image")
        lost_some += not found.acknowledged <= lender.keys_in(file)
        try:
            open_ledger(settings_for(file)).close()
        except LedgerDamaged:  # the anchor survived and tells of events that did not
            noticed += 1
    assert lost_some > 40
    assert noticed > 0


def _power_cuts(
    stocked: Path, tmp_path: Path, clerk: Callable[..., ClerkAtADistance], *, careless: bool = False
) -> Iterator[Found]:
    file = copied(stocked, tmp_path / "day")
    disk, seen = Disk(file.parent), tmp_path / "seen"
    lends = clerk(file)
    if careless:
        lends.does(lender.be_careless)
    with traced(lends.pid, "-y", "-xx", "-s", "100000", f"--trace={WRITES}", into=seen):
        lends.does(lender.lend_with_rests, seed=7, deeds=DEEDS)
    return _cut_at_every_turn(calls(seen), disk, random.Random(11))


def _cut_at_every_turn(done: list[Call], disk: Disk, chance: random.Random) -> Iterator[Found]:
    """Cut after every acknowledgement, before every sync and removal, and before some other calls.

    Each time nothing that was not synced survives, or scattered sectors of it, or all up to a torn write.
    """
    by_chance = set(chance.sample(range(len(done)), OTHER_MOMENTS))
    acknowledged: set[str] = set()
    before: dict[str, bytes] = {}
    for number, call in enumerate(done):
        is_told = call.path == lender.TOLD and call.name == "write"
        if number in by_chance or is_told or call.name in ("fsync", "fdatasync", "unlink"):
            acknowledged.update([call.data.decode()] if is_told else [])
            for way, fate in (("lost", lost), ("scattered", scattered(chance)), ("torn", torn(chance, disk))):
                files = disk.after_the_cut(fate)
                if files != before:
                    yield Found(f"call {number} ({call.name}), {way}", files, frozenset(acknowledged))
                before = files
        disk.asked(call)


def _put_down(found: Found, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in found.files.items():
        (folder / name).write_bytes(content)
    return folder / "depot.db"
