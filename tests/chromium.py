"""A real Chromium without a window, driven by its own DevTools protocol: what a staff PC's browser does.

One page, its keys, its console and its network. What a terminal in the page shows is read from the frames of its
WebSocket by pyte, as `driver` reads a process's terminal; that it is really drawn, a picture says. The protocol:
https://chromedevtools.github.io/devtools-protocol/.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pyte
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.driver import _SILENT

PATIENCE = 30.0
"""Seconds a wait may take before it is a failure."""
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
    ),
    *("--disable-dev-shm-usage", "--force-device-scale-factor=1", "--remote-debugging-port=0", "about:blank"),
)
KEYS: dict[str, tuple[str, int, str]] = {
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "Tab": ("Tab", 9, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
    "F1": ("F1", 112, ""),
    "F5": ("F5", 116, ""),
    "F9": ("F9", 120, ""),
}
"""Named keys: their code, Windows's number, and the text that they type."""


class Chromium:
    """One browser with one page, as an asynchronous context manager.

    Args:
        width, height: of the page, in pixels.
    """

    def __init__(self, *, width: int = 1280, height: int = 720) -> None:
        self._size = width, height
        self._folder = Path(tempfile.mkdtemp(prefix="chromium-"))
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.asked_for: list[str] = []
        """The address of everything that the page has fetched."""
        self.complaints: list[str] = []
        """What stands in the console as a warning or worse."""

    async def __aenter__(self) -> Self:
        found = shutil.which("chromium")
        assert found, "there is no chromium; scripts/setup --tests installs it"
        size = "--window-size={},{}".format(*self._size)
        self._process = await asyncio.create_subprocess_exec(
            *(found, f"--user-data-dir={self._folder}", size, *FLAGS),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        port = await self._port()
        self._http = ClientSession()
        async with self._http.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [one for one in await answer.json() if one["type"] == "page"]
        self._socket: ClientWebSocketResponse = await self._http.ws_connect(
            pages[0]["webSocketDebuggerUrl"], max_msg_size=0
        )
        self._listening = asyncio.create_task(self._listen())
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.do(f"{domain}.enable")
        width, height = self._size
        await self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.cancel()
        await self._socket.close()
        await self._http.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _port(self) -> int:
        """Wait until the browser says at which port it is driven."""
        file = self._folder / "DevToolsActivePort"
        await self.until(lambda: file.exists() and "\n" in file.read_text(), lambda: "the browser")
        return int(file.read_text().splitlines()[0])

    # --- what a person does ---

    async def go(self, url: str) -> None:
        """Type an address."""
        await self.do("Page.navigate", url=url)

    async def type(self, text: str) -> None:
        """Type characters as fast as the browser takes them, which is a scanner's pace."""
        for char in text:
            await self._key(char, f"Key{char.upper()}" if char.isalpha() else "", ord(char.upper()), char)

    async def press(self, *keys: str) -> None:
        """Press keys by name, or characters, one after the other at a person's pace."""
        for key in keys:
            if key in KEYS:
                code, number, text = KEYS[key]
                await self._key(key, code, number, text)
            else:
                await self.type(key)
            await asyncio.sleep(0.08)

    async def _key(self, key: str, code: str, number: int, text: str) -> None:
        said = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        await self.do("Input.dispatchKeyEvent", **said, **down)
        await self.do("Input.dispatchKeyEvent", **said, type="keyUp")

    # --- what a person sees ---

    @property
    def text(self) -> str:
        """What stands on the terminal in the page."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def says(self, *texts: str) -> None:
        """Wait until all of these stand on the terminal in the page, however their lines are broken."""
        await self.until(
            lambda: all(text in " ".join(self.text.split()) for text in texts),
            lambda: f"{texts} on\n{self.text}",
        )

    async def page_says(self, *texts: str) -> None:
        """Wait until all of these stand on the page itself."""
        end, said = time.monotonic() + PATIENCE, ""
        while not all(text in said for text in texts):
            assert time.monotonic() < end, f"{texts} did not come; the page:\n{said}"
            await asyncio.sleep(0.05)
            said = await self.value("document.body?.innerText ?? ''") or ""

    async def until_value(self, script: str, wanted: object) -> None:
        """Wait until a line of script has a value."""
        end = time.monotonic() + PATIENCE
        while (found := await self.value(script)) != wanted:
            assert time.monotonic() < end, f"{script} is {found!r}"
            await asyncio.sleep(0.05)

    async def value(self, script: str) -> Any:
        """Evaluate a line of script on the page."""
        answer = await self.do("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def picture(self, file: Path) -> None:
        """Take a picture of the page, as PNG."""
        answer = await self.do("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(answer["data"]))

    async def until(self, is_true: Callable[[], object], what: Callable[[], str]) -> None:
        """Wait until a condition holds.

        Raises:
            AssertionError: it did not within `PATIENCE`.
        """
        end = time.monotonic() + PATIENCE
        while not is_true():
            assert time.monotonic() < end, f"did not come: {what()}"
            await asyncio.sleep(0.02)

    # --- the protocol ---

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Have the browser do something, and wait for its answer."""
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        return await asyncio.wait_for(answer, PATIENCE)

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            if "id" in said:
                answer = self._answers.pop(said["id"])
                if answer.done():
                    continue
                if "error" in said:
                    answer.set_exception(RuntimeError(said["error"]["message"]))
                else:
                    answer.set_result(said["result"])
            else:
                self._happened(said["method"], said["params"])

    def _happened(self, method: str, told: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.asked_for.append(told["request"]["url"])
            case "Network.webSocketCreated":
                self.asked_for.append(told["url"])
                size = parse_qs(urlsplit(told["url"]).query)
                self._screen = pyte.Screen(int(size["width"][0]), int(size["height"][0]))
                self._stream = pyte.ByteStream(self._screen)
            case "Network.webSocketFrameReceived" if told["response"]["opcode"] == 2:
                self._stream.feed(_SILENT.sub(b"", base64.b64decode(told["response"]["payloadData"])))
            case "Log.entryAdded" if told["entry"]["level"] in {"warning", "error"}:
                self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
            case "Runtime.exceptionThrown":
                self.complaints.append(str(told["exceptionDetails"]))
