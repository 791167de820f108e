"""The doorway in a real terminal: one application hears everything here, and outlives it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import Terminal
from tests.kiosk.doorway_app import NOISE

CODE = "D00042175K"
BELL_OF_THE_HOUR = "THE-LAST-SCAN"

Line = dict[str, object]


def scan(text: str, source: str = "wedge", *, cut: bool = False) -> Line:
    return {"scan": text, "source": source, "cut": cut}


def key(kind: str, char: str) -> Line:
    return {"key": kind, "char": char}


def digits(text: str) -> list[Line]:
    return [key("digit", char) for char in text]


class Station:
    """A running application and the record of what it has heard."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal, self.record, self.log = terminal, folder / "record", folder / "log"
        self.read = 0

    def lines(self) -> list[Line]:
        if not self.record.exists():
            return []
        return [json.loads(line) for line in self.record.read_text("utf-8").splitlines()]

    def heard(self, count: int) -> list[Line]:
        """Waits for so many lines, scans once more, so that anything beyond would show: all but that."""
        self.terminal.wait_until(lambda: len(self.lines()) >= self.read + count, what=f"{count} lines")
        self.terminal.scan(BELL_OF_THE_HOUR)
        self.terminal.wait_until(lambda: self.lines()[-1] == scan(BELL_OF_THE_HOUR), what="the last scan")
        new, self.read = self.lines()[self.read :], len(self.lines())
        return new[:-1]


def command(folder: Path, *flags: str) -> list[str]:
    files = [str(folder / "record"), str(folder / "log")]
    return [sys.executable, "-m", "tests.kiosk.doorway_app", *files, *flags]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("doorway")
    with Terminal(command(folder, "--may-quit")) as terminal:
        terminal.wait_for("READY")
        yield Station(terminal, folder)


@pytest.fixture
def station(running: Station) -> Station:
    running.read = len(running.lines())
    return running


@pytest.fixture
def asking(station: Station) -> Iterator[Station]:
    """The station while it asks for digits."""
    station.terminal.scan("WANT-DIGITS")
    station.heard(1)
    yield station
    station.terminal.scan("WANT-NO-DIGITS")
    station.heard(1)


# --- scans -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n", "\t", ""], ids=repr)
def test_a_scan_arrives_whatever_ends_it_and_presses_nothing(station: Station, terminator: str) -> None:
    station.terminal.scan(CODE, terminator)
    assert station.heard(1) == [scan(CODE)]


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n", "\t"], ids=repr)
def test_forty_scans_back_to_back_arrive_whole_and_in_order(station: Station, terminator: str) -> None:
    codes = [f"D{number:08}K" for number in range(40)]
    station.terminal.send("".join(code + terminator for code in codes).encode())
    assert station.heard(40) == [scan(code) for code in codes]


def test_scans_at_a_slow_scanners_pace_arrive_while_the_application_is_busy(station: Station) -> None:
    station.terminal.scan("BE-SLOW")
    for number in range(10):
        station.terminal.scan(f"D{number:08}K", gap=0.003)
    assert station.heard(11) == [scan("BE-SLOW"), *(scan(f"D{number:08}K") for number in range(10))]


def test_the_separator_of_gs1_arrives(station: Station) -> None:
    station.terminal.scan("010701234567890\x1d21ABC")
    assert station.heard(1) == [scan("010701234567890\x1d21ABC")]


def test_pasted_codes_arrive_without_an_enter(station: Station) -> None:
    for number in range(40):
        station.terminal.paste(f"D{number:08}K\r")
    assert station.heard(40) == [scan(f"D{number:08}K", "paste") for number in range(40)]


def test_a_paste_of_ten_kilobytes_is_one_cut_scan(station: Station) -> None:
    station.terminal.paste("P" * 10_000)
    station.terminal.scan(CODE)
    assert station.heard(2) == [scan("P" * 256, "paste", cut=True), scan(CODE)]


def test_a_paste_that_never_ends_does_not_leave_the_station_deaf(station: Station) -> None:
    station.terminal.send(b"\x1b[200~" + CODE.encode())
    assert station.heard(1) == [scan(CODE, "paste")]


def test_ten_thousand_characters_are_one_cut_scan_and_the_next_one_works(station: Station) -> None:
    station.terminal.send(b"0123456789" * 1_000)
    assert station.heard(1) == [scan(("0123456789" * 26)[:256], cut=True)]


def test_control_characters_in_a_label_press_nothing(station: Station) -> None:
    station.terminal.scan("\x02AB\x11\x03\x1a\x1c\x10CD\x03")
    assert station.heard(1) == [scan("\x02AB\x11\x03\x1a\x1c\x10CD\x03")]


