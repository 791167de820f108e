"""Scanners that are read as devices of the kernel, from recordings of their events: files, and FIFOs for live ones.

What needs a device that can be grabbed is in `test_evdev_grabbed`.
"""

from __future__ import annotations

import grp
import os
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from depot.codes import Unreadable, UnreadableReason
from depot.settings import Scanner, load
from kiosk.terminal.doorway import Scanned
from kiosk.terminal.evdev import EvdevReader
from kiosk.terminal.readers import Gone, readers
from kiosk.terminal.scans import Heard, Source
from tests.kiosk.ears import Ears
from tests.kiosk.keystream import (
    CAPSLOCK,
    DEAD,
    ENTER,
    KEY,
    KEYPAD,
    KPENTER,
    LEFTALT,
    LEFTCTRL,
    LEFTSHIFT,
    RIGHTALT,
    ROWS,
    SPACE,
    SYN,
    Chord,
    by_number,
    chord,
    event,
    report,
    strokes,
    typed,
)

CODE, OTHER = "D00042175K", "B73310942X"
DROPPED = event(SYN, 3, 0)
GS1 = "010701234567890\x1d21ABC"

USB_KEYBOARD = Path(__file__).parent / "recordings" / "usb-keyboard.events"
"""What Linux 6.1 gave of a USB keyboard (QEMU's): Shift-D, 4, Ctrl-], Shift-K, -, 7, Enter, 40 ms between changes."""


class Recorded:
    """A scanner whose events are in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def scanner(self, data: bytes, *, layout: str = "us", separator: str = "") -> Scanner:
        self.path.write_bytes(data)
        return Scanner(name="till", kind="evdev", device=str(self.path), layout=layout, separator=separator)

    def gives(self, data: bytes, *, layout: str = "us", separator: str = "") -> list[tuple[str, bool]]:
        """What is heard until the recording has ended."""
        heard = []
        with Ears(self.scanner(data, layout=layout, separator=separator)) as ears:
            ears.comes()
            while isinstance(told := ears.next(), Heard):
                heard.append((told.text, told.cut))
            assert told.why == f"{self.path}: the recording has ended"
        return heard


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    return Recorded(tmp_path / "recording")


class Live:
    """A scanner whose events come through a FIFO."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug_in()

    def plug_in(self) -> None:
        os.mkfifo(self.path)

    def unplug(self) -> None:
        self.path.unlink()

    @property
    def scanner(self) -> Scanner:
        return Scanner(name="till", kind="evdev", device=str(self.path))

    @contextmanager
    def sending(self) -> Iterator[Callable[[bytes], None]]:
        """Gives what sends bytes: the scanner is there for as long."""
        with self.path.open("wb", buffering=0) as pipe:
            yield lambda data: assert_written(pipe.write(data), data)

    def send(self, data: bytes) -> None:
        with self.sending() as send:
            send(data)


def assert_written(count: int | None, data: bytes) -> None:
    assert count == len(data)


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(tmp_path / "scanner")


# --- what keys spell -------------------------------------------------------------------------------


def test_a_recording_of_a_keyboard_gives_its_code_once_and_is_not_begun_again() -> None:
    reader = EvdevReader(Scanner(name="till", kind="evdev", device=str(USB_KEYBOARD)))
    before = time.monotonic()
    with Ears(reader) as ears:
        assert ears.comes() == f"{USB_KEYBOARD}, a recording"
        heard = ears.scan()
        assert ears.goes() == f"{USB_KEYBOARD}: the recording has ended"
        with pytest.raises(Gone, match="the recording has ended"):
            reader.open()
    assert (heard.text, heard.cut, heard.source, heard.scanner) == ("D4\x1dK-7", False, Source.EVDEV, "till")
    assert before <= heard.at <= time.monotonic()


