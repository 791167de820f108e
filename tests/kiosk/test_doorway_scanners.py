"""The doorway with more than one scanner: all end in the same message, and each is answered by its own line."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
import serial
from textual import events

from depot.codes import Gtin, ItemCode, Kind, Unreadable, mint
from depot.settings import Scanner
from kiosk.terminal.doorway import Doorway, Pressed, Scanned, ScannerPresence
from kiosk.terminal.repair import Repair
from kiosk.terminal.scans import ScanReader, Source
from kiosk.terminal.serial_line import SerialReader
from kiosk.terminal.sounds import Sound
from tests.kiosk.plugged import Plugged

CODE = mint(Kind.ITEM, "0004217")
A_GTIN = "07038010000997"


class Line(Plugged):
    """A serial scanner, and what reads it."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder / name)
        self.name = name

    async def answered(self, count: int) -> bytes:
        return await asyncio.to_thread(self.hears, count)

    def reader(self, feedback: str = "none") -> SerialReader:
        device = str(self.device)
        return SerialReader(Scanner(name=self.name, kind="serial", device=device, feedback=feedback))


class Hearing(Doorway):
    def __init__(self, scanners: Sequence[ScanReader] = (), repair: Repair | None = None) -> None:
        super().__init__(scanners=scanners, repair=repair)
        self.heard: asyncio.Queue[Scanned | Pressed | ScannerPresence] = asyncio.Queue()

    def on_scanned(self, event: Scanned) -> None:
        self.heard.put_nowait(event)

    def on_pressed(self, event: Pressed) -> None:
        self.heard.put_nowait(event)

    def on_scanner_presence(self, event: ScannerPresence) -> None:
        self.heard.put_nowait(event)

    async def next(self) -> Scanned | Pressed | ScannerPresence:
        async with asyncio.timeout(20):
            return await self.heard.get()

    async def next_scan(self) -> Scanned:
        while not isinstance(message := await self.next(), Scanned):
            pass
        return message

    async def ready(self) -> None:
        """Wait until every scanner is there: what one sends before a line is open is not heard."""
        while self.missing:
            await self.next_presence()

    async def next_presence(self) -> ScannerPresence:
        while not isinstance(message := await self.next(), ScannerPresence):
            pass
        return message

    def type(self, *keys: events.Key) -> None:
        for key in keys:
            self.post_message(key)

    def type_text(self, text: str) -> None:
        self.type(*(events.Key(char, char) for char in text), events.Key("enter", "\r"))


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[tuple[Line, Line]]:
    first, second = Line(tmp_path, "left"), Line(tmp_path, "right")
    first.plug_in()
    second.plug_in()
    yield first, second
    first.unplug()
    second.unplug()


async def test_a_scan_tells_which_scanner_it_came_from_and_of_which_symbology(
    lines: tuple[Line, Line],
) -> None:
    left, right = lines
    app = Hearing([left.reader(), right.reader()])
    async with app.run_test():
        await app.ready()
        left.send(b"]C0" + CODE.encode() + b"\r")
        first = await app.next_scan()
        right.send(b"]C101" + A_GTIN.encode() + b"\r\n")
        second = await app.next_scan()
        app.type_text(CODE)
        third = await app.next_scan()
    assert [one.source for one in (first, second, third)] == [Source.SERIAL, Source.SERIAL, Source.WEDGE]
    assert [one.scanner for one in (first, second, third)] == ["left", "right", ""]
    assert [one.symbology for one in (first, second, third)] == ["]C0", "]C1", None]
    assert (first.scan, second.scan) == (ItemCode(CODE), Gtin(A_GTIN))
    assert first.at < second.at


async def test_the_scanner_that_scanned_is_answered_and_no_other(lines: tuple[Line, Line]) -> None:
    left, right = lines
    app = Hearing([left.reader(feedback="honeywell"), right.reader(feedback="bel")])
    async with app.run_test():
        await app.ready()
        left.send(CODE.encode() + b"\r")
        await app.next_scan()
        app.answer(Sound.DONE)
        assert await left.answered(3) == b"\x1b7,"
        right.send(CODE.encode() + b"\r")
        await app.next_scan()
        app.answer(Sound.NOT_THIS)
        assert await right.answered(3) == b"\x07\x07\x07"


class Answering(Hearing):
    """Answers each scan as it comes; that it is heard is Textual's doing, which calls both classes' handlers."""

    def on_scanned(self, _: Scanned) -> None:
        self.answer(Sound.DONE)


