"""Scanners on a serial line, on real lines: pairs of pseudo-terminals, plugged in and pulled out."""

from __future__ import annotations

import os
import socket
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import serial
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from depot.settings import Scanner
from kiosk.terminal.scans import Source
from kiosk.terminal.serial_line import FEEDBACK, SerialReader
from kiosk.terminal.sounds import Sound
from tests.kiosk.ears import Ears
from tests.kiosk.plugged import Plugged

CODE, OTHER = "D00042175K", "B73310942X"


Listening = Callable[..., Ears]


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Plugged]:
    with Plugged(tmp_path / "usb-Maker_Scanner_123-if00") as scanner:
        yield scanner


@pytest.fixture
def listening(scanner: Plugged) -> Iterator[Listening]:
    """Begin to listen to the scanner, or to another address: `listening(feedback="bel")`."""
    with ExitStack() as opened:

        def begin(device: str | None = None, **more: Any) -> Ears:
            found = Scanner(name="counter", kind="serial", device=device or str(scanner.device), **more)
            return opened.enter_context(Ears(found))

        yield begin


@pytest.fixture
def counter(listening: Listening) -> Ears:
    listener = listening()
    listener.comes()
    return listener


def whole(*codes: str) -> list[tuple[str, bool]]:
    return [(code, False) for code in codes]


# --- codes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t", "\x03", ""], ids=repr)
def test_a_scan_arrives_whatever_ends_it(scanner: Plugged, counter: Ears, end: str) -> None:
    before = time.monotonic()
    scanner.send(f"\x02{CODE}{end}".encode())
    told = counter.scan()
    assert (told.text, told.cut, told.source, told.scanner) == (CODE, False, Source.SERIAL, "counter")
    assert before <= told.at <= time.monotonic()
    assert told.raw == f"\x02{CODE}{end}".encode()


def test_forty_codes_without_a_gap_arrive_whole_and_in_order(scanner: Plugged, counter: Ears) -> None:
    codes = [f"D{number:08}K" for number in range(40)]
    scanner.send("".join(f"{code}\r" for code in codes).encode())
    assert counter.scans(40) == whole(*codes)


def test_a_code_in_many_packets_and_many_codes_in_one(scanner: Plugged, counter: Ears) -> None:
    for char in f"]C0{CODE}\r\n":
        scanner.send(char.encode())
        time.sleep(0.002)
    scanner.send(f"{OTHER}\r\n{CODE}\r\n{OTHER[:4]}".encode())
    scanner.send(f"{OTHER[4:]}\r\n".encode())
    assert counter.scans(4) == whole(f"]C0{CODE}", OTHER, CODE, OTHER)


def test_no_setting_of_the_line_changes_a_byte(scanner: Plugged, counter: Ears) -> None:
    every = bytes(byte for byte in range(1, 128) if byte not in b"\r\n\t\x03\x02")
    scanner.send(every + b"\r")
    assert counter.scans(1) == whole(every.decode())


def test_what_is_no_text_is_heard_and_survived(scanner: Plugged, counter: Ears) -> None:
    scanner.send(b"\x00\x00\xff\xfe\xc6D\x0042\r" + bytes(range(0x80, 0x100)) + b"\r" + f"{CODE}\r".encode())
    garbled, more, last = counter.scans(3)
    assert garbled == ("\ufffd\ufffd\ufffdD\x0042", False)
    assert set(more[0]) == {"\ufffd"}
    assert last == (CODE, False)


def test_ten_thousand_bytes_are_one_cut_scan_and_the_next_one_is_whole(
    scanner: Plugged, counter: Ears
) -> None:
    for _ in range(5):
        scanner.send(b"P" * 2_000)
        time.sleep(0.005)
    scanner.send(f"\r{CODE}\r".encode())
    assert counter.scans(2) == [("P" * 256, True), (CODE, False)]


