"""Slow and trembling hands at a real terminal: what counts, and what a scanner sends meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import Terminal
from tests.kiosk.test_doorway import CODE, Station, command, digits, key, scan


def station(folder: Path, *flags: str) -> Iterator[Station]:
    with Terminal(command(folder, *flags)) as terminal:
        terminal.wait_for("READY")
        yield Station(terminal, folder)


@pytest.fixture(scope="module")
def as_delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    yield from station(tmp_path_factory.mktemp("hands"), "--hands", "0", "0")


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    yield from station(tmp_path_factory.mktemp("patient"), "--hands", "2", "1")


def test_a_doubled_digit_is_two_digits(as_delivered: Station) -> None:
    as_delivered.terminal.press("44", gap=0.15)
    as_delivered.terminal.press("0046", gap=0.15)
    assert as_delivered.heard(6) == digits("440046")


def test_a_key_that_is_held_is_one_key_where_that_is_set(patient: Station) -> None:
    """A second of it, at the pace at which a terminal repeats a key."""
    for char, heard in (("4", digits("4")), ("-", [key("no", "-")])):
        patient.terminal.press(char * 29, gap=0.033)
        patient.terminal.press(char, gap=0.1)  # and let go: nobody scans within 40 ms of that
        assert patient.heard(1) == heard


def test_another_key_in_between_is_no_double_strike(patient: Station) -> None:
    patient.terminal.press("4545-5")
    assert patient.heard(6) == [*digits("4545"), key("no", "-"), *digits("5")]


def test_scans_and_scanned_digits_are_whole_however_slow_the_hands(patient: Station) -> None:
    patient.terminal.scan("D00044441K")
    patient.terminal.scan("D00044441K", gap=0.003)
    patient.terminal.scan("000000000000")
    patient.terminal.scan("WANT-DIGITS")
    assert patient.heard(4)[:3] == [scan("D00044441K"), scan("D00044441K"), scan("000000000000")]
    patient.terminal.send(b"44005511\r")
    assert patient.heard(9) == [*digits("44005511"), key("enter", "\r")]
    patient.terminal.paste("4400")
    assert patient.heard(4) == digits("4400")
    patient.terminal.scan("WANT-NO-DIGITS")
    patient.heard(1)


def test_a_scan_in_between_is_no_double_strike_and_ends_a_run(
    patient: Station, as_delivered: Station
) -> None:
    for station in (patient, as_delivered):
        for _ in range(7):  # a run that long, without the scans, is a key held down
            station.terminal.send(f"{CODE}\r".encode())
            station.terminal.send(b"\r")
        assert station.heard(14) == [scan(CODE), key("enter", "\r")] * 7


def test_the_terminal_is_told_not_to_repeat_keys_and_afterwards_to_do_so_again(tmp_path: Path) -> None:
    """DECARM, which the Linux console obeys: there a held key is one key, whatever the pace."""
    for at in station(tmp_path, "--hands", "0", "0"):
        assert b"\x1b[?8l" in at.terminal.output
        at.terminal.kill(signal.SIGTERM)
        at.terminal.exit_status()
        assert at.terminal.output.rindex(b"\x1b[?8h") > at.terminal.output.rindex(b"\x1b[?8l")


def test_at_a_desk_keys_repeat(tmp_path: Path) -> None:
    for at in station(tmp_path):
        at.terminal.scan(CODE)
        at.heard(1)
        assert b"\x1b[?8l" not in at.terminal.output
        at.terminal.press("4" * 12, gap=0.033)
        assert at.heard(12) == digits("4" * 12)
