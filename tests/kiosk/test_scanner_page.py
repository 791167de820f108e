"""`depot scanner` in a real terminal: it names what is wrong with a scanner, by whatever the scanner comes.

What arrives of the sheet's codes was written down by hand for each keyboard (see tests/depot/test_scanner_sheet.py).
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from depot import scanner_sheet
from depot.codes import parse
from depot.own import Kind, mint
from depot.scanner_sheet import SHEET, Diagnosis, End, Fault, Finding, Known
from depot.words import Words, words_in
from kiosk.scanner_looks import Look
from kiosk.screens.scanner import rows_of
from kiosk.sentences.scanner import Part, advice, parts
from kiosk.terminal import wedge
from kiosk.terminal.scans import Presence, Source
from tests.driver import Terminal
from tests.kiosk.plugged import Plugged
from tests.kiosk.recorded import Recorded

DEPOT = str(Path(sys.executable).with_name("depot"))
RIGHT = ("D00000000C", "DPT2-qZy'%\"", "DPT3|\\@x", "10DPT4\x1d21DPT5")
AMERICAN_ON = {
    "Norwegian (no)": ('DPT2+qZyæ%Æ', "DPT3*'\"x"),
    "Danish (dk)": ('DPT2+qZyø%Ø', "DPT3*'\"x"),
    "German (de)": ('DPT2ßqYzä%Ä', "DPT3'#\"x"),
    "French (fr)": ('DPTé)aWyù5%', 'DPT"µ*2x'),
}  # fmt: skip
SMALLEST = (56, 16)

SETTINGS = """
[[scanner]]
name = "desk"
kind = "serial"
device = "{folder}/line"
[[scanner]]
name = "counter"
kind = "evdev"
device = "{folder}/keys"
layout = "no"
"""


def flat(text: str) -> str:
    """The words of a screen without their line ends."""
    return re.sub(r"\s+", " ", text)


class Page:
    """A running test page, and the scanners on it."""

    def __init__(self, terminal: Terminal, line: Plugged, keys: Recorded) -> None:
        self.terminal, self.line, self.keys = terminal, line, keys

    def shows(self, raw: str, *wanted: str) -> str:
        """Wait until the newest scan is this one and all of this is said of it: a page may come in two pieces."""
        screen = self.terminal

        def is_shown() -> bool:
            said = flat(screen.text)
            return (
                len(screen.screen) > 2
                and screen.screen[2].strip() == raw
                and all(one in said for one in wanted)
            )

        screen.wait_until(is_shown, what=repr((raw, *wanted)))
        return flat(screen.text)

    def scan(self, text: str, *wanted: str, raw: str = "", terminator: str = "\r", gap: float = 0.0) -> str:
        """Scan with the scanner that plays keyboard."""
        self.terminal.scan(text, terminator, gap)
        return self.shows(raw or text + {"\r": "<CR>"}.get(terminator, ""), *wanted)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("scanner")
    (folder / "depot.toml").write_text(SETTINGS.format(folder=folder), "utf-8")
    env = {"DEPOT_SETTINGS": str(folder / "depot.toml"), "XDG_STATE_HOME": str(folder)}
    with ExitStack() as stack:
        line = stack.enter_context(Plugged(folder / "line"))
        keys = stack.enter_context(Recorded(folder / "keys"))
        terminal = stack.enter_context(
            Terminal([DEPOT, "scanner", "--language", "en"], columns=100, rows=30, env=env)
        )
        terminal.wait_for("desk (serial line) is there.")
        terminal.wait_for("counter (grabbed) is there.")
        yield Page(terminal, line, keys)


# --- the scanner that plays keyboard ---


def test_a_scanner_that_is_set_up_right_is_told_so_code_after_code(page: Page) -> None:
    for number, text in enumerate(RIGHT[:3], 1):
        page.scan(text, f"Code {number} of the sheet.", "Nothing is wrong.", f"scan code {number + 1} of")
    said = page.scan("]C1" + RIGHT[3], "Nothing is wrong.", "Now scan code 5", raw="]C110DPT4<GS>21DPT5<CR>")
    assert "ends with CR, ]C1" in said


@pytest.mark.parametrize("keyboard", AMERICAN_ON)
def test_an_american_scanner_is_named_with_the_keyboard_that_it_meets(page: Page, keyboard: str) -> None:
    for text in AMERICAN_ON[keyboard]:
        said = page.scan(
            text,
            "This scanner believes that the keyboard is American (us);",
            f"this machine believes it is {keyboard}. Set the scanner to {keyboard}.",
        )
    assert f'keyboard_layout = "{keyboard[-3:-1]}" in [wedge].' in said


@pytest.mark.parametrize(
    ("arrives", "said"),
    [
        ("dpt2-QzY'%\"", "Caps Lock is on. Press it once, and scan again."),
        ("DPT2-QZY'%\"", "The scanner makes capitals of small letters."),
        ("PT2-qZy'%\"", "The code's first character is lost."),
        ("2-qZy'%\"", "The code's first 3 characters are lost."),
        ("jDPT2-qZy'%\"", "Before the code comes j. Switch the scanner's prefix off."),
        ("10DPT421DPT5", "The sign between two fields (GS) is lost"),
        ("10DPT4~21DPT5", 'comes ~. Set the scanner to send GS, or write separator = "~" in [wedge].'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_is_to_be_done(page: Page, arrives: str, said: str) -> None:
    page.scan(arrives, said)


def test_a_function_key_for_gs_is_named_as_the_settings_name_it(page: Page) -> None:
    page.scan(
        "10DPT4\x1b[19~21DPT5",
        "comes <F8>. Set the scanner to send GS, or write separator = \"f8\" in [wedge].",
        "If the scanner can, switch the AIM identifier on.",
        raw="10DPT4<F8>21DPT5<CR>",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("terminator", "shown", "named"),
    [
        ("", "", "ends with nothing"),
        ("\n", "<LF>", "ends with LF"),
        ("\r\n", "<CR><LF>", "ends with CR LF"),
        ("\t", "<TAB>", "ends with Tab"),
        ("\x03", "<ETX>", "ends with ETX"),
    ],
)
def test_each_terminator_but_cr_is_named(page: Page, terminator: str, shown: str, named: str) -> None:
    page.scan(
        RIGHT[1], f"The code {named}. Set the scanner to end each code with CR (Enter).",
        raw=RIGHT[1] + shown, terminator=terminator,
    )  # fmt: skip


def test_a_scanner_as_slow_as_a_person_is_told_from_one(page: Page) -> None:
    said = page.scan(
        RIGHT[0], "The scanner types a character in", "Set its delay between characters to 0.", gap=0.06
    )
    took = re.search(r"character in (\d+) ms", said)
    assert took is not None
    assert int(took[1]) < 300, "of one character, and not of all"
    page.scan("abc", "Keys, typed as by a person", gap=0.06)


def test_a_scanner_is_slow_from_the_pace_on_at_which_the_doorway_takes_it_for_a_person() -> None:
    assert scanner_sheet.PACE == wedge.PACE


def test_a_code_that_is_not_of_the_sheet_is_said_to_be_none_and_what_it_is(page: Page) -> None:
    page.scan(
        mint(Kind.ITEM, "0004217"),
        "A label of one of the depot's things.",
        "This is none of the sheet's codes",
    )
    page.scan("7038010000010", "A maker's label: product number 07038010000010.")


def test_nobodys_card_is_to_be_read_off_the_page(page: Page) -> None:
    card, badge = mint(Kind.CARD, "4960229"), mint(Kind.BADGE, "7430021")
    for code in (card, badge, card[1:], "Bèµ-àéé_!K".replace("µ", "'")):
        before = len(page.terminal.output)
        page.terminal.scan(code)
        page.terminal.wait_until(lambda: "*" in page.terminal.screen[2], what="a masked code")
        page.scan(RIGHT[0])
        drawn = page.terminal.output[before:].decode()
        assert code not in drawn
        assert "4960229" not in drawn
        assert "'-àéé" not in drawn


def test_a_card_that_is_glued_to_a_code_of_the_sheet_is_not_to_be_read_either(page: Page) -> None:
    card = mint(Kind.CARD, "4960229")
    before = len(page.terminal.output)
    page.terminal.scan(card + RIGHT[1])
    page.terminal.wait_until(lambda: "*" in page.terminal.screen[2], what="a masked code")
    page.line.send(f"{card}{RIGHT[1]}\r".encode())
    page.terminal.wait_for("desk (serial line), ends with CR")
    assert "4960229" not in page.terminal.output[before:].decode()


def test_a_key_that_is_held_down_does_not_fill_the_memory_and_the_page_goes_on(page: Page) -> None:
    page.terminal.send(b"x" * 3000)
    page.terminal.wait_for("xxxxxxxx")
    page.scan(RIGHT[1], "Code 2 of the sheet.", "Nothing is wrong.")


def test_a_code_can_neither_steer_the_terminal_nor_the_page(page: Page) -> None:
    page.scan("[/bold][@click=app.quit]x", "This is none of the sheet's codes")
    page.terminal.send(b"\x1b]0;mine\x07\x1b[2J" + RIGHT[0].encode() + b"\r")
    page.terminal.wait_for(RIGHT[0])
    assert b"\x1b]0;mine" not in page.terminal.output
    page.scan(RIGHT[1], "Code 2 of the sheet.")


# --- scanners that are no keyboard ---


@pytest.mark.parametrize(
    ("sent", "shown", "said"),
    [
        (b"DPT2-qZy'%\"\r", "DPT2-qZy'%\"<CR>", "Nothing is wrong."),
        (b"DPT2-qZy'%\"", "DPT2-qZy'%\"", "The code ends with nothing."),
        (b"DPT2-qZy'%\"\n", "DPT2-qZy'%\"<LF>", "The code ends with LF."),
        (b"DPT2-qZy'%\"\r\n", "DPT2-qZy'%\"<CR><LF>", "The code ends with CR LF."),
        (b"\x02DPT2-qZy'%\"\x03", "<STX>DPT2-qZy'%\"<ETX>", "The code ends with ETX."),
        (b"]C110DPT4\x1d21DPT5\r", "]C110DPT4<GS>21DPT5<CR>", "Nothing is wrong."),
        (b"]C110DPT421DPT5\r", "]C110DPT421DPT5<CR>", "The sign between two fields (GS) is lost"),
        (b"]C110DPT4#21DPT5\r", "]C110DPT4#21DPT5<CR>", 'write separator = "#" in [[scanner]].'),
        ("DPT6æøå€ŋ".encode("cp850", "replace") + b"\r", "DPT6\\x91\\x9b\\x86??<CR>", "come as cp850"),
    ],
)  # fmt: skip
def test_a_serial_line_shows_its_bytes(page: Page, sent: bytes, shown: str, said: str) -> None:
    page.line.send(sent)
    page.shows(shown, "desk (serial line)", said)


def test_a_grabbed_scanner_of_another_layout_is_put_right_in_the_settings(page: Page) -> None:
    page.keys.scan(RIGHT[1])
    page.terminal.wait_for("counter (grabbed), ends with CR")
    said = flat(page.terminal.text)
    assert "believes that the keyboard is American (us); the settings say Norwegian (no)." in said
    assert 'Write layout = "us" for it in the settings.' in said


def test_a_scanner_that_goes_and_comes_is_said_to(page: Page) -> None:
    page.line.unplug()
    page.terminal.wait_for("desk (serial line) is not there:")
    page.line.plug_in()
    page.terminal.wait_for("desk (serial line) is there.")


def test_scanners_that_another_program_holds_are_said_to_be_held(page: Page) -> None:
    with Terminal([DEPOT, "scanner"], env=page.terminal.env | {"DEPOT_DESK_LANGUAGE": "en"}) as second:
        second.wait_until(lambda: "desk (serial line) is held by another program." in flat(second.text))
        assert "Close the kiosk and the desk on this machine first." in flat(second.text)
        second.press(["\x11"])
        assert second.exit_status() == 0


def test_escape_leaves_the_terminal_in_order(tmp_path: Path) -> None:
    env = {"DEPOT_DESK_LANGUAGE": "da", "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with Terminal([DEPOT, "scanner"], columns=SMALLEST[0], rows=SMALLEST[1], env=env) as terminal:
        terminal.wait_for("Scan kode 1 på arket.")
        terminal.press(["\x1b"])
        assert terminal.exit_status() == 0
        assert terminal.sane


# --- the smallest screen ---

FINDINGS = (
    Finding(Fault.LAYOUT, ("us",), ("no",)),
    Finding(Fault.LAYOUT, ("dk", "se", "fi"), ("us",)),
    Finding(Fault.GS_SENT_AS, what="f8"),
    Finding(Fault.BEYOND_ASCII, what="cp850"),
    *(Finding(fault, what="#", count=120, end=End.LF) for fault in Fault if fault is not Fault.LAYOUT),
)


def look(findings: tuple[Finding, ...], source: Source = Source.WEDGE) -> Look:
    found = Diagnosis(SHEET[3], findings, Known(), SHEET[4])
    raw = "10DPT4" + "<F8>" * 40 + "21DPT5<CR>"
    return Look(
        source, "", raw, raw, "", parse("10DPT421DPT5"), "]C1", End.CR, 0.003, is_keys=False, diagnosis=found
    )


def _say(one: Look, presences: tuple[Presence, ...], words: Words, findings: int) -> tuple[Part, ...]:
    return parts((one,) * 8, presences, words, findings=findings)


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_no_advice_is_cut_on_the_smallest_screen(language: str) -> None:
    words = words_in(language)
    gone = tuple(Presence(f"scanner-{at}", Source.SERIAL, False, "not there " * 9) for at in range(4))
    for source in (Source.WEDGE, Source.EVDEV, Source.SERIAL):
        for number, finding in enumerate(FINDINGS):
            several = (finding, *FINDINGS[:number][-4:])
            for findings in ((finding,), several):
                one = look(findings, source)
                say = partial(_say, one, gone, words)
                rows = rows_of("Test", "Esc", say, len(findings), columns=SMALLEST[0], rows=SMALLEST[1])
                said = flat(" ".join(row.text for row in rows))
                assert len(rows) <= SMALLEST[1]
                assert all(len(row.text) <= SMALLEST[0] for row in rows)
                assert advice(finding, source, words) in said
                assert (
                    flat(words.t("Now scan code %(number)d, if the scanner reads square codes.", number=5))
                    in said
                )


# --- lines of JSON ---


def listed(data: bytes, **env: str) -> list[dict[str, Any]]:
    """What `depot scanner --json` says of a recording on standard input."""
    done = subprocess.run(
        [DEPOT, "scanner", "--json"], input=data, capture_output=True, check=True,
        env=os.environ | {"XDG_CONFIG_HOME": "/nonexistent"} | env,
    )  # fmt: skip
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_recording_is_a_line_of_json_for_each_scan(tmp_path: Path) -> None:
    recording = "D00000000C\rDPT2+qZyæ%Æ\r\nDPT3*'\"x\t10DPT4\x1b[19~21DPT5\nDPT2-qZ".encode()
    first, second, third, fourth, cut = listed(recording)
    assert (first["raw"], first["kind"], first["terminator"]) == ("D00000000C<CR>", "item", "cr")
    assert (first["source"], first["sheet_code"], first["findings"], first["next"]) == ("wedge", 1, [], 2)
    assert second["findings"][0] == {"fault": "layout", "scanners": ["us"], "keyboards": ["no"]}
    assert [one["terminator"] for one in (second, third, fourth, cut)] == ["crlf", "tab", "lf", "nothing"]
    assert {"fault": "gs_sent_as", "what": "f8"} in fourth["findings"]
    assert cut["sheet_code"] is None
    file = tmp_path / "recording"
    file.write_bytes(recording)
    with file.open("rb") as stdin:
        done = subprocess.run([DEPOT, "scanner", "--json"], stdin=stdin, capture_output=True, check=True)
    assert [json.loads(line)["raw"] for line in done.stdout.splitlines()][1] == "DPT2+qZyæ%Æ<CR><LF>"


@pytest.mark.parametrize(("sent", "written"), [('"', r'"\""'), ("\\", r'"\\"')])
def test_a_separator_is_named_as_toml_writes_it(sent: str, written: str) -> None:
    said = advice(Finding(Fault.GS_SENT_AS, what=sent), Source.SERIAL, words_in("en"))
    assert f"separator = {written} in" in said
    assert tomllib.loads(f"separator = {written}") == {"separator": sent}


def test_a_separator_that_the_settings_do_not_take_is_not_advised() -> None:
    said = advice(Finding(Fault.GS_SENT_AS, what="\x1c"), Source.SERIAL, words_in("en"))
    assert "comes <FS>. Set the scanner to send GS." in said
    assert "separator" not in said


def test_no_code_can_steer_the_terminal_that_the_lines_are_shown_on() -> None:
    sent = "ab\x9b31m\u202ecd\x7f\x1b[2Jef\r".encode()
    done = subprocess.run([DEPOT, "scanner", "--json"], input=sent, capture_output=True, check=True)
    assert done.stdout.decode("ascii").strip().isprintable()
    assert json.loads(done.stdout)["text"] == sent.decode().strip()


def test_a_recording_without_end_is_cut_into_bounded_scans_and_ends_by_a_signal() -> None:
    with (
        Path("/dev/zero").open("rb") as endless,
        subprocess.Popen([DEPOT, "scanner", "--json"], stdin=endless, stdout=subprocess.PIPE) as process,
    ):
        status = Path(f"/proc/{process.pid}/status")
        while not int(re.findall(r"SigCgt:\s*(\w+)", status.read_text())[0], 16) >> signal.SIGTERM - 1 & 1:
            time.sleep(0.01)  # it has yet to start
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout is not None
        (only,) = process.stdout
    assert len(only) < 20_000


def test_json_goes_on_without_standard_input_and_ends_where_there_is_nothing_to_read(tmp_path: Path) -> None:
    closed = f"exec {DEPOT} scanner --json <&-"
    done = subprocess.run(["bash", "-c", closed], capture_output=True, check=False, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (tmp_path / "depot.toml").write_text(
        f'[[scanner]]\nname = "desk"\nkind = "serial"\ndevice = "{tmp_path}/line"\n', "utf-8"
    )
    env = os.environ | {"DEPOT_SETTINGS": str(tmp_path / "depot.toml")}
    with (
        Plugged(tmp_path / "line") as line,
        subprocess.Popen(
            ["bash", "-c", closed], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"is there" in process.stderr.readline()
        line.send(RIGHT[0].encode() + b"\r")
        assert json.loads(process.stdout.readline())["sheet_code"] == 1
        process.stdout.close()  # nobody reads any longer: the next scan ends it
        line.send(RIGHT[0].encode() + b"\r")
        assert process.wait(20) == 1
        assert process.stderr.read() == b""


def test_what_the_settings_undo_is_no_fault() -> None:
    wedge = {
        "DEPOT_WEDGE_SCANNER_LAYOUT": "us", "DEPOT_WEDGE_KEYBOARD_LAYOUT": "no", "DEPOT_WEDGE_SEPARATOR": "f8",
    }  # fmt: skip
    second, fourth = listed("DPT2+qZyæ%Æ\r10DPT4\x1b[19~21DPT5\r".encode(), **wedge)
    assert (second["text"], second["repaired"], second["findings"]) == ("DPT2+qZyæ%Æ", RIGHT[1], [])
    assert fourth["repaired"] == RIGHT[3]
    assert [one["fault"] for one in fourth["findings"]] == ["no_aim"]


def test_json_masks_cards_too() -> None:
    card = mint(Kind.CARD, "4960229")
    (said,) = listed(card.encode() + b"\r")
    assert (said["kind"], said["raw"], said["text"]) == (
        "card",
        f"B********{card[-1]}<CR>",
        f"B********{card[-1]}",
    )


def test_json_lists_the_scanners_until_it_is_told_to_end(tmp_path: Path) -> None:
    (tmp_path / "depot.toml").write_text(
        f'[[scanner]]\nname = "desk"\nkind = "serial"\ndevice = "{tmp_path}/line"\n', "utf-8"
    )
    env = os.environ | {"DEPOT_SETTINGS": str(tmp_path / "depot.toml")}
    with (
        Plugged(tmp_path / "line") as line,
        subprocess.Popen(
            [DEPOT, "scanner", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
        ) as process,
    ):  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stderr.readline() == f"desk is there: {tmp_path}/line\n".encode()
        line.send(b"]C110DPT4\x1d21DPT5\r\n")
        said = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert (said["source"], said["scanner"], said["symbology"]) == ("serial", "desk", "]C1")
    assert said["raw"] == "]C110DPT4<GS>21DPT5<CR><LF>"
    assert said["findings"] == [{"fault": "terminator", "end": "crlf"}]


def test_json_measures_the_pace_at_a_terminal_and_puts_the_terminal_back(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    env = os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}
    with subprocess.Popen(
        [DEPOT, "scanner", "--json"], stdin=theirs, stdout=subprocess.PIPE, env=env
    ) as process:
        assert process.stdout is not None
        while termios.tcgetattr(theirs)[3] & termios.ICANON:
            time.sleep(0.01)
        for char in RIGHT[1] + "\r":
            os.write(ours, char.encode())
            time.sleep(0.04)
        slow = json.loads(process.stdout.readline())
        os.write(ours, RIGHT[1].encode() + b"\x03")
        ended_by_etx = json.loads(process.stdout.readline())
        os.write(ours, b"\x03")
        assert process.wait(20) == 0
    assert termios.tcgetattr(theirs) == before
    assert not select.select([ours], [], [], 0)[0], "nothing is echoed"
    os.close(ours)
    os.close(theirs)
    assert slow["ms_per_character"] >= 40
    assert [one["fault"] for one in slow["findings"]] == ["slow"]
    assert (ended_by_etx["terminator"], ended_by_etx["raw"]) == ("etx", RIGHT[1] + "<ETX>")