async def test_two_scanners_that_scan_while_the_application_is_busy_are_both_answered(
    lines: tuple[Line, Line],
) -> None:
    left, right = lines
    app = Answering([left.reader(feedback="honeywell"), right.reader(feedback="bel")])
    async with app.run_test():
        await app.ready()
        left.send(CODE.encode() + b"\r")
        right.send(CODE.encode() + b"\r")
        time.sleep(0.3)  # noqa: ASYNC251 - it blocks, as a commit does
        app.type(events.Key("x", "x"))
        assert {(await app.next_scan()).scanner, (await app.next_scan()).scanner} == {"left", "right"}
        assert await left.answered(3) == b"\x1b7,"
        assert await right.answered(1) == b"\x07"


async def test_a_key_that_is_wrong_is_nothing_to_answer_a_scanner_with(lines: tuple[Line, Line]) -> None:
    left, _ = lines
    app = Hearing([left.reader(feedback="bel")])
    async with app.run_test():
        await app.ready()
        left.send(CODE.encode() + b"\r")
        await app.next_scan()
        app.type(events.Key("x", "x"))
        while not isinstance(await app.next(), Pressed):
            pass
        app.answer(Sound.NOT_THIS)
        left.send(CODE.encode() + b"\r")
        await app.next_scan()
        app.answer(Sound.DONE)
        assert await left.answered(1) == b"\x07"


async def test_a_scanner_that_is_not_there_is_known_to_be_missing_until_it_comes(tmp_path: Path) -> None:
    line = Line(tmp_path, "late")
    app = Hearing([line.reader()])
    async with app.run_test():
        gone = (await app.next_presence()).presence
        assert (gone.scanner, gone.is_there) == ("late", False)
        assert app.missing == {"late"}
        assert str(line.device) in gone.why
        line.plug_in()
        come = (await app.next_presence()).presence
        assert come.is_there
        assert not app.missing
        line.unplug()
        assert (await app.next_presence()).presence.is_there is False
        assert app.missing == {"late"}


async def test_a_scan_of_which_a_part_is_missing_means_nothing(lines: tuple[Line, Line]) -> None:
    left, _ = lines
    app = Hearing([left.reader()])
    async with app.run_test():
        await app.ready()
        left.send(CODE.encode() + b"\r703801")
        await app.next_scan()
        left.unplug()
        half = await app.next_scan()
    assert half.cut
    assert isinstance(half.scan, Unreadable), "six digits would be NAV's label"


async def test_an_application_that_has_ended_has_let_go_of_its_scanners(lines: tuple[Line, Line]) -> None:
    left, _ = lines
    app = Hearing([left.reader()])
    async with app.run_test():
        await app.next_presence()
        with pytest.raises(serial.SerialException, match="lock"):
            serial.Serial(str(left.device), exclusive=True)
    serial.Serial(str(left.device), exclusive=True).close()


async def test_scanners_that_hang_hold_up_the_end_together_no_longer_than_one() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as callers:
        for _ in range(4):  # who calls after these is put off, as by a converter that has been switched off
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
        device = f"socket://127.0.0.1:{server.getsockname()[1]}"
        app = Hearing(
            [SerialReader(Scanner(name=name, kind="serial", device=device)) for name in ("a", "b", "c")]
        )
        async with app.run_test():
            assert app.missing == {"a", "b", "c"}
            ends = time.monotonic()
        assert time.monotonic() - ends < 1.5
        assert app.heard.empty(), "they were still being opened"


# --- what a keyboard scanner's settings do to a text, undone -------------------------------------------


async def test_a_scanner_that_believes_in_another_keyboard_is_understood() -> None:
    app = Hearing(repair=Repair("us", "no"))
    async with app.run_test():
        app.type_text(
            "httpsØ--id.example-01-07038010000997_21)AB"
        )  # what an American scanner types in Norway
        scan = await app.next_scan()
    assert scan.text == "https://id.example/01/07038010000997?21(AB"


async def test_without_that_setting_what_is_typed_is_what_arrives() -> None:
    app = Hearing()
    async with app.run_test():
        app.type_text("+-_AB+CD")
        scan = await app.next_scan()
    assert (scan.text, scan.symbology) == ("+-_AB+CD", None)


@pytest.mark.parametrize(
    ("separator", "key", "char"),
    [("f8", "f8", None), ("~", "~", "~"), ("", "ctrl+right_square_bracket", "\x1d")],
)
async def test_what_a_scanner_sends_for_the_separator_of_gs1_becomes_it(
    separator: str, key: str, char: str | None
) -> None:
    app = Hearing(repair=Repair(separator=separator))
    async with app.run_test():
        app.type(*(events.Key(one, one) for one in f"01{A_GTIN}10LOT7"), events.Key(key, char))
        app.type_text("21AB12")
        scan = await app.next_scan()
    assert scan.text == f"01{A_GTIN}10LOT7\x1d21AB12"
