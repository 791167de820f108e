"""The reader of a camera, which is another process: started, ended, and started again when it has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import TypeVar

import pytest

from depot.settings import Scanner
from kiosk.terminal.camera import CameraReader
from kiosk.terminal.readers import reader
from kiosk.terminal.scans import Heard, Presence, Source
from tests.labels.camera.filming import Table, film
from tests.labels.reading.pictures import ITEM, qr
from tests.shown import NetworkCamera

T = TypeVar("T", Heard, Presence)

ROOT = Path(__file__).parents[2]
TABLE = Table()
SQUARE = TABLE.with_((qr(ITEM, dots=4)[40:-40, 40:-40], 100, 60))


class Ear:
    """A reader, and what it has told. A context manager: the reader is stopped in the end."""

    def __init__(self, device: str) -> None:
        made = reader(Scanner(name="above", kind="camera", device=device))
        assert isinstance(made, CameraReader)
        self.reader = made
        self.told: Queue[Heard | Presence] = Queue()

    def __enter__(self) -> Ear:
        self.reader.start(self.told.put)
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.stop()

    def next(self, kind: type[T]) -> T:
        """Wait for the next that is told, which is this."""
        what = self.told.get(timeout=30)
        assert isinstance(what, kind), what
        return what


def processes_of(parent: int) -> list[int]:
    """The cameras' processes that a process has started."""
    children = Path(f"/proc/{parent}/task").glob("*/children")
    pids = [int(pid) for one in children for pid in one.read_text("ascii").split()]
    return [pid for pid in pids if b"camera" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.fixture
def camera() -> Iterator[NetworkCamera]:
    with NetworkCamera([SQUARE]) as camera:
        yield camera


def test_a_code_comes_as_every_scan_does_and_a_film_is_played_once(tmp_path: Path) -> None:
    device = str(film(tmp_path / "film.avi", [SQUARE] * 12, 12))
    before = time.monotonic()
    with Ear(device) as ear:
        there = ear.next(Presence)
        assert (there.scanner, there.source, there.is_there) == ("above", Source.CAMERA, True)
        heard = ear.next(Heard)
        assert (heard.text, heard.symbology, heard.source) == (ITEM, "]Q1", Source.CAMERA)
        assert before < heard.at < time.monotonic(), "on this process's own clock"
        assert ear.next(Presence) == Presence(
            "above", Source.CAMERA, is_there=False, why=f"{device}: the recording has ended"
        )
        time.sleep(1)  # in which a camera would have been opened again
        assert ear.told.empty()
        assert processes_of(os.getpid()) == []


def test_a_camera_process_that_dies_is_started_again(camera: NetworkCamera) -> None:
    with Ear(camera.address) as ear:
        ear.next(Presence)
        ear.next(Heard)
        (process,) = processes_of(os.getpid())
        os.kill(process, signal.SIGKILL)
        assert ear.next(Presence).why == "depot camera ended with status -9"
        assert ear.next(Presence).is_there
        assert ear.next(Heard).text == ITEM, "a new process has seen nothing yet"


def test_stopping_ends_the_process_even_one_that_hangs(camera: NetworkCamera) -> None:
    for hangs in (False, True):
        with Ear(camera.address) as ear:
            ear.next(Presence)
            ear.next(Heard)
            (process,) = processes_of(os.getpid())
            if hangs:
                os.kill(process, signal.SIGSTOP)
            begun = time.monotonic()
            ear.reader.stop()
            assert time.monotonic() - begun < 1
        assert not Path(f"/proc/{process}").exists()


def test_a_kiosk_that_is_killed_leaves_no_process_at_the_camera(camera: NetworkCamera) -> None:
    kiosk = (
        "import sys, time\n"
        "from depot.settings import Scanner\n"
        "from kiosk.terminal.readers import reader\n"
        "reader(Scanner(name='above', kind='camera', device=sys.argv[1])).start(lambda told: print(told, flush=True))\n"
        "time.sleep(60)\n"
    )
    argv = [sys.executable, "-c", kiosk, camera.address]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        assert "is_there=True" in started.stdout.readline()
        (process,) = processes_of(started.pid)
        started.kill()
        started.wait()
        ends = time.monotonic() + 10
        while Path(f"/proc/{process}").exists() and not _is_a_zombie(process):
            assert time.monotonic() < ends, "the camera is still held"
            time.sleep(0.02)


def _is_a_zombie(process: int) -> bool:
    """It has ended, and nobody in this container asks it how."""
    return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"


def test_a_still_comes_while_it_reads_and_none_while_there_is_no_camera(camera: NetworkCamera) -> None:
    with Ear(camera.address) as ear:
        assert ear.reader.still(0.1) is None, "the process has only just been started"
        ear.next(Presence)
        ear.next(Heard)
        still = ear.reader.still(10)
        assert still is not None
        assert still.jpeg.startswith(b"\xff\xd8")
        (code,) = still.codes
        assert (code.text, code.aim, code.is_fine_enough) == (ITEM, "]Q1", True)
        (left, top), *_ = code.corners
        assert 0.2 < left < 0.35
        assert 0.2 < top < 0.4
        camera.unplug()
        assert not ear.next(Presence).is_there
        begun = time.monotonic()
        assert ear.reader.still(10) is None
        assert time.monotonic() - begun < 5, "nobody waits for a camera that is gone"


def test_a_square_that_holds_more_than_any_scan_is_cut(camera: NetworkCamera) -> None:
    letters = "https://example.org/" + "A" * 300
    camera.show(TABLE.with_((qr(letters, dots=3)[40:-40, 40:-40], 100, 10)))
    with Ear(camera.address) as ear:
        ear.next(Presence)
        heard = ear.next(Heard)
        assert (heard.text, heard.cut) == (letters[:256], True)