def test_a_scanner_that_falls_silent_in_a_code_has_sent_half_of_it(scanner: Plugged, counter: Ears) -> None:
    scanner.send(f"{CODE}\r704438".encode())
    assert counter.scans(2) == [(CODE, False), ("704438", True)]
    scanner.send(f"{CODE}\r".encode())
    assert counter.scans(1) == whole(CODE)


# --- coming and going ------------------------------------------------------------------------------


def test_a_scanner_that_is_pulled_out_in_a_code_has_sent_half_of_it(scanner: Plugged, counter: Ears) -> None:
    scanner.send(f"{CODE}\r704438".encode())
    assert counter.scans(1) == whole(CODE)
    scanner.unplug()
    assert counter.scans(1) == [("704438", True)]
    counter.goes()


def test_a_scanner_is_found_again_whatever_the_kernel_calls_it_now(scanner: Plugged, counter: Ears) -> None:
    for number in range(3):
        scanner.send(f"D{number:08}K\r".encode())
        assert counter.scans(1) == whole(f"D{number:08}K")
        scanner.unplug()
        counter.goes()
        scanner.plug_in()
        assert str(scanner.device) in counter.comes()


def test_that_a_scanner_is_not_there_is_said_once_and_with_its_path(
    listening: Listening, tmp_path: Path
) -> None:
    listener = listening(str(tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in listener.goes()
    time.sleep(0.4)  # it has tried twice more


def test_a_scanner_that_somebody_else_has_is_waited_for(scanner: Plugged, listening: Listening) -> None:
    other = serial.Serial(str(scanner.device), exclusive=True)
    listener = listening()
    assert "lock" in listener.goes()
    scanner.send(f"{OTHER}\r".encode())
    assert other.read(11) == f"{OTHER}\r".encode()
    other.close()
    listener.comes()
    scanner.send(f"{CODE}\r".encode())
    assert listener.scans(1) == whole(CODE)


def test_two_programs_never_share_a_scanner(scanner: Plugged, counter: Ears) -> None:
    with pytest.raises(serial.SerialException, match="lock"):
        serial.Serial(str(scanner.device), exclusive=True)
    counter.reader.stop()
    serial.Serial(str(scanner.device), exclusive=True).close()


@pytest.mark.parametrize(
    "device", ["/dev/null", "/etc/hostname", "hwgrep://no such scanner", "hwgrep://(", "nothing://x", "/"]
)
def test_an_address_at_which_no_scanner_can_be_is_told_and_nothing_falls_over(
    listening: Listening, device: str, caplog: pytest.LogCaptureFixture
) -> None:
    listener = listening(device)
    assert device.removeprefix("hwgrep://") in listener.goes()
    assert "Traceback" not in caplog.text
    listener.reader.stop()


def test_a_scanner_is_found_by_its_makers_number(
    scanner: Plugged, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ListPortInfo(os.path.realpath(scanner.device))
    found.hwid = "USB VID:PID=05F9:2204 SER=123 LOCATION=1-1"
    monkeypatch.setattr(list_ports, "comports", lambda _include_links: [found])
    listener = listening("hwgrep://05F9:2204")
    listener.comes()
    scanner.send(f"{CODE}\r".encode())
    assert listener.scans(1) == whole(CODE)


def test_a_scanner_behind_a_converter_is_read_and_found_again(listening: Listening) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = listening(f"socket://127.0.0.1:{server.getsockname()[1]}", feedback="bel")
        for _ in range(2):
            line, _ = server.accept()
            listener.comes()
            line.sendall(f"{CODE}\r".encode() * 2)
            assert listener.scans(2) == whole(CODE, CODE)
            listener.reader.answer(Sound.DONE)
            assert line.recv(1) == b"\x07"
            line.close()
            listener.goes()
        listener.reader.stop()


def test_whoever_stops_listening_is_told_nothing_more_and_leaves_the_line_alone(
    scanner: Plugged, counter: Ears
) -> None:
    began = time.monotonic()
    counter.reader.stop()
    assert time.monotonic() - began < 1
    scanner.send(f"{CODE}\r".encode())  # that it is told, the listener would complain of
    assert not [one for one in threading.enumerate() if one.name == "scanner counter"]


def test_a_reader_may_be_stopped_that_was_never_started(tmp_path: Path) -> None:
    SerialReader(Scanner(name="counter", kind="serial", device=str(tmp_path / "nowhere"))).stop()


# --- the scanner answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("feedback", "sound", "sent"),
    [
        ("honeywell", Sound.DONE, b"\x1b7,"),
        ("honeywell", Sound.NOT_THIS, b"\x1b8,\x1b8,"),
        ("honeywell", Sound.READ, b"\x1b5,"),
        ("datalogic", Sound.DONE, b"\x01"),
        ("datalogic", Sound.NOT_THIS, b"FE"),
        ("cipherlab", Sound.DONE, b"#@////\r"),
        ("bel", Sound.NOT_THIS, b"\x07\x07\x07"),
    ],
)
def test_what_became_of_a_scan_arrives_at_the_scanner_in_its_makers_words(
    scanner: Plugged, listening: Listening, feedback: str, sound: Sound, sent: bytes
) -> None:
    listener = listening(feedback=feedback)
    listener.comes()
    listener.reader.answer(sound)
    assert scanner.hears(len(sent)) == sent


def test_every_feedback_that_can_be_set_says_done_and_not_this_differently_or_nothing() -> None:
    for commands in FEEDBACK.values():
        assert not commands or commands[Sound.DONE] != commands[Sound.NOT_THIS]
        assert not commands or commands.keys() == set(Sound)


def test_a_scanner_that_takes_no_answer_holds_nobody_up_and_is_still_heard(
    scanner: Plugged, listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    listener = listening(feedback="cipherlab")
    listener.comes()
    while "feedback=failed" not in caplog.text:  # until the line is full
        began = time.monotonic()
        listener.reader.answer(Sound.NOT_THIS)
        assert time.monotonic() - began < 1
    scanner.send(f"{CODE}\r".encode())
    assert listener.scans(1) == whole(CODE)
    began = time.monotonic()
    listener.reader.stop()
    assert time.monotonic() - began < 1


def test_an_answer_to_a_scanner_that_has_gone_goes_nowhere(scanner: Plugged, tmp_path: Path) -> None:
    there, answered = threading.Event(), threading.Event()
    reader = SerialReader(
        Scanner(name="counter", kind="serial", device=str(scanner.device), feedback="cipherlab")
    )
    reader.start(lambda _: there.set())

    def answer() -> None:
        while not answered.is_set():
            reader.answer(Sound.DONE)

    thread = threading.Thread(target=answer)
    thread.start()
    files = []
    try:
        for number in range(6):  # what is opened meanwhile gets the number that the line had
            assert there.wait(20)
            scanner.unplug()
            there.clear()
            files += [(tmp_path / f"{number}.{nth}").open("w+b", buffering=0) for nth in range(4)]
            scanner.plug_in()
    finally:
        answered.set()
        thread.join()
        reader.stop()
    assert [file.name for file in files if file.seek(0, os.SEEK_END)] == []
    for file in files:
        file.close()


def test_none_is_no_answer(scanner: Plugged, counter: Ears) -> None:
    counter.reader.answer(Sound.DONE)
    with pytest.raises(AssertionError):
        scanner.hears(1, timeout=0.2)


def test_the_line_is_set_to_the_speed_that_is_asked_for(scanner: Plugged, listening: Listening) -> None:
    listener = listening(baud=115_200)
    listener.comes()
    end = os.open(scanner.device, os.O_RDWR | os.O_NOCTTY)
    assert termios.tcgetattr(end)[4] == termios.B115200
    os.close(end)
    scanner.send(f"{CODE}\r".encode())
    assert listener.scans(1) == whole(CODE)
