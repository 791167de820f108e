"""Scanners that are grabbed: with keyboards that the kernel makes for a test, on a machine where it does."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from depot.settings import Scanner
from kiosk.terminal.evdev import EvdevReader
from kiosk.terminal.scans import Heard, Presence
from tests.kiosk.ears import PATIENCE, Ears
from tests.kiosk.keystream import CAPSLOCK, ENTER, LEFTSHIFT, Chord, chord, report, strokes, typed
from tests.kiosk.virtual_keyboard import CAPS_LOCK_LED, LED, UINPUT, Terminal, VirtualKeyboard

CODE, OTHER = "D00042175K", "B73310942X"
GS1 = "010701234567890\x1d21ABC"


@pytest.fixture(scope="module", autouse=True)
def _uinput() -> None:
    try:
        os.close(os.open(UINPUT, os.O_RDWR))
    except OSError as error:
        pytest.skip(f"no keyboard can be made here: {UINPUT}: {error.strerror}")


@pytest.fixture
def keyboard() -> Iterator[VirtualKeyboard]:
    with VirtualKeyboard() as keyboard:
        yield keyboard


def scanner(device: str, name: str = "till") -> Scanner:
    return Scanner(name=name, kind="evdev", device=device)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_scanner_is_found_by_its_numbers_and_nothing_leaks_to_the_terminal(
    keyboard: VirtualKeyboard,
) -> None:
    with (
        VirtualKeyboard(product=0x0B62),
        Terminal(keyboard.node) as terminal,
        Ears(scanner(keyboard.address)) as ears,
    ):
        assert ears.comes() == f"{keyboard.node} (A scanner, played), grabbed"
        before = time.monotonic()
        for code in (CODE, GS1, OTHER):
            keyboard.send(typed(code))
            heard = ears.scan()
            assert (heard.text, heard.cut) == (code, False)
            assert before <= heard.at <= time.monotonic()
        assert terminal.keys() == []
        ears.reader.stop()
        keyboard.send(strokes(Chord(ENTER)))
        assert terminal.keys() == [(ENTER, 1), (ENTER, 0)]


def test_a_code_of_ours_waits_whole_for_a_reader_that_is_busy(keyboard: VirtualKeyboard) -> None:
    with Ears(scanner(str(keyboard.node))) as ears:
        ears.comes()
        for code in (CODE, OTHER):
            keyboard.send(typed(code), pause=0)
            assert ears.scans(1) == [(code, False)]


def test_the_node_of_a_scanner_that_has_no_letters_is_passed_over() -> None:
    with VirtualKeyboard(keys=range(113, 116)) as buttons, VirtualKeyboard() as keyboard:
        with Ears(scanner(str(buttons.node))) as ears:
            assert ears.goes() == f"{buttons.node} is no keyboard"
        with Ears(scanner(keyboard.address)) as ears:
            assert ears.comes().startswith(f"{keyboard.node} ")


def test_a_scanner_that_another_program_has_grabbed_is_waited_for(keyboard: VirtualKeyboard) -> None:
    with Ears(scanner(str(keyboard.node))) as other:
        other.comes()
        with Ears(scanner(str(keyboard.node))) as ears:
            assert ears.goes() == f"{keyboard.node} is grabbed by another program"
            other.reader.stop()
            ears.comes()
            keyboard.send(typed(CODE))
            assert ears.scans(1) == [(CODE, False)]


def test_two_scanners_of_a_kind_have_a_reader_each(keyboard: VirtualKeyboard) -> None:
    with VirtualKeyboard() as second, Ears(scanner(keyboard.address)) as ears:
        assert ears.comes().startswith(f"{keyboard.node} ")
        with Ears(scanner(keyboard.address, "desk")) as others:
            assert others.comes().startswith(f"{second.node} ")
            keyboard.send(typed(CODE))
            second.send(typed(OTHER))
            assert ears.scans(1) == [(CODE, False)]
            assert others.scans(1) == [(OTHER, False)]


def test_a_scanner_is_found_again_under_whatever_number(keyboard: VirtualKeyboard) -> None:
    with Ears(scanner(keyboard.address)) as ears:
        ears.comes()
        keyboard.send(typed("D0004", ends=""))
        keyboard.unplug()
        assert ears.scans(1) == [("D0004", True)]
        assert ears.goes() == f"{keyboard.node} was unplugged"
        ears.goes()
        with VirtualKeyboard(product=0x0B62):  # takes the number that became free
            keyboard.plug_in()
            assert ears.comes().startswith(f"{keyboard.node} ")
            keyboard.send(typed(CODE))
            assert ears.scans(1) == [(CODE, False)]


def test_a_scanner_is_not_grabbed_while_a_key_is_down(keyboard: VirtualKeyboard) -> None:
    with Terminal(keyboard.node) as terminal:
        keyboard.send(report((30, 1)))
        with Ears(scanner(str(keyboard.node))) as ears:
            assert ears.goes() == f"{keyboard.node} has a key held down"
            keyboard.send(report((30, 0)))
            ears.comes()
            keyboard.send(typed(CODE))
            assert ears.scans(1) == [(CODE, False)]
        assert terminal.keys() == [(30, 1), (30, 0)]


def test_a_code_that_is_being_typed_goes_to_the_terminal_to_its_end(keyboard: VirtualKeyboard) -> None:
    seen: list[tuple[int, int]] = []

    def has_begun() -> bool:
        seen.extend(terminal.keys())
        return len(seen) > 4

    with Terminal(keyboard.node) as terminal, ThreadPoolExecutor() as pool:
        typing = pool.submit(keyboard.send, typed(OTHER), pause=0.01)
        wait_until(has_begun)
        with Ears(scanner(str(keyboard.node))) as ears:
            ears.comes()
            typing.result()
            keyboard.send(typed(CODE))
            assert ears.scans(1) == [(CODE, False)]
        seen.extend(terminal.keys())
    strokes = [key for key, value in seen if value == 1]
    assert strokes == [
        LEFTSHIFT,
        *(chord(sign.lower()).key for sign in OTHER[:-1]),
        LEFTSHIFT,
        chord("x").key,
        ENTER,
    ]
    assert seen[-1] == (ENTER, 0)


def test_a_lit_caps_lock_is_put_out_so_that_no_scanner_types_by_it(keyboard: VirtualKeyboard) -> None:
    with Terminal(keyboard.node) as terminal:
        terminal.light_caps_lock()
        wait_until(lambda: (LED, CAPS_LOCK_LED, 1) in keyboard.told())
    with Ears(scanner(str(keyboard.node))) as ears:
        ears.comes()
        wait_until(lambda: (LED, CAPS_LOCK_LED, 0) in keyboard.told())
        keyboard.send(strokes(Chord(CAPSLOCK)) + typed("d4") + strokes(Chord(CAPSLOCK)) + typed(CODE))
        assert ears.scans(2) == [("D4", False), (CODE, False)]
        assert (LED, CAPS_LOCK_LED, 1) not in keyboard.told()


def test_codes_that_the_kernel_had_no_room_for_are_told_as_cut(keyboard: VirtualKeyboard) -> None:
    """A reader that is kept from reading for long, as no reader of ours should be."""
    heard: list[Heard | Presence] = []
    may_go_on, is_held = threading.Event(), threading.Event()

    def tell(what: Heard | Presence) -> None:
        heard.append(what)
        if len(heard) == 2:
            is_held.set()
            may_go_on.wait(PATIENCE)

    reader = EvdevReader(scanner(str(keyboard.node)))
    reader.start(tell)
    wait_until(lambda: len(heard) == 1)
    keyboard.send(typed(CODE))
    assert is_held.wait(PATIENCE)
    for _ in range(100):
        keyboard.send(typed(OTHER))
    may_go_on.set()
    wait_until(lambda: any(isinstance(one, Heard) and one.cut for one in heard))
    keyboard.send(report((LEFTSHIFT, 0)) + typed(CODE))
    wait_until(lambda: isinstance(heard[-1], Heard) and heard[-1].text == CODE)
    reader.stop()
    scans = [one for one in heard[2:-1] if isinstance(one, Heard)]
    assert {one.text for one in scans if not one.cut} <= {OTHER}
    assert len(scans) < 100
