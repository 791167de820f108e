"""A stocked ledger for every story, and warm processes: forked from a parent that has imported everything."""

from __future__ import annotations

import functools
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from depot import errors, sqlite
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, House
from tests.depot.storage import lender

PATIENCE = 60.0
"""Seconds that an answer may take before the story fails; a quiet machine needs far under one."""


@pytest.fixture(scope="session")
def warm() -> ForkServerContext:
    """Where children are forked from: a process of one thread that has imported the ledger.

    pytest as well: every child runs the script again that started the tests, and without it for 80 ms.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "tests.depot.storage.lender"])
    return context


@pytest.fixture(scope="session")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger with 24 things on its shelves and 6 borrowers. Nobody opens it: it is copied."""
    folder = tmp_path_factory.mktemp("stocked") / "ledger"
    shutil.copytree(founded, folder)
    house = House(folder / "depot.db")
    for line in (STICK, CRUTCHES, ROLLATOR):
        house.stand(8, line)
    for _ in range(6):
        house.confirmed()
    house.close()
    return folder


@pytest.fixture
def file(stocked: Path, tmp_path: Path) -> Path:
    """The stocked ledger of one test, closed."""
    return copied(stocked, tmp_path / "ledger")


@pytest.fixture
def fast_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the machine has such a place, for what asks nothing of a disk."""
    memory = Path("/dev/shm")
    folder = memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**28 else tmp_path
    with tempfile.TemporaryDirectory(dir=folder) as mine:
        yield Path(mine)


@pytest.fixture
def fast_file(stocked: Path, fast_folder: Path) -> Path:
    """The stocked ledger of one test, closed, in memory."""
    return copied(stocked, fast_folder / "ledger")


@pytest.fixture
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what SQLAlchemy has compiled for a file from one opening to the next, which saves 40 ms each time."""
    monkeypatch.setattr(sqlite, "engine", functools.cache(sqlite.engine))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine may look into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def copied(folder: Path, to: Path) -> Path:
    """Copy a closed ledger's folder, and name the ledger in the copy."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return to / "depot.db"


class Died(Exception):
    """The process ended before it answered."""


class ClerkAtADistance:
    """A process with an open ledger that does what it is told: `clerk.does(check_in, item=code)`."""

    def __init__(self, warm: ForkServerContext, file: Path, said: dict[str, str]) -> None:
        self._pipe, theirs = warm.Pipe()
        self._process = warm.Process(target=lender.serve, args=(file, theirs, said), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None
        return self._process.pid

    def begins(self, task: Callable[..., Any], **said: Any) -> None:
        """Tell it to do something, and do not wait."""
        self._pipe.send((task, said))

    def answers(self) -> Any:
        """Wait for what came of it, or for the next thing that it tells; what broke there is raised here.

        Raises:
            Died: the process ended first.
        """
        try:
            if not self._pipe.poll(PATIENCE):
                raise TimeoutError(f"process {self.pid} has not answered")
            broken, answer = self._pipe.recv()
        except (EOFError, ConnectionResetError) as gone:
            self._process.join()
            raise Died from gone
        if broken is not None:
            kind = getattr(errors, broken, RuntimeError)
            failure: Exception = kind.__new__(kind)
            Exception.__init__(failure, f"{broken}: {answer}")
            raise failure
        return answer

    def does(self, task: Callable[..., Any], **said: Any) -> Any:
        """Tell it to do something and wait for what came of it."""
        self.begins(task, **said)
        return self.answers()

    def goes_on(self) -> None:
        """Let a stuck deed end."""
        self._pipe.send(None)

    def dies(self) -> None:
        """Kill it as kill -9 does."""
        self._process.kill()
        self._process.join()

    def leaves(self) -> None:
        """End it, without closing what it has open."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


@pytest.fixture
def clerk(warm: ForkServerContext) -> Iterator[Callable[..., ClerkAtADistance]]:
    """Call clerks to a ledger: `clerk(file, station_ballast_mb="1")`."""
    called: list[ClerkAtADistance] = []

    def call(file: Path, **said: str) -> ClerkAtADistance:
        called.append(ClerkAtADistance(warm, file, said))
        return called[-1]

    yield call
    for one in called:
        one.leaves()
