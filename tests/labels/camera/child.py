"""`depot camera` as it is: a process, whose lines a test waits for."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Line = dict[str, Any]

ROOT = Path(__file__).parents[3]


class Child:
    """The running verb. A context manager: it is told to end, and has, with the status `status`."""

    def __init__(self, *args: str, env: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "depot", "camera", *args]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=os.environ | (env or {})
        )
        self._lines: queue.Queue[Line | None] = queue.Queue()
        self.said: list[Line] = []
        self.error = ""
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> int:
        """Close its standard input and wait until it has ended; its status."""
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            self._ear.join(10)

    @property
    def codes(self) -> list[str]:
        """What has been scanned so far."""
        return [str(one["code"]) for one in self.said if "code" in one]

    def write(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, is_it: Callable[[Line], bool], timeout: float = 30.0) -> Line:
        """Wait for a line; what came before it is in `said`.

        Raises:
            AssertionError: it has not come.
        """
        ends = time.monotonic() + timeout
        while (left := ends - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.said.append(line)
            if is_it(line):
                return line
        raise AssertionError(f"it has not come; said: {self.said}, {self.error}")

    def state(self, state: str, timeout: float = 30.0) -> str:
        """Wait until the camera is `there`, `gone` or has `ended`; why."""
        return str(self.until(lambda line: line.get("state") == state, timeout)["why"])

    def code(self, text: str) -> Line:
        """Wait until this is scanned."""
        return self.until(lambda line: line.get("code") == text)

    def processor_seconds(self) -> float:
        """How much of a processor it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _listen(self) -> None:
        assert self.process.stdout
        assert self.process.stderr
        with self.process.stdout as out, self.process.stderr as err:
            for line in out:
                self._lines.put(json.loads(line))
            self.error = err.read()
        self._lines.put(None)
