"""`depot desk serve`: the desk in a browser, through textual-serve and behind a login of our own.

Textual-serve asks nobody who they are and hands each visitor a process. Here every way in but the page that asks
for a badge and its PIN is closed to whoever has no login (see `logins`); the address that a page was asked for by,
and the page that a request came from, must be this server's own, so that no other site can speak in anybody's
name; and nothing is fetched from elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSMessage, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from depot import codes
from depot.clock import Clock
from depot.errors import LedgerError
from depot.ledger import Ledger, open_ledger
from depot.settings import DeskSection, Settings
from depot.words import words_in
from inventory import serving_pages as pages
from inventory.desk import acting
from inventory.desk.acting import Acting
from inventory.logins import Login, Logins

log = logging.getLogger(__name__)

PIN_SECONDS = 0.5
"""How long an answer about a badge and its PIN takes, whatever it is; one is given after the other."""
SWEEP_SECONDS = 5.0
"""How often it is looked whose time is over."""
MOST_WAITING = 20
"""How many may wait for that answer at once."""
LONGEST_MESSAGE = 64 * 1024
"""Bytes of one message from a browser, as of one paste on a terminal."""
END_SECONDS = 5.0
"""How long a desk has to end in order before it is killed."""
_COLUMNS, _ROWS = (20, 400), (10, 150)
_OPEN = ("/login", "/look.css")
"""What is shown to whoever has no login."""
_READS = ("GET", "HEAD")
_DAY = 24 * 3600
_LOGIN: web.RequestKey[Login] = web.RequestKey("login", Login)


@dataclass(frozen=True, slots=True)
class Where:
    """Where the desk is served.

    Args:
        host, port: what is listened at.
        url: the address that people type, without a path.
    """

    host: str
    port: int
    url: str

    @property
    def is_secret(self) -> bool:
        """Whether nobody on the way can read along."""
        return self.url.startswith("https://")

    @property
    def names(self) -> frozenset[str]:
        """What a request may say that it has asked for."""
        own = urlsplit(self.url)
        usual = 443 if self.is_secret else 80
        names = (
            {str(own.hostname)}
            if not is_this_machine(str(own.hostname))
            else {"localhost", "127.0.0.1", "[::1]"}
        )
        port = own.port or usual
        return frozenset(f"{name}:{port}" for name in names) | (names if port == usual else frozenset())

    def origin(self, name: str) -> str:
        """Return how a browser calls the page of one of the names."""
        return f"{'https' if self.is_secret else 'http'}://{name}"


def is_this_machine(host: str) -> bool:
    """Say whether nobody but this machine reaches an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def where(section: DeskSection, *, host: str | None, port: int | None, url: str | None) -> Where:
    """Choose where to serve: what is said, else what is set.

    Raises:
        ValueError: the address that people type is needed, or is none.
    """
    host, port = host or section.serve_host, port or section.serve_port
    said = (url or section.serve_url).rstrip("/")
    parts = urlsplit(said)
    if said and not (parts.scheme in {"http", "https"} and parts.hostname and not parts.path):
        raise ValueError(f"wanted a web address such as https://desk.example.org, got {said!r}")
    if not said and not is_this_machine(host):
        raise ValueError(
            f"{host} is reached from other machines: say with --url (or desk.serve_url) which address people type"
        )
    return Where(host, port, said or f"http://{f'[{host}]' if ':' in host else host}:{port}")


