"""How an application ends: what its starter learns, and what it leaves behind on the terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.terminal.console import NO_TERMINAL
from tests.driver import Terminal
from tests.kiosk.doorway_app import SECRET
from tests.kiosk.test_doorway import command


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(command(tmp_path)) as terminal:
        terminal.wait_for("READY")
        yield terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_order(terminal: Terminal, number: signal.Signals) -> None:
    assert not terminal.sane
    terminal.kill(number)
    assert terminal.exit_status() == 128 + number
    assert terminal.sane


def test_a_terminal_that_is_cut_off_ends_it_at_once(terminal: Terminal) -> None:
    terminal.hang_up()
    assert terminal.exit_status() == 128 + signal.SIGHUP


def test_a_crash_is_told_by_the_exit_status_and_the_log_but_never_on_the_terminal(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.scan("FALL-OVER")
    assert terminal.exit_status() == 1
    assert terminal.sane
    assert terminal.text.strip() == ""
    log = (tmp_path / "log").read_text()
    assert "RuntimeError: fell over with 14 secret characters in hand" in log
    assert "in fall_over" in log
    assert SECRET not in log
    assert b"RuntimeError" not in terminal.output


def test_an_application_may_end_with_a_status_of_its_own(terminal: Terminal) -> None:
    terminal.scan("EXIT-SEVEN")
    assert terminal.exit_status() == 7
    assert terminal.sane


def test_ctrl_q_is_a_wrong_key_where_nobody_may_quit(terminal: Terminal, tmp_path: Path) -> None:
    terminal.press("\x11")
    terminal.wait_for("1 received")
    assert '"wrong"' in (tmp_path / "record").read_text()


def test_ctrl_q_is_a_deliberate_end_where_it_is_allowed(tmp_path: Path) -> None:
    with Terminal(command(tmp_path, "--may-quit"), term="linux") as terminal:
        terminal.wait_for("READY")
        assert terminal.look("what matters most")[:2] == (
            "brightbrown",
            "black",
        )  # pyte's name for bright yellow
        terminal.press("\x11")
        assert terminal.exit_status() == 0
        assert terminal.sane


def test_a_mouse_is_listened_to_where_it_is_asked_for(tmp_path: Path) -> None:
    with Terminal(command(tmp_path, "--mouse")) as terminal:
        terminal.wait_for("press me")
        terminal.send(b"\x1b[<0;5;4M\x1b[<0;5;4m")
        terminal.wait_for("1 received")
        assert "button" in (tmp_path / "record").read_text()
        terminal.kill(signal.SIGTERM)
        terminal.exit_status()
        assert terminal.sane


def test_without_a_terminal_it_says_so_in_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        command(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "terminal" in ended.stderr
    assert not os.path.lexists(tmp_path / "record")


def test_a_terminal_that_cannot_draw_a_page_is_told_so_in_one_line(tmp_path: Path) -> None:
    """Number 84 of the bad inputs: on TERM=dumb a page would be a heap of brackets."""
    with Terminal(command(tmp_path), columns=200, term="dumb") as terminal:
        assert terminal.exit_status() == NO_TERMINAL
        assert terminal.text.strip().startswith("This terminal says that it cannot draw a page (TERM=dumb)")
        assert terminal.text.strip().count("\n") == 0


def test_a_log_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with Terminal(command(tmp_path), columns=200) as terminal:
        assert terminal.exit_status() == 1
        assert terminal.text.strip().count("\n") == 0
        assert str(tmp_path / "log") in terminal.text


def test_drawing_goes_to_standard_output_when_standard_error_is_a_file(tmp_path: Path) -> None:
    redirected = ["sh", "-c", 'exec "$@" 2> /dev/null', "sh", *command(tmp_path)]
    with Terminal(redirected) as terminal:
        terminal.wait_for("READY")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_status() == 143


def test_importing_the_wedge_does_not_import_textual() -> None:
    program = "import sys, kiosk.terminal.wedge; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
