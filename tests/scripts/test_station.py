"""The launcher of an installed station: whatever ends the kiosk, the citizen's screen comes back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.depot.house import found
from tests.driver import Terminal
from tests.scripts import depot_in_its_place

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = str(ROOT / "scripts" / "station")
OUT_OF_ORDER = "Denne skjermen virker ikke akkurat nå."
NO_DESK = "Lagerprogrammet er ikke installert"
WELCOME = "Vil du låne eller levere tilbake?"


def is_as_it_was(terminal: Terminal) -> bool:
    """Whether a shell could go on here: lines, echo and Ctrl-C again, the first screen, a cursor, no reports."""
    modes = termios.tcgetattr(terminal._master)[3]
    return terminal.sane and all(modes & one for one in (termios.ICANON, termios.ECHO, termios.ISIG))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a command that stands in for `depot`, for what the real one does not do on demand."""
    shutil.copy(depot_in_its_place.__file__, tmp_path / "depot")
    (tmp_path / "depot").chmod(0o755)
    return tmp_path


@pytest.fixture
def station(folder: Path) -> Iterator[Terminal]:
    with Terminal([LAUNCHER, "--depot", str(folder / "depot")]) as terminal:
        terminal.wait_for("KIOSK 1")
        yield terminal


def test_however_the_kiosk_ends_it_is_started_again_locked(station: Terminal, folder: Path) -> None:
    station.send(b"1")
    station.wait_for("KIOSK 2")
    station.send(b"0")
    station.wait_for("KIOSK 3")
    assert (folder / "calls").read_text() == "kiosk --locked\n" * 3


def test_between_two_kiosks_nothing_of_the_last_visit_is_seen_and_no_key_leads_out(station: Terminal) -> None:
    """Killed each time, with the terminal left as it was: raw keys, no cursor, another screen."""
    for nth in (1, 2, 3):
        station.wait_for(f"KIOSK {nth}")
        station.send(b"k")
    station.wait_for(OUT_OF_ORDER)
    assert "KIOSK" not in station.text
    assert station.sane
    station.send(b"\x03\x1a\x1c\x13\x04")
    station.wait_for("KIOSK 4")


def test_a_badge_brings_the_desk_and_its_end_the_kiosk(station: Terminal, folder: Path) -> None:
    (folder / "desk").touch()
    station.send(b"s")
    station.wait_for("DESK 1")
    station.send(b"q")
    station.wait_for("KIOSK 2")
    assert "desk --station --help" in (folder / "calls").read_text()


def test_a_desk_that_nobody_touches_gives_the_screen_back(folder: Path) -> None:
    """The terminal tells only every eight seconds when a key was last read, so a little patience is none."""
    (folder / "desk").touch()
    with Terminal([LAUNCHER, "--depot", str(folder / "depot"), "--desk-idle", "0.1"]) as station:
        station.wait_for("KIOSK 1")
        station.send(b"s")
        station.wait_for("KIOSK 2")
        assert (folder / "calls").read_text().splitlines()[-2:] == ["desk --station", "kiosk --locked"]


def test_where_there_is_no_desk_the_screen_says_so_and_enter_goes_back(station: Terminal) -> None:
    station.send(b"s")
    station.wait_for(NO_DESK)
    station.wait_for("is not installed on this machine")
    station.send(b"\x03\x1a\x1cabc")
    station.settle(0.2)
    assert NO_DESK in station.text
    station.send(b"\r")
    station.wait_for("KIOSK 2")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_ends_the_kiosk_and_leaves_the_terminal_as_it_was(
    station: Terminal, number: signal.Signals
) -> None:
    assert not is_as_it_was(station)
    station.kill(number)
    assert station.exit_status() == 128 + number
    assert is_as_it_was(station)
    assert station.text.strip() == ""


def test_told_to_end_while_it_waits_it_ends_at_once(station: Terminal) -> None:
    station.send(b"s")
    station.wait_for(NO_DESK)
    station.kill(signal.SIGTERM)
    assert station.exit_status() == 128 + signal.SIGTERM
    assert is_as_it_was(station)


def test_a_terminal_that_is_cut_off_ends_it(station: Terminal) -> None:
    station.hang_up()
    assert station.exit_status() == 128 + signal.SIGHUP


def test_without_a_terminal_or_on_one_that_cannot_draw_it_says_so_in_one_line() -> None:
    ended = subprocess.run([LAUNCHER], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    with Terminal([LAUNCHER], term="dumb", columns=120) as terminal:
        assert terminal.exit_status() == 2
        assert "TERM=dumb" in terminal.text
        assert terminal.text.strip().count("\n") == 0


# --- the real kiosk ---


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Path]]:
    folder = tmp_path_factory.mktemp("installed")
    found(folder / "depot.db")
    env = {
        "DEPOT_DATABASE": f"sqlite:///{folder / 'depot.db'}",
        "DEPOT_STATION_BALLAST_MB": "0",
        "XDG_STATE_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }
    with Terminal([LAUNCHER], env=env) as terminal:
        terminal.wait_for(WELCOME)
        yield terminal, folder / "depot.db.kiosk"


def test_a_kiosk_that_is_killed_is_back_on_the_first_screen(installed: tuple[Terminal, Path]) -> None:
    """And it listens: help comes, and goes."""
    terminal, claim = installed
    terminal.press("+")
    terminal.wait_for("Jeg leverer noe uten lapp")
    killed = int(claim.read_text())
    os.kill(killed, signal.SIGKILL)
    terminal.wait_until(lambda: claim.read_text() not in ("", str(killed)), what="another kiosk")
    terminal.wait_for(WELCOME)
    terminal.press("+")
    terminal.wait_for("Jeg leverer noe uten lapp")


def test_told_to_end_the_station_leaves_no_kiosk_and_a_sane_terminal(
    installed: tuple[Terminal, Path],
) -> None:
    terminal, claim = installed
    terminal.kill(signal.SIGTERM)
    assert terminal.exit_status() == 128 + signal.SIGTERM
    assert is_as_it_was(terminal)
    with pytest.raises(ProcessLookupError):
        os.kill(int(claim.read_text()), 0)
