"""The command `depot` in a test's hands: what it says, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Table, select

from depot import command
from depot.sqlite import read_only


@dataclass(frozen=True)
class Said:
    """What a command line led to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output; a failure here is that there is not exactly one."""
        return json.loads(self.out)

    @property
    def one(self) -> dict[str, Any]:
        """The only element of the list on standard output."""
        (only,) = self.json
        assert isinstance(only, dict)
        return only


class Shell:
    """Somebody at a shell, with a ledger of their own.

    Args:
        file: where the ledger is.
        environment: the variables that say so.
    """

    def __init__(
        self, file: Path, environment: Mapping[str, str], capture: pytest.CaptureFixture[str]
    ) -> None:
        self.file, self.environment = file, dict(environment)
        self._capture = capture

    def __call__(self, *words: str) -> Said:
        """Run a command line in this process, as the command's own door does."""
        self._capture.readouterr()
        status = command.run(list(words))
        said = self._capture.readouterr()
        return Said(status, said.out, said.err)

    def json(self, *words: str) -> Any:
        """Run a command line that works, and read its JSON."""
        said = self(*words, "--json")
        assert said.status == 0, said
        return said.json

    def process(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Start a command line as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "depot", *words],
            env=os.environ | self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        )

    def rows(self, table: Table, /, **where: Any) -> list[Row[Any]]:
        """Read the rows of a table that have these values."""
        with read_only(self.file) as conn:
            wanted = [table.c[name] == value for name, value in where.items()]
            return list(conn.execute(select(table).where(*wanted)).all())

    @property
    def log(self) -> str:
        """What stands in the log."""
        log = Path(self.environment["XDG_STATE_HOME"]) / "depot" / "depot.log"
        return log.read_text("utf-8") if log.exists() else ""