@pytest.mark.parametrize("layout", ROWS)
def test_each_sign_of_ascii_arrives_from_a_scanner_set_to_the_same_layout(
    recorded: Recorded, layout: str
) -> None:
    text = string.printable[:95].strip()
    assert recorded.gives(typed(text, layout), layout=layout) == [(text, False)]


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("no", "BLÅBÆR/Øst-1+2"),
        ("dk", "Ærø-Øst"),
        ("se", "Åmål-Östra Ä"),
        ("de", "Größe ZY-1"),
        ("fr", "é-çàù-Ouest"),
    ],
)
def test_letters_of_a_language_arrive(recorded: Recorded, layout: str, text: str) -> None:
    assert recorded.gives(typed(text, layout), layout=layout) == [(text, False)]


def test_the_wrong_layout_gives_what_its_keys_would(recorded: Recorded) -> None:
    assert recorded.gives(typed("HTTPS://X"), layout="no") == [("HTTPSØ--X", False)]


@pytest.mark.parametrize("layout", ROWS)
@pytest.mark.parametrize("altgr", [(RIGHTALT,), (LEFTCTRL, LEFTALT), (LEFTCTRL, RIGHTALT)], ids=str)
def test_altgr_is_the_right_alt_or_ctrl_and_the_left(
    recorded: Recorded, layout: str, altgr: tuple[int, ...]
) -> None:
    if altgr == (LEFTCTRL, RIGHTALT):
        signs = {sign: chr(ord(sign) & 0x1F) for sign in ROWS[layout].altgr.values() if sign in "[\\]"}
    else:
        signs = {sign: sign for sign in ROWS[layout].altgr.values() if sign not in DEAD[layout]}
    keys = [chord(sign, layout, altgr=altgr) for sign in signs]
    given = recorded.gives(strokes(Chord(2), *keys, Chord(ENTER)), layout=layout)
    first = ROWS[layout].plain[1]
    assert given == [(first + "".join(signs.values()), False)]


@pytest.mark.parametrize("layout", ROWS)
def test_gs_arrives_as_ctrl_and_the_americans_bracket_whatever_the_layout(
    recorded: Recorded, layout: str
) -> None:
    head, tail = GS1.split("\x1d")
    keys = typed(head, layout, ends="") + strokes(Chord(27, (LEFTCTRL,))) + typed(tail, layout)
    assert recorded.gives(keys, layout=layout) == [(GS1, False)]


@pytest.mark.parametrize(
    ("gs", "separator"),
    [
        pytest.param(by_number("0029")[0], "", id="Alt and 0029"),
        pytest.param(by_number("029")[0], "", id="Alt and 029"),
        pytest.param(by_number("29")[0], "", id="Alt and 29"),
        pytest.param(strokes(Chord(66)), "f8", id="F8"),
        pytest.param(strokes(Chord(88)), "f12", id="F12"),
        pytest.param(typed("|", ends=""), "|", id="a sign"),
        pytest.param(strokes(Chord(27, (97,))), "", id="the right Ctrl"),
    ],
)
def test_gs_arrives_in_each_way_that_scanners_send_it(recorded: Recorded, gs: bytes, separator: str) -> None:
    head, tail = GS1.split("\x1d")
    assert recorded.gives(typed(head, ends="") + gs + typed(tail), separator=separator) == [(GS1, False)]


def test_a_function_key_that_means_nothing_is_seen_to_be_wrong(recorded: Recorded) -> None:
    assert recorded.gives(typed("AB", ends="") + strokes(Chord(66)) + typed("C")) == [("AB\ufffdC", False)]


def test_control_characters_arrive_and_stx_and_etx_frame_a_code(recorded: Recorded) -> None:
    controls = "".join(chr(code) for code in range(1, 32) if code not in {2, 3, 9, 10, 13})
    keys = typed(f"\x02A{controls}Z\x03", ends="") + typed(CODE)
    assert recorded.gives(keys) == [(f"A{controls}Z", False), (CODE, False)]


@pytest.mark.parametrize(
    "end",
    [
        strokes(Chord(ENTER)),
        strokes(Chord(KPENTER)),
        strokes(Chord(15)),
        strokes(Chord(101)),
        strokes(Chord(36, (LEFTCTRL,))),
        strokes(Chord(50, (LEFTCTRL,)), Chord(36, (LEFTCTRL,))),
        strokes(Chord(ENTER), Chord(ENTER)),
    ],
    ids=["Enter", "the keypad's Enter", "Tab", "Linefeed", "Ctrl-J", "Ctrl-M Ctrl-J", "two Enters"],
)
def test_a_code_is_whole_whatever_ends_it(recorded: Recorded, end: bytes) -> None:
    keys = (typed(CODE, ends="") + end) * 3
    assert recorded.gives(keys) == [(CODE, False)] * 3


