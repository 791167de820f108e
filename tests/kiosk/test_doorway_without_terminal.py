"""The same doorway where no thread reads a terminal: in a test of screens, or behind a browser."""

import asyncio

from textual import events

from kiosk.terminal.doorway import Doorway, Key, Pressed, Scanned
from kiosk.terminal.scans import Source


class Hearing(Doorway):
    def __init__(self) -> None:
        super().__init__()
        self.heard: asyncio.Queue[Scanned | Pressed] = asyncio.Queue()

    def on_scanned(self, event: Scanned) -> None:
        self.heard.put_nowait(event)

    def on_pressed(self, event: Pressed) -> None:
        self.heard.put_nowait(event)

    async def next(self) -> Scanned | Pressed:
        async with asyncio.timeout(20):
            return await self.heard.get()


async def test_a_key_is_heard_when_the_pause_after_it_is_over() -> None:
    app = Hearing()
    async with app.run_test() as pilot:
        await pilot.press("7", "enter")
        digit, enter = await app.next(), await app.next()
    assert isinstance(digit, Pressed)
    assert isinstance(enter, Pressed)
    assert (digit.key, digit.char, enter.key) == (Key.DIGIT, "7", Key.ENTER)


async def test_a_scan_is_heard_with_and_without_a_terminator() -> None:
    app = Hearing()
    async with app.run_test():
        for char in "D00042175K\rB73310942X":
            app.post_message(events.Key({"\r": "enter"}.get(char, char), char))
        first, second = await app.next(), await app.next()
    assert isinstance(first, Scanned)
    assert isinstance(second, Scanned)
    assert (first.text, second.text) == ("D00042175K", "B73310942X")
    assert {first.source, second.source} == {Source.WEDGE}


async def test_a_paste_gives_out_what_waits_before_it() -> None:
    app = Hearing()
    async with app.run_test():
        app.post_message(events.Key("4", "4"))
        app.post_message(events.Paste("D00042175K"))
        key, scan = await app.next(), await app.next()
    assert isinstance(key, Pressed)
    assert isinstance(scan, Scanned)
    assert (key.char, scan.text, scan.source) == ("4", "D00042175K", Source.PASTE)