def test_a_control_sequence_in_a_label_is_read_as_something_unreadable(station: Station) -> None:
    station.terminal.scan("D00\x1b[2J42175K")
    assert station.heard(1) == [scan("D00\ufffd42175K")]


@pytest.mark.parametrize("wrong", [b"\xe5", b"\xff", b"\xc3\x28", b"\xed\xa0\x80"])
def test_bytes_that_are_no_utf8_are_heard_and_survived(station: Station, wrong: bytes) -> None:
    station.terminal.send(b"HJ" + wrong + b"0042175\r")
    (line,) = station.heard(1)
    assert str(line["scan"]).startswith("HJ\ufffd")
    station.terminal.send(wrong)
    assert {line["key"] for line in station.heard(1)} == {"wrong"}


# --- keys ------------------------------------------------------------------------------------------


def test_keys_at_a_persons_pace_are_keys(station: Station) -> None:
    station.terminal.press(["4", "\r", "-", "+", "\x7f", ",", ".", "x", "\t"])
    assert station.heard(9) == [
        key("digit", "4"),
        key("enter", "\r"),
        key("no", "-"),
        key("help", "+"),
        key("erase", "\x7f"),
        key("point", ","),
        key("point", "."),
        key("wrong", "x"),
        key("wrong", "\t"),
    ]


def test_escape_means_no_and_f1_means_help(station: Station) -> None:
    station.terminal.send(b"\x1b")
    assert station.heard(1) == [key("no", "\x1b")]
    for f1 in ("\x1bOP", "\x1b[11~", "\x1b[[A"):
        station.terminal.press([f1])
    assert station.heard(3) == [key("help", "+")] * 3


def test_a_scan_between_the_digits_of_a_phone_number_loses_neither(asking: Station) -> None:
    asking.terminal.press("412")
    asking.terminal.scan(CODE)
    asking.terminal.press("34567\r")
    assert asking.heard(10) == [*digits("412"), scan(CODE), *digits("34567"), key("enter", "\r")]


def test_digits_that_are_asked_for_may_come_as_fast_as_they_like(asking: Station) -> None:
    asking.terminal.send(b"41234567\r")
    assert asking.heard(9) == [*digits("41234567"), key("enter", "\r")]


@pytest.mark.parametrize(
    "sequences",
    [
        [
            "\x1b[2~",
            "\x1b[F",
            "\x1b[B",
            "\x1b[6~",
            "\x1b[D",
            "\x1b[E",
            "\x1b[C",
            "\x1b[H",
            "\x1b[A",
            "\x1b[5~",
        ],
        [
            "\x1b[2~",
            "\x1b[4~",
            "\x1b[B",
            "\x1b[6~",
            "\x1b[D",
            "\x1b[G",
            "\x1b[C",
            "\x1b[1~",
            "\x1b[A",
            "\x1b[5~",
        ],
        [
            "\x1b[2~",
            "\x1bOF",
            "\x1bOB",
            "\x1b[6~",
            "\x1bOD",
            "\x1bOE",
            "\x1bOC",
            "\x1bOH",
            "\x1bOA",
            "\x1b[5~",
        ],
        ["\x1bOp", "\x1bOq", "\x1bOr", "\x1bOs", "\x1bOt", "\x1bOu", "\x1bOv", "\x1bOw", "\x1bOx", "\x1bOy"],
    ],
    ids=["xterm without NumLock", "console without NumLock", "cursor keys application", "keypad application"],
)
def test_every_digit_of_a_keypad_is_understood(station: Station, sequences: list[str]) -> None:
    station.terminal.press(sequences)
    assert station.heard(10) == digits("0123456789")


def test_the_other_keys_of_a_keypad_are_understood(station: Station) -> None:
    station.terminal.press(["\x1bOM", "\x1bOm", "\x1bOk", "\x1bOl", "\x1bOn", "\x1b[3~"])
    assert station.heard(6) == [
        key("enter", "\r"),
        key("no", "-"),
        key("help", "+"),
        key("point", ","),
        key("point", "."),
        key("point", ","),
    ]


def test_no_other_key_does_anything_or_leads_out(station: Station) -> None:
    control = [chr(number) for number in range(1, 27) if chr(number) not in "\b\t\n\r\x11"]
    functions = [
        "\x1bOQ",
        "\x1b[15~",
        "\x1b[24~",
        "\x1b[1;5A",
        "\x1b[Z",
        "\x1b[29~",
        "\x1b[2;5~",
        "\x1c",
        "\x1f",
    ]
    station.terminal.press([*control, *functions])
    count = len(control) + len(functions)
    assert [line["key"] for line in station.heard(count)] == ["wrong"] * count