def test_the_keypad_gives_digits_and_signs_with_and_without_num_lock(recorded: Recorded) -> None:
    signs = "0123456789*-+./"
    keys = [Chord(KEYPAD[sign]) for sign in signs]
    data = strokes(*keys, Chord(69), *keys, Chord(KPENTER))
    assert recorded.gives(data, layout="fr") == [(signs * 2, False)]


def test_caps_lock_that_the_scanner_presses_turns_its_letters_round(recorded: Recorded) -> None:
    caps = strokes(Chord(CAPSLOCK))
    keys = caps + typed("d4217k-Aø", "no", ends="") + caps + typed("b", "no")
    assert recorded.gives(keys, layout="no") == [("D4217K-aØb", False)]


def test_alt_mode_gives_signs_by_the_code_pages_of_windows_and_of_dos(recorded: Recorded) -> None:
    data = b"".join(by_number("0068", "48", "0216", "0229", "157", "134", "0128", "225")) + strokes(
        Chord(ENTER)
    )
    assert recorded.gives(data) == [("D0Øå¥å€ß", False)]


def test_numbers_that_no_sign_has_are_seen_to_be_wrong(recorded: Recorded) -> None:
    data = b"".join(by_number("65", "0129", "999", "9" * 40)) + strokes(Chord(30, (LEFTALT,)), Chord(ENTER))
    assert recorded.gives(data) == [("A" + "\ufffd" * 4, False)]


def test_alt_alone_types_nothing(recorded: Recorded) -> None:
    assert recorded.gives(strokes(Chord(LEFTALT)) + typed(CODE)) == [(CODE, False)]


def test_a_key_that_is_held_down_counts_once(recorded: Recorded) -> None:
    held = report((5, 1)) + report((5, 2)) * 30 + report((5, 0))
    assert recorded.gives(held + typed("2")) == [("42", False)]


def test_a_key_counts_when_it_goes_down_though_the_last_is_not_up_yet(recorded: Recorded) -> None:
    rolled = report((LEFTSHIFT, 1), (32, 1)) + report((LEFTSHIFT, 0), (11, 1)) + report((32, 0), (5, 1))
    assert recorded.gives(rolled + report((11, 0), (5, 0)) + typed("K")) == [("D04K", False)]


def test_an_accent_takes_the_space_behind_it_and_no_other(recorded: Recorded) -> None:
    keys = strokes(chord("^", "de"), Chord(SPACE), Chord(SPACE), chord("a", "de"), Chord(ENTER))
    assert recorded.gives(keys, layout="de") == [("^ a", False)]


def test_keys_that_type_nothing_known_are_seen_to_be_wrong(recorded: Recorded) -> None:
    unknown = strokes(Chord(113), Chord(240), Chord(0x2FF), Chord(19, (125,)), Chord(103))
    with Ears(recorded.scanner(typed("D0004", ends="") + unknown + typed("2175K"))) as ears:
        ears.comes()
        heard = ears.scan()
        ears.goes()
    assert heard.text == "D0004" + "\ufffd" * 5 + "2175K"
    assert isinstance(Scanned(heard).scan, Unreadable)


# --- silence ---------------------------------------------------------------------------------------


def test_codes_without_an_end_are_told_apart_by_the_silence_in_the_recording(recorded: Recorded) -> None:
    data = typed(CODE, ends="", at=100.0) + typed(OTHER, ends="", at=100.5)
    assert recorded.gives(data) == [(CODE, False), (OTHER, False)]


def test_a_code_without_its_end_is_cut_where_others_had_one(recorded: Recorded) -> None:
    data = typed(CODE, at=100.0) + typed("D0004", ends="", at=101.0) + typed(OTHER, at=103.0)
    assert recorded.gives(data) == [(CODE, False), ("D0004", True), (OTHER, False)]


