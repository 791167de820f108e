"""Power cuts, second kiosks, other writers and failing disks: what the person sees, and what is on disk."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import subprocess
import sys
from collections.abc import Iterator

import pytest

from depot import codes, tables
from depot.states import State
from tests.depot.house import STICK, STOOL
from tests.depot.storage.trace import failing
from tests.driver import Terminal
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, HINT, MINUS, PLUS, ROOT, WELCOME, Station

PHONE = """
[[phone]]
name = "Lageret"
number = "55 55 55 55"
days = "1234567"
opens = "00:00"
closes = "23:59"
"""
NOT_STORED = "Det ble ikke registrert"
RESTING = "Lageret tar en pause"
HOME = "Takk! Nå er den levert tilbake"


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(phones=PHONE, station_ballast_mb="1")


# --- the power is cut -------------------------------------------------------------------------------


def test_what_the_screen_said_yes_to_is_there_after_a_kill(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.kill()
    assert kiosk.lent_to(item, card)

    kiosk.start()
    kiosk.says_no("kort …")  # whose card was open is forgotten
    kiosk.scan(item, "Den ble lånt her akkurat nå")
    kiosk.press("1", HOME)
    kiosk.kill()
    assert kiosk.ended(item) == ["returned"]
    kiosk.start()


def test_a_visit_that_was_cut_off_has_left_nothing_half_done(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.card_from_box()
    before = kiosk.stored()

    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.dial("41234590", "Er nummeret riktig?")
    kiosk.kill()
    kiosk.start()

    assert kiosk.stored() == before


def test_ctrl_q_ends_a_kiosk_that_is_tried_out_and_its_terminal_is_sane(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)
    kiosk.scan(item, "Vil du låne denne?")

    assert kiosk.quit() == 0
    kiosk.start()


# --- others at the same ledger ----------------------------------------------------------------------


def test_a_second_kiosk_is_refused_and_told_which_process_is_the_first(kiosk: Station) -> None:
    """Number 69 of the bad inputs."""
    command = [sys.executable, "-m", "depot", "kiosk"]
    with Terminal(command, columns=120, env=kiosk.env, cwd=ROOT) as second:
        second.wait_for(f"process {kiosk.terminal.pid}")
        assert second.exit_status() == 1
        assert second.sane

    item = kiosk.house.stands(STICK)
    kiosk.scan(item, "Vil du låne denne?")


def test_others_lend_at_the_same_time_and_nobody_at_the_kiosk_notices(kiosk: Station) -> None:
    """Number 70 of the bad inputs, as far as one kiosk has it."""
    house = kiosk.house
    others, theirs = house.stands(STOOL), house.confirmed()
    ours, card = house.stand(12, STICK), house.starter("41234591")
    house.lends(card, ours[0])
    kiosk.clock.jump(minutes=11)
    writer = [
        sys.executable,
        "-m",
        "tests.journeys.another_writer",
        str(kiosk.folder / "clock"),
        others,
        theirs,
    ]
    command = [sys.executable, "-m", "depot", "return", ours[0]]
    environment = os.environ | kiosk.env

    with subprocess.Popen(
        writer, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as another:
        assert another.stdout is not None
        assert another.stdout.readline() == "begun\n"
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as returning:
            for item in ours[1:]:
                kiosk.scan(item, "Vil du låne denne?", codes.spoken(item))
                kiosk.press("1", HOME)
                kiosk.press(ENTER, "Takk for at du leverte tilbake")
            assert returning.wait(30) == 0
        said, _ = another.communicate("stop\n", timeout=30)
        assert another.returncode == 0

    assert int(said) > 2
    assert {kiosk.house.state(item) for item in ours} == {State.RETURNED}
    assert "not_stored" not in kiosk.log.read_text("utf-8")
    kiosk.says_no("locked")


def test_a_writer_that_does_not_let_go_costs_a_second_scan_and_no_more(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")

    with held(kiosk):
        kiosk.scan(item, NOT_STORED, "Skann den en gang til", "Skjer det igjen? Trykk + for hjelp.")
    kiosk.scan(item, "Lånet er i orden", "1 ting")  # at once: it is not the same scan twice

    assert kiosk.lent_to(item, card)


def test_a_refusal_stands_although_it_could_not_be_counted(kiosk: Station) -> None:
    item = kiosk.house.received(STICK)

    with held(kiosk):
        kiosk.scan(item, "Denne kan du ikke låne nå", "UKJENT")
        kiosk.press(ENTER, WELCOME)
        kiosk.scan("RUBBISH-ON-A-LABEL", "Vi kjenner ikke denne lappen")


@contextlib.contextmanager
def held(kiosk: Station) -> Iterator[None]:
    """Hold the turn to write, as a writer that is stuck does."""
    with (kiosk.folder / "depot.db.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def says_one_of(kiosk: Station, *texts: str) -> None:
    """Wait until one of these stands on the screen."""
    kiosk.terminal.wait_until(
        lambda: any(text in kiosk.said for text in texts) and kiosk.is_framed, what=f"one of {texts}"
    )


# --- the disk fails ---------------------------------------------------------------------------------


@contextlib.contextmanager
def no_file_grows(kiosk: Station) -> Iterator[None]:
    """Let every write of the kiosk's process to a file fail."""
    before = resource.prlimit(kiosk.terminal.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(kiosk.terminal.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(kiosk.terminal.pid, resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_nothing_acknowledges_nothing_and_afterwards_all_goes_on(kiosk: Station) -> None:
    item, lent, card = kiosk.house.stands(STICK), kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.house.lends(card, lent)
    kiosk.clock.jump(minutes=11)
    kiosk.scan(card, "Kortet ditt er åpent")

    with no_file_grows(kiosk):
        kiosk.scan(item, NOT_STORED)
        kiosk.press(ENTER, "Kortet ditt er åpent")
        kiosk.scan(item, NOT_STORED)
    assert kiosk.house.state(item) is State.AVAILABLE
    kiosk.scan(item, "Lånet er i orden")
    kiosk.scan(lent, "Denne har du på lån")
    kiosk.press("1", HOME)

    assert kiosk.lent_to(item, card)
    assert kiosk.ended(lent) == ["returned"]


def test_one_failing_sync_is_no_yes(kiosk: Station) -> None:
    """Number 65 of the bad inputs: what the disk did not promise to keep, the screen does not promise."""
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")

    with failing(kiosk.terminal.pid, "fdatasync,fsync:error=EIO:when=1"):
        kiosk.scan(item, NOT_STORED)
    kiosk.terminal.scan(item)
    # It may have reached the disk before it failed; then it is on the card, and scanning says so.
    says_one_of(kiosk, "Lånet er i orden", "Denne har du på lån")

    assert kiosk.lent_to(item, card)


def test_a_ledger_that_is_gone_puts_the_kiosk_to_rest_until_it_is_back(kiosk: Station) -> None:
    item, lent, card = kiosk.house.stands(STICK), kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.house.lends(card, lent)
    kiosk.clock.jump(minutes=11)
    kiosk.scan(card, "Kortet ditt er åpent")

    with no_file_grows(kiosk):
        kiosk.scan(item, NOT_STORED)
    with moved_away(kiosk):
        kiosk.scan(
            item, RESTING, "Skal du levere noe tilbake? Sett det fra deg her.", "Ring Lageret, 55 55 55 55"
        )
        kiosk.says_no("Traceback")
        kiosk.press(PLUS, "Ring Lageret, 55 55 55 55", "Jeg leverer noe uten lapp")
        kiosk.press(PLUS, RESTING)
        kiosk.clock.jump(days=1)  # a new day asks the ledger what has changed
        kiosk.says("Trenger du mer tid?")
        kiosk.press("x", RESTING)
        kiosk.scan(lent, "Denne har du på lån")  # what is open can still be read
        kiosk.press("1", RESTING)
    kiosk.press("1", HINT)
    kiosk.start_over()
    kiosk.scan(lent, HOME)

    assert kiosk.ended(lent) == ["returned"]
    assert kiosk.house.state(item) is State.AVAILABLE


def test_a_disk_that_cannot_be_read_is_outlived_too(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)  # written by another process, so that the kiosk has to read it

    with failing(kiosk.terminal.pid, "pread64:error=EIO"):
        kiosk.terminal.scan(item)
        says_one_of(kiosk, NOT_STORED, RESTING)  # by which page it is that cannot be read
        kiosk.press(ENTER, WELCOME)
        kiosk.clock.jump(days=1)  # a new day asks the ledger what has changed
        kiosk.terminal.wait_until(lambda: "learn=failed" in kiosk.log.read_text("utf-8"))
        kiosk.press("9", "4 English")
        kiosk.press("4", "Do you want to borrow or return?")
        kiosk.terminal.scan(item)
        says_one_of(kiosk, "That was not registered", "The depot is resting")
    kiosk.scan(item, "Do you want to borrow this?", "WALKING STICK, ADJUSTABLE")


@contextlib.contextmanager
def moved_away(kiosk: Station) -> Iterator[None]:
    """Take the ledger's file away, as a card that is pulled out."""
    file = kiosk.folder / "depot.db"
    away = file.rename(file.with_suffix(".away"))
    try:
        yield
    finally:
        away.rename(file)


def test_when_the_disk_is_full_things_come_home_but_none_leave(kiosk: Station) -> None:
    """Number 64 of the bad inputs. The reserve is given up for the return; a restart has it again."""
    lent, item, card = kiosk.house.stands(STICK), kiosk.house.stands(STICK, "B6"), kiosk.house.confirmed()
    kiosk.house.lends(card, lent)
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(lent, "Denne har du på lån")

    with failing(kiosk.terminal.pid, "pwrite64:error=ENOSPC:when=1", path=str(kiosk.folder / "depot.db-wal")):
        kiosk.press("1", HOME, "VASK 1")
    assert kiosk.ended(lent) == ["returned"]
    assert not (kiosk.folder / "depot.db.ballast").exists()
    kiosk.scan(
        item, "Denne kan du ikke låne nå", "STOKK, REGULERBAR", "hylle B6", "Ring Lageret, 55 55 55 55"
    )
    kiosk.says("Vi kan ta imot ting, men ikke låne ut akkurat nå")
    assert kiosk.house.state(item) is State.AVAILABLE

    kiosk.kill()
    kiosk.start()
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Lånet er i orden")
    assert kiosk.lent_to(item, card)


def test_undo_after_a_failure_is_asked_of_what_is_really_stored(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.press(MINUS, "Vil du angre lånet?")

    with held(kiosk):
        kiosk.press(ENTER, NOT_STORED)
    assert kiosk.lent_to(item, card)
    kiosk.press(ENTER, "Kortet ditt er åpent", "Du har 1 ting på lån.")
    assert kiosk.rows(tables.discrepancy) == []