def test_alt_with_a_letter_is_a_wrong_key(station: Station) -> None:
    station.terminal.press(["\x1bq"], gap=0.2)
    assert [line["key"] for line in station.heard(1)] == ["wrong"]


# --- what a terminal never sends unasked -----------------------------------------------------------


@pytest.mark.parametrize(
    "report",
    [
        "\x1b[107:75;2;75u",
        "\x1b[99999999999;1u",
        "\x1b[1;1:3A",
        "\x1b[?1;2c",
        "\x1b[>41;330;0c",
    ],
)
def test_a_report_nobody_asked_for_is_one_wrong_key(station: Station, report: str) -> None:
    station.terminal.send(report.encode())
    assert station.heard(1) == [key("wrong", "\ufffd")]


@pytest.mark.parametrize(
    "report",
    [
        "\x1b[48;1;1;1;1t",
        "\x1b[48;0;0;0;0t\x1b[<0;5;3M",
        "\x1b[<0;5;3M\x1b[<0;5;3m",
        "\x1b[<0;99999;99999M",
        "\x1b[M !!",
        "\x1b[12;5R",
        "\x1b[I",
        "\x1b[O",
        "\x1b[?2048;2$y",
        "\x1b[?2026;2$y",
    ],
)
def test_a_forged_report_of_the_terminal_is_dropped(station: Station, report: str) -> None:
    station.terminal.send(report.encode())
    station.terminal.press("7")
    assert station.heard(1) == digits("7")
    assert station.terminal.screen[2].strip() == "what matters most"


def test_a_sequence_that_never_ends_is_heard_and_survived(station: Station) -> None:
    station.terminal.send(b"\x1b[" + b";" * 60)
    heard = station.heard(1)
    assert all(line.get("key") == "wrong" or "scan" in line for line in heard)


# --- the screen ------------------------------------------------------------------------------------


def test_a_button_in_focus_and_a_field_never_get_a_key(station: Station) -> None:
    station.terminal.press("\r \tx\r\r")
    station.heard(6)
    assert not [line for line in station.lines() if "button" in line or "input" in line]


def test_what_libraries_print_is_in_the_log_and_not_on_the_screen(station: Station) -> None:
    station.terminal.scan("BE-NOISY")
    assert station.heard(1) == [scan("BE-NOISY")]
    assert station.log.read_bytes().count(NOISE) == 2
    assert NOISE.strip() not in station.terminal.output


def test_control_characters_that_escaped_txt_do_not_reach_the_terminal(station: Station) -> None:
    before = len(station.terminal.output)
    station.terminal.scan("SHOW-ESCAPES")
    station.terminal.wait_for("[12;2]")
    drawn = bytes(station.terminal.output[before:])
    assert b"\x1b[2J" not in drawn
    assert b"\x1b]" not in drawn
    assert b"\x1b[12;2]" not in drawn
    station.heard(1)


def test_without_a_player_the_bell_rings_once_or_twice(station: Station) -> None:
    before = station.terminal.bells
    station.terminal.scan("RING-READ")
    station.heard(1)
    station.terminal.wait_until(lambda: station.terminal.bells == before + 1, what="one bell")
    station.terminal.scan("RING-NOT-THIS")
    station.heard(1)
    station.terminal.wait_until(lambda: station.terminal.bells == before + 3, what="two bells more")


def test_the_screen_is_black_white_and_yellow(station: Station) -> None:
    station.terminal.scan(CODE)
    station.heard(1)
    assert station.terminal.look("received")[:2] == ("ffffff", "000000")
    assert station.terminal.look("what matters most")[:3] == ("ffd700", "000000", True)


def test_a_picture_of_the_screen_shows_what_stands_there(station: Station, tmp_path: Path) -> None:
    station.terminal.svg(tmp_path / "screen.svg", "What stands there")
    picture = (tmp_path / "screen.svg").read_text("utf-8").replace("&#160;", " ")
    assert "what matters most" in picture
    assert "What stands there" in picture
    assert "#ffd700" in picture
    assert "url(http" not in picture


def test_a_window_may_change_its_size(station: Station) -> None:
    station.terminal.resize(80, 24)
    station.terminal.scan("X" * 20 + "Y" * 40)
    station.heard(1)
    station.terminal.resize(56, 16)
    station.terminal.scan(CODE)
    assert station.heard(1) == [scan(CODE)]
    station.terminal.wait_until(lambda: max(map(len, station.terminal.screen)) <= 56, what="the smaller size")
