"""Whatever scans, and however many scan at once: each scan arrives once and whole, in order with its scanner's others.

One application in a real terminal hears the keyboard's scanner and pastes, two serial lines and a recorded device; a
camera in the last test.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depot.own import Kind, mint
from tests.driver import Terminal
from tests.kiosk.keystream import typed
from tests.kiosk.plugged import Plugged
from tests.kiosk.recorded import Recorded
from tests.labels.reading.pictures import code128
from tests.shown import Shown

WEDGE, PASTE, LEFT, RIGHT, EVDEV, CAMERA = "wedge", "paste", "left", "right", "evdev", "camera"

Texts = Sequence[str]
Send = Callable[[Texts, str], None]
"""Sends scans without a gap, each with this behind it."""


class Counter:
    """The application, its record, and all that scans into it."""

    def __init__(self, terminal: Terminal, record: Path, scanners: dict[str, Send]) -> None:
        self.terminal, self._record, self.scanners = terminal, record, scanners
        self._read, self._numbers = 0, count(1)

    def waits_for(self, scanners: int) -> None:
        """Wait until so many scanners are there; whatever else is told of them fails a test."""
        self.terminal.wait_until(lambda: len(self._lines()) == scanners, what=f"{scanners} scanners")
        self._read = scanners
        assert [line.get("there") for line in self._lines()] == [True] * scanners

    def scan(self, bursts: Sequence[tuple[str, Texts, str]]) -> dict[str, list[str]]:
        """Have scanners send, one behind the other without waiting: what each has sent, no text twice ever."""
        sent: dict[str, list[str]] = defaultdict(list)
        for source, texts, end in bursts:
            unique = [f"{text}-{next(self._numbers):06}" for text in texts]
            self.scanners[source](unique, end)
            sent[source] += unique
        return sent

    def hears(self, number: int) -> dict[str, list[str]]:
        """Wait for so many scans: what was heard from each; something cut or pressed is no scan."""
        self.terminal.wait_until(lambda: len(self._lines()) >= self._read + number, what=f"{number} scans")
        heard: dict[str, list[str]] = defaultdict(list)
        for line in self._lines()[self._read :]:
            assert line.get("cut") is False, line
            heard[str(line["source"])].append(str(line["scan"]))
        self._read += sum(map(len, heard.values()))
        return heard

    def _lines(self) -> list[dict[str, str | bool]]:
        if not self._record.exists():
            return []
        return [json.loads(line) for line in self._record.read_text("utf-8").splitlines()]


@contextmanager
def opened(folder: Path, camera: str | None = None) -> Iterator[Counter]:
    """An application with all scanners plugged in and found."""
    with ExitStack() as plugged:
        left = plugged.enter_context(Plugged(folder / LEFT))
        right = plugged.enter_context(Plugged(folder / RIGHT))
        keys = plugged.enter_context(Recorded(folder / EVDEV))
        argv = [sys.executable, "-m", "tests.kiosk.doorway_app", str(folder / "record"), str(folder / "log")]
        devices: list[tuple[str, str, Path | str]] = [
            (LEFT, "serial", left.device),
            (RIGHT, "serial", right.device),
            (EVDEV, "evdev", keys.device),
        ]
        if camera is not None:
            devices.append((CAMERA, CAMERA, camera))
        for name, kind, device in devices:
            argv += ["--scanner", name, kind, str(device)]
        terminal = plugged.enter_context(Terminal(argv))

        def paste(texts: Texts, end: str) -> None:
            terminal.paste("".join(text + end for text in texts))

        scanners: dict[str, Send] = {
            WEDGE: lambda texts, end: terminal.send("".join(text + end for text in texts).encode()),
            PASTE: paste,
            LEFT: lambda texts, end: left.send("".join(text + end for text in texts).encode()),
            RIGHT: lambda texts, end: right.send("".join(f"\x02{text}{end}" for text in texts).encode()),
            EVDEV: lambda texts, end: keys.send(
                b"".join(typed(text, ends=end.replace("\n", "")) for text in texts)
            ),
        }
        counter = Counter(terminal, folder / "record", scanners)
        counter.waits_for(len(devices))
        yield counter


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with opened(tmp_path_factory.mktemp("mix")) as counter:
        yield counter


texts = st.lists(st.text("BDK0123456789()\x1d", min_size=6, max_size=40), min_size=1, max_size=4)
bursts = st.tuples(
    st.sampled_from([WEDGE, PASTE, LEFT, RIGHT, EVDEV]), texts, st.sampled_from(["\r", "\r\n", "\t"])
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(bursts, min_size=1, max_size=12))
def test_any_sequence_of_scans_from_any_mix_of_scanners_arrives_once_each_and_in_order(
    counter: Counter, bursts: list[tuple[str, list[str], str]]
) -> None:
    sent = counter.scan(bursts)
    assert counter.hears(sum(map(len, sent.values()))) == sent


def test_after_all_of_them_nothing_is_left(counter: Counter) -> None:
    sent = counter.scan([(LEFT, ["THE-LAST"], "\r")])
    assert counter.hears(1) == sent


def test_a_camera_among_them_is_one_more(tmp_path: Path) -> None:
    shown = [mint(Kind.ITEM, f"00042{number:02}") for number in range(8)]
    with Shown() as camera, opened(tmp_path, camera.address) as counter:
        for code in shown:
            camera.lay(code128(code))
            sent = counter.scan(
                [(source, ["D00042"] * 3, "\r") for source in (WEDGE, LEFT, RIGHT, EVDEV)] * 2
            )
            assert counter.hears(1 + sum(map(len, sent.values()))) == sent | {CAMERA: [code]}