class Desk(AppService):
    """One visitor's desk: the process, and the pipe between it and their browser.

    Args:
        told: who has logged in, and in which language; the process's first line.
        acts: told the pseudonym of whoever acts, empty for nobody.
    """

    def __init__(self, told: dict[str, str], acts: Callable[[str], None], **pipe: Any) -> None:
        super().__init__("", **pipe)
        self._told, self._acts = told, acts

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        said = super()._build_environment(width, height)
        del said["TEXTUAL_DRIVER"]  # the process knows its own
        return said

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "inventory.desk.in_browser"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width=width, height=height),
            start_new_session=True,  # an interrupt is for the server, which then ends its desks in order
        )
        self._stdin = process.stdin
        self.stdin.write(json.dumps(self._told).encode() + b"\n")
        return process

    async def run(self) -> None:
        """Carry what the process draws to the browser until it ends, however it does, and tell the browser."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def on_meta(self, data: bytes) -> None:
        """Hear who acts; leave the rest to textual-serve."""
        said = json.loads(data)
        if said.get("type") == "acting":
            self._acts(str(said["staff"]))
        else:
            await super().on_meta(data)

    async def stop(self) -> None:
        """End the process: in order if it listens, else as it stands."""
        process = self._process
        try:
            await asyncio.wait_for(super().stop(), END_SECONDS)
            if process is not None:
                await asyncio.wait_for(process.wait(), END_SECONDS)
        except TimeoutError:
            log.error("desk=hung pid=%s", process.pid if process else "")
        finally:
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()


class DeskServer(Server):
    """The web server.

    Args:
        ledger: open, for checking badges; every desk opens it for itself.
        address: where it is served.
        language: of the pages and the desks.
    """

    def __init__(
        self, ledger: Ledger, settings: Settings, clock: Clock, address: Where, *, language: str
    ) -> None:
        super().__init__("", host=address.host, port=address.port, public_url=address.url)
        self._ledger, self._settings, self._clock, self._address = ledger, settings, clock, address
        self._language, self._words = language, words_in(language)
        self.logins = Logins(clock, idle_seconds=settings.desk.idle_seconds)
        self._checking = ThreadPoolExecutor(
            1, "ledger"
        )  # one after the other: nobody tries twenty PINs at once
        self._waiting = 0
        self._cookie = "__Host-depot" if address.is_secret else "depot"

    async def application(self) -> web.Application:
        """Make what aiohttp runs: our own routes, and textual-serve's files behind the wall."""
        app = web.Application(middlewares=[self._wall], client_max_size=LONGEST_MESSAGE)
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/login", self.handle_login_page),
                web.post("/login", self.handle_login),
                web.post("/logout", self.handle_logout),
                web.get("/closed", self.handle_closed),
                web.get("/look.css", self.handle_look),
                web.get("/desk.js", self.handle_script),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
            ]
        )
        app.on_response_prepare.append(self._guard)
        app.on_shutdown.append(self.on_shutdown)
        app.cleanup_ctx.append(self._sweeping)
        return app

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - aiohttp's signature
        """Log everybody out; what is half done lies in the ledger."""
        self.logins.end_all()

    async def _sweeping(self, app: web.Application) -> AsyncIterator[None]:  # noqa: ARG002 - as above
        async def sweep() -> None:
            while True:
                await asyncio.sleep(SWEEP_SECONDS)
                self.logins.sweep()

        task = asyncio.create_task(sweep())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        self._checking.shutdown()

    # --- the wall ---

    @web.middleware
    async def _wall(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Let in who has a login, and to the page that gives one whoever comes; from our own pages alone."""
        if request.host not in self._address.names:
            raise web.HTTPMisdirectedRequest(text="This server goes by another name.")
        speaks = request.method not in _READS or request.path == "/ws"
        if speaks and request.headers.get("Origin") != self._address.origin(request.host):
            raise web.HTTPForbidden(text="This came from another site.")
        if request.path in _OPEN:
            return await handler(request)
        login = self.logins.find(request.cookies.get(self._cookie, ""))
        if login is None:
            if request.method in _READS and request.path in {"/", "/closed"}:
                raise web.HTTPSeeOther("/login")
            raise web.HTTPUnauthorized(text="Log in first.")
        request[_LOGIN] = login
        return await handler(request)

    async def _guard(self, request: web.Request, response: web.StreamResponse) -> None:
        """Tell the browser what our pages may do: nothing but this server's own."""
        drives = self._address.origin(request.host).replace("http", "ws", 1)
        response.headers.update(
            {
                "Content-Security-Policy": (
                    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';"
                    f" img-src 'self' data:; connect-src 'self' {drives}; form-action 'self'; base-uri 'none';"
                    " frame-ancestors 'none'"
                ),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
            }
        )
        response.headers["Server"] = "depot"  # which versions it runs is nobody's business
        response.headers.setdefault(
            "Cache-Control", "private, max-age=3600" if request.path.startswith("/static/") else "no-store"
        )
        if self._address.is_secret:
            response.headers["Strict-Transport-Security"] = f"max-age={365 * _DAY}"

    # --- logging in and out ---

    async def handle_login_page(self, request: web.Request) -> web.Response:
        """Ask for a badge and its PIN, or go on where somebody has logged in."""
        if self.logins.find(request.cookies.get(self._cookie, "")) is not None:
            raise web.HTTPSeeOther("/")
        return _page(pages.login(self._words))

    async def handle_login(self, request: web.Request) -> web.Response:
        """Check a badge and its PIN: one answer, after the same time, for whatever was not right."""
        said = await request.post()
        badge, pin = str(said.get("badge", "")), str(said.get("pin", ""))
        scan = codes.parse_typed(badge, expect=codes.Kind.BADGE)
        t = self._words.t
        if not isinstance(scan, codes.BadgeCode):
            return _page(
                pages.login(
                    self._words, wrong=t("These are not the eight digits of a badge. Look once more.")
                )
            )
        if not pin:  # a scanner presses Enter after the badge
            return _page(pages.login(self._words, badge=scan.code))
        if self._waiting >= MOST_WAITING:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"})
        try:
            who = await self._check(scan.code, pin)
        except LedgerError as broken:
            log.error("login=failed error=%s", broken)
            return _page(pages.login(self._words, wrong=t("That was not stored. Try again in a moment.")))
        if who is None:
            log.warning("login=refused from=%s", request.remote)
            return _page(
                pages.login(self._words, wrong=t("That badge and that PIN do not go together. Try again."))
            )
        log.info("login=%s role=%s", who.id, who.role)
        old = self.logins.find(request.cookies.get(self._cookie, ""))
        if old is not None:
            self.logins.end(old)
        gone = web.HTTPSeeOther("/")
        gone.set_cookie(
            self._cookie,
            self.logins.begin(who.id),
            httponly=True,
            samesite="Strict",
            secure=self._address.is_secret,
        )
        raise gone

    async def _check(self, badge: str, pin: str) -> Acting | None:
        def check() -> Acting | None:
            now = self._clock.now()
            return self._ledger.perform(lambda conn, _: acting.sign_in(conn, badge, pin, now=now))

        def slowly() -> Acting | None:
            began = self._clock.monotonic()
            try:
                return check()
            finally:
                time.sleep(max(0.0, PIN_SECONDS - (self._clock.monotonic() - began)))

        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._checking, slowly)
        finally:
            self._waiting -= 1

    async def handle_logout(self, request: web.Request) -> web.Response:
        """Log out; every desk of this login closes."""
        self.logins.end(request[_LOGIN])
        gone = web.HTTPSeeOther("/login")
        gone.del_cookie(self._cookie, secure=self._address.is_secret, httponly=True, samesite="Strict")
        raise gone

    # --- pages ---

    async def handle_index(self, request: web.Request) -> Any:
        """Show the desk."""
        self.logins.touch(request[_LOGIN])
        return _page(
            pages.desk(self._words, f"{self._address.origin(request.host).replace('http', 'ws', 1)}/ws")
        )

    async def handle_closed(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's signature
        """Say that the desk was closed though nobody has logged out."""
        return _page(pages.closed(self._words))

    async def handle_look(self, request: web.Request) -> web.Response:  # noqa: ARG002 - as above
        """Send the style of our pages."""
        return web.Response(text=pages.CSS, content_type="text/css")

    async def handle_script(self, request: web.Request) -> web.Response:  # noqa: ARG002 - as above
        """Send our few lines of script."""
        return web.Response(text=pages.JS, content_type="text/javascript")

    # --- the desk ---

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Give the visitor a desk of their own, signed in as who has logged in, for as long as both last."""
        login = request[_LOGIN]
        if not await self._is_here(login.staff):
            self.logins.end(login)
            raise web.HTTPUnauthorized(text="Log in first.")
        if not self.logins.has_room(login):
            raise web.HTTPServiceUnavailable(text="Too many desks are open.")
        websocket = web.WebSocketResponse(heartbeat=15, max_msg_size=LONGEST_MESSAGE)
        closing: set[asyncio.Task[Any]] = set()

        def close() -> None:
            closing.add(asyncio.ensure_future(websocket.close()))

        def acts(staff: str) -> None:
            if staff:
                login.staff = staff
            else:
                self.logins.end(login)

        desk = Desk(
            {"staff": login.staff, "language": self._language},
            acts,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=websocket.close,
            download_manager=self.download_manager,
        )
        self.logins.opened(login, close)
        try:
            await websocket.prepare(request)
            if not self.logins.lasts(login):  # somebody has logged out meanwhile
                await websocket.close()
                return websocket
            size = (
                _within(request.query.get("width"), _COLUMNS, 80),
                _within(request.query.get("height"), _ROWS, 24),
            )
            await desk.start(*size)
            async for message in websocket:
                await self._hear(login, desk, websocket, message)
        except ConnectionError as gone:
            log.info("browser=gone error=%s", gone)
        finally:
            self.logins.closed(login, close)
            await desk.stop()
            await asyncio.gather(*closing, return_exceptions=True)
        return websocket

    async def _is_here(self, staff: str) -> bool:
        """Say whether somebody still works here."""

        def look() -> bool:
            with self._ledger.reading() as conn:
                return acting.of_staff(conn, staff) is not None

        return await asyncio.to_thread(look)

    async def _hear(
        self, login: Login, desk: Desk, websocket: web.WebSocketResponse, message: WSMessage
    ) -> None:
        """Pass on what a browser says. What it would not say closes it."""
        try:
            kind, *said = json.loads(message.data) if message.type is WSMsgType.TEXT else ("", None)
            match kind, said:
                case "stdin", [str(typed)]:
                    self.logins.touch(login)
                    await desk.send_bytes(typed.encode("utf-8", "replace"))
                case "resize", [dict(size)]:
                    width, height = (
                        _within(size.get("width"), _COLUMNS, 80),
                        _within(size.get("height"), _ROWS, 24),
                    )
                    await desk.set_terminal_size(width, height)
                case "ping", [str(stamp)]:
                    await websocket.send_json(["pong", stamp[:40]])
                case "blur", []:
                    await desk.blur()
                case "focus", []:
                    await desk.focus()
                case _:
                    raise ValueError(f"a message of kind {kind!r}")
        except (ValueError, TypeError) as strange:
            log.warning("browser=strange error=%s", strange)
            await websocket.close()


def _within(said: object, bounds: tuple[int, int], usual: int) -> int:
    """Read a width or height in cells, as far as anybody's screen goes."""
    text = str(said)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else usual
    return max(bounds[0], min(bounds[1], number))


def _page(html: str) -> web.Response:
    return web.Response(text=html, content_type="text/html")


def serve(settings: Settings, clock: Clock, address: Where, *, language: str) -> None:
    """Serve the desk until this process is interrupted or told to end.

    Args:
        address: where.
        language: of the pages and the desks.

    Raises:
        OSError: the address cannot be listened at.
        LedgerError: the ledger cannot be opened.
    """
    with open_ledger(settings) as ledger:
        server = DeskServer(ledger, settings, clock, address, language=language)
        web.run_app(
            server.application(),
            host=address.host,
            port=address.port,
            access_log=None,
            print=None,
            shutdown_timeout=2 * END_SECONDS,
        )
