"""`depot desk serve` as a process of its own, at a free port of this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Self

PATIENCE = 30.0
"""Seconds that it may need to listen, and to end."""


class Served:
    """The server, as an asynchronous context manager that ends it.

    Args:
        environment: what its environment says besides; which ledger, above all.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**os.environ, **environment}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "depot", "desk", "serve", "--port", str(self.port)),
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(PATIENCE):
            while not await self._listens():
                assert self._process.returncode is None, "the server has ended"
                await asyncio.sleep(0.05)
        return self

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except ConnectionRefusedError:
            return False
        writer.close()
        return True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(self._process.wait(), PATIENCE)
        if error is None:
            assert status == 0, f"the server ended with status {status}"