def test_a_live_scanner_that_ends_no_code_is_heard_when_it_falls_silent(live: Live) -> None:
    with Ears(live.scanner) as ears:
        ears.comes()
        with live.sending() as send:
            send(typed(CODE, ends=""))
            assert ears.scans(1) == [(CODE, False)]
        ears.goes()


# --- what goes wrong -------------------------------------------------------------------------------


def test_forty_codes_without_a_gap_arrive_once_each_and_in_order(live: Live) -> None:
    codes = [f"D{number:08}K" for number in range(40)]
    with Ears(live.scanner) as ears:
        ears.comes()
        with live.sending() as send:
            for code in codes:
                send(typed(code))
            assert ears.scans(40) == [(code, False) for code in codes]
        ears.goes()


def test_events_may_arrive_in_pieces(live: Live) -> None:
    data = typed(CODE) + typed(OTHER)
    with Ears(live.scanner) as ears:
        ears.comes()
        with live.sending() as send:
            for start in range(0, len(data), 7):
                send(data[start : start + 7])
            assert ears.scans(2) == [(CODE, False), (OTHER, False)]
        ears.goes()


@pytest.mark.parametrize(
    "garbage", [b"\xff", b"no events at all, but somebody's text\n" * 40, bytes(range(256))]
)
def test_garbage_cuts_the_code_that_it_falls_into_and_no_other(recorded: Recorded, garbage: bytes) -> None:
    data = typed("D0004", ends="", at=50.0) + garbage + typed("2175K", at=50.0) + typed(OTHER, at=50.0)
    assert recorded.gives(data) == [("D00042175K", True), (OTHER, False)]


def test_garbage_alone_is_one_scan_that_cannot_be_read(recorded: Recorded) -> None:
    assert recorded.gives(b"\xff" * 100_000) == [("", True)]


def test_a_recording_that_was_broken_off_within_an_event_ends_in_a_cut_code(recorded: Recorded) -> None:
    assert recorded.gives(typed("D0004", ends="")[:-30]) == [("D0004", True)]


def test_events_that_the_kernel_dropped_make_one_cut_scan_of_what_is_left(recorded: Recorded) -> None:
    left_over = event(KEY, 30, 1) + event(SYN, 0, 0)
    data = typed("D0004", ends="") + DROPPED + left_over + typed("5K") + typed(OTHER)
    assert recorded.gives(data) == [("D00045K", True), (OTHER, False)]


def test_a_code_of_which_only_the_end_came_through_is_a_cut_scan(recorded: Recorded) -> None:
    data = typed(CODE) + DROPPED + event(SYN, 0, 0) + typed("") + typed(OTHER)
    assert recorded.gives(data) == [(CODE, False), ("", True), (OTHER, False)]


def test_a_code_of_which_nothing_came_through_is_a_cut_scan_when_it_is_silent(live: Live) -> None:
    with Ears(live.scanner) as ears:
        ears.comes()
        with live.sending() as send:
            send(DROPPED + event(SYN, 0, 0))
            heard = ears.scan()
            send(typed(CODE))
            assert ears.scans(1) == [(CODE, False)]
        ears.goes()
    assert Scanned(heard).scan == Unreadable(UnreadableReason.CUT)


def test_what_was_held_down_when_events_were_dropped_is_let_go(recorded: Recorded) -> None:
    data = report((LEFTSHIFT, 1), (CAPSLOCK, 1)) + DROPPED + event(SYN, 0, 0) + typed("") + typed("abc12")
    assert recorded.gives(data) == [("", True), ("abc12", False)]


def test_a_code_of_300_signs_is_cut(recorded: Recorded) -> None:
    assert recorded.gives(typed("X" * 300) + typed(CODE)) == [("X" * 256, True), (CODE, False)]


def test_a_scanner_that_goes_in_the_middle_leaves_half_a_code_and_is_found_again(live: Live) -> None:
    with Ears(live.scanner) as ears:
        ears.comes()
        live.send(typed("D0004", ends=""))
        assert ears.scans(1) == [("D0004", True)]
        assert ears.goes() == f"{live.path}: nobody writes into it any more"
        ears.comes()
        live.send(typed(CODE))
        assert ears.scans(1) == [(CODE, False)]
        ears.goes()


def test_a_scanner_that_is_unplugged_is_missed_and_found_again(live: Live) -> None:
    with Ears(live.scanner) as ears:
        ears.comes()
        live.unplug()
        assert ears.goes() == f"{live.path} was taken away"
        assert ears.goes() == f"{live.path} is not there"
        live.plug_in()
        ears.comes()
        live.send(typed(CODE))
        assert ears.scans(1) == [(CODE, False)]
        ears.goes()


def test_a_reader_that_is_stopped_lets_go(live: Live) -> None:
    with Ears(live.scanner) as ears:
        ears.comes()
        with live.sending() as send:
            send(typed(CODE))
            ears.scan()
            ears.reader.stop()
            with pytest.raises(BrokenPipeError):
                send(typed(CODE))


# --- what is not there -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "why"),
    [
        ("/nowhere/event7", "/nowhere/event7 is not there"),
        ("/dev/null", "/dev/null is no keyboard"),
        ("/dev", "/dev is neither a device nor the recording of one"),
        (
            "usb:c2e:b61",
            "usb:c2e:b61: expected usb:VENDOR:PRODUCT, four hexadecimal digits each, or with :SERIAL behind",
        ),
        ("usb:0c2e:0b61:S/N 7", "no keyboard usb:0c2e:0b61:S/N 7 is plugged in"),
    ],
)
def test_why_a_scanner_cannot_be_read_is_said_in_one_line(device: str, why: str) -> None:
    with Ears(Scanner(name="till", kind="evdev", device=device)) as ears:
        assert ears.goes() == why


def test_who_may_read_a_device_is_said_to_those_who_may_not() -> None:
    with TemporaryDirectory(prefix="depot-") as folder:
        recorded = Recorded(Path(folder) / "recording")
        scanner = recorded.scanner(typed(CODE))
        recorded.path.chmod(0o040)
        recorded.path.parent.chmod(0o711)
        group = grp.getgrgid(recorded.path.stat().st_gid).gr_name
        with nobody(), pytest.raises(Gone) as gone:
            EvdevReader(scanner).open()
    assert str(gone.value) == f"{recorded.path} may not be read by this user, but by the group {group}"


@contextmanager
def nobody() -> Iterator[None]:
    """For as long, whoever may read everything is somebody who may not."""
    user, group, groups = os.geteuid(), os.getegid(), os.getgroups()
    if user:
        yield
        return
    os.setgroups([])
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        os.setegid(group)
        os.setgroups(groups)


# --- who asks --------------------------------------------------------------------------------------


def test_the_test_page_sees_which_keys_came_code_by_code(recorded: Recorded) -> None:
    data = typed("D4\x1d]") + strokes(Chord(CAPSLOCK)) + by_number("029")[0] + typed("a", ends="\t")
    with Ears(recorded.scanner(data)) as ears:
        ears.comes()
        first, second = ears.scan(), ears.scan()
        ears.goes()
    assert first.raw == b"LEFTSHIFT+D 4 LEFTCTRL+RIGHTBRACE RIGHTBRACE ENTER"
    assert second.raw == b"CAPSLOCK LEFTALT+KP0 LEFTALT+KP2 LEFTALT+KP9 A TAB"


def test_the_settings_say_which_scanner_is_read_and_how(tmp_path: Path) -> None:
    recording, file = tmp_path / "recording", tmp_path / "depot.toml"
    recording.write_bytes(typed("Ø-1|2", "no"))
    file.write_text(
        f'[[scanner]]\nname = "till"\nkind = "evdev"\ndevice = "{recording}"\nlayout = "no"\nseparator = "|"\n'
        '[[scanner]]\nname = "desk"\nkind = "evdev"\ndevice = "usb:0c2e:0b61"\nat = "desk"\n'
    )
    (reader,) = readers(load({}, file), at="kiosk")
    with Ears(reader) as ears:
        ears.comes()
        assert ears.scans(1) == [("Ø-1\x1d2", False)]
        ears.goes()
    assert (reader.name, reader.source) == ("till", Source.EVDEV)
