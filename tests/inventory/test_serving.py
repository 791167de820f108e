"""The wall before the desk in a browser: what is open without a login, how one is got, and what it opens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientResponse, CookieJar, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from depot import badges, clock, codes
from depot.errors import LedgerBusy
from depot.own import Kind, mint
from depot.settings import DeskSection, Settings
from depot.tables import attempt, staff
from inventory import serving
from inventory.serving import DeskServer, Where
from tests.depot.house import House, settings_for

BADGE, UNKNOWN, PIN, WRONG = mint(Kind.BADGE, "7315208"), mint(Kind.BADGE, "7315209"), "482915", "482916"
NO_MATCH = "That badge and that PIN do not go together."


class Browser:
    """Somebody at a browser before the server."""

    def __init__(self, client: TestClient, server: DeskServer) -> None:  # type: ignore[type-arg]
        self.client, self.server = client, server
        self.origin = f"http://127.0.0.1:{client.port}"

    async def get(self, path: str) -> ClientResponse:
        return await self.client.get(path, allow_redirects=False)

    async def logs_in(self, badge: str = BADGE, pin: str = PIN, **headers: str) -> ClientResponse:
        said = {"Origin": self.origin} | headers
        form = {"badge": badge, "pin": pin}
        return await self.client.post("/login", data=form, headers=said, allow_redirects=False)

    async def logs_out(self) -> ClientResponse:
        return await self.client.post("/logout", headers={"Origin": self.origin}, allow_redirects=False)

    async def opens_a_desk(self, origin: str | None = None) -> int:
        """Ask for a desk; say with which status it was refused, 101 for one that opened."""
        try:
            async with self.client.ws_connect("/ws?width=80&height=24", origin=origin or self.origin):
                return 101
        except WSServerHandshakeError as refused:
            return refused.status

    def forgets(self) -> None:
        self.client.session.cookie_jar.clear()


@pytest.fixture
def chosen(house: House, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The house's settings, for the server and for the desks that it starts."""
    monkeypatch.setattr(serving, "PIN_SECONDS", 0.0)
    folder = house.file.parent
    for name, value in {
        "DEPOT_DATABASE": f"sqlite:///{house.file}",
        "DEPOT_STATION_CLOCK": "trusted",
        "DEPOT_STATION_BALLAST_MB": "0",
        "DEPOT_DESK_LANGUAGE": "en",
        "XDG_STATE_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }.items():
        monkeypatch.setenv(name, value)
    house.at_desk(badges.add, name="Lise Lager", pin=PIN, role="storekeeper", badge=BADGE)
    return settings_for(house.file, desk_language="en")


@pytest.fixture
async def browser(house: House, chosen: Settings) -> AsyncIterator[Browser]:
    address = Where("127.0.0.1", 1, "http://127.0.0.1:1")
    server = DeskServer(house.ledger, chosen, clock.SystemClock(), address, language="en")
    http = TestServer(await server.application(), host="127.0.0.1")
    await http.start_server()
    server._address = Where("127.0.0.1", http.port or 0, f"http://127.0.0.1:{http.port}")
    async with TestClient(http, cookie_jar=CookieJar(unsafe=True)) as client:
        yield Browser(client, server)


def test_where_it_is_served_is_said_or_set_and_must_be_named_where_others_reach_it() -> None:
    usual = DeskSection()
    assert serving.where(usual, host=None, port=None, url=None) == Where(
        "127.0.0.1", 8080, "http://127.0.0.1:8080"
    )
    assert serving.where(usual, host="::1", port=9, url=None).url == "http://[::1]:9"
    for host in ("0.0.0.0", "192.0.2.7", "desk.example.org"):
        with pytest.raises(ValueError, match="--url"):
            serving.where(usual, host=host, port=None, url=None)
    with pytest.raises(ValueError, match="web address"):
        serving.where(usual, host=None, port=None, url="ftp://x")
    behind = serving.where(usual, host="0.0.0.0", port=None, url="https://desk.example.org/")
    assert (behind.url, behind.is_secret) == ("https://desk.example.org", True)
    assert behind.names == {"desk.example.org", "desk.example.org:443"}


@pytest.mark.parametrize(
    "path",
    ["/", "/ws", "/closed", "/desk.js", "/static/js/textual.js", "/static/", "/download/x", "/x", "/../etc"],
)
async def test_without_a_login_nothing_opens_but_the_page_that_gives_one(browser: Browser, path: str) -> None:
    said = await browser.get(path)
    assert (said.status, said.headers.get("Location")) in {(303, "/login"), (401, None), (403, None)}
    assert "textual" not in await said.text()
    assert await browser.opens_a_desk() == 401


async def test_the_page_that_asks_says_nothing_of_who_there_is_and_fetches_nothing_from_elsewhere(
    browser: Browser,
) -> None:
    said = await browser.get("/login")
    html = await said.text()
    assert said.status == 200
    assert "Lise" not in html
    assert "//" not in html
    policy = said.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (await browser.get("/look.css")).status == 200


async def test_a_badge_and_its_pin_open_the_desk_with_a_cookie_that_no_script_and_no_other_site_gets(
    browser: Browser,
) -> None:
    scanned = await browser.logs_in(pin="")
    assert f'value="{BADGE}"' in await scanned.text()
    said = await browser.logs_in(codes.spoken(BADGE))
    assert (said.status, said.headers["Location"]) == (303, "/")
    cookie = said.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    page = await (await browser.get("/")).text()
    assert f'data-session-websocket-url="ws://127.0.0.1:{browser.client.port}/ws"' in page
    assert "googleapis" not in page
    assert (await browser.get("/static/js/textual.js")).status == 200
    assert (await browser.get("/login")).headers["Location"] == "/"


async def test_an_unknown_badge_and_a_wrong_pin_get_the_same_page_and_are_counted(
    browser: Browser, house: House
) -> None:
    answers = [
        await (await browser.logs_in(badge, pin)).text()
        for badge, pin in ((UNKNOWN, PIN), (BADGE, WRONG), (BADGE, "x" * 5000), (BADGE, "٤٨٢٩١٥"))
    ]
    assert len(set(answers)) == 1
    assert NO_MATCH in answers[0]
    assert len(house.rows(attempt, subject=BADGE)) == 3
    for _ in range(2):
        await browser.logs_in(pin=WRONG)
    assert NO_MATCH in await (await browser.logs_in()).text()
    nonsense = await (await browser.logs_in('"><script>alert(1)</script>', "1234")).text()
    assert "<script>" not in nonsense


async def test_a_ledger_that_cannot_be_written_is_no_mistake_of_the_person(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise LedgerBusy

    monkeypatch.setattr(browser.server._ledger, "perform", busy)
    said = await browser.logs_in()
    assert "That was not stored. Try again in a moment." in await said.text()


async def test_an_answer_takes_its_time_whatever_it_is(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PIN_SECONDS", 0.3)
    loop = asyncio.get_running_loop()
    for badge, pin in ((UNKNOWN, PIN), (BADGE, "12"), (BADGE, PIN)):
        began = loop.time()
        await browser.logs_in(badge, pin)
        assert loop.time() - began >= 0.3


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_no_other_site_speaks_in_anybodys_name(browser: Browser, origin: str) -> None:
    assert (await browser.logs_in(Origin=origin)).status == 403
    await browser.logs_in()
    assert await browser.opens_a_desk(origin) == 403
    assert (await browser.client.post("/logout", headers={"Origin": origin})).status == 403
    assert (await browser.client.post("/logout")).status == 403
    assert (await browser.get("/")).status == 200


async def test_a_name_that_is_not_this_servers_is_not_answered(browser: Browser) -> None:
    """A site whose name is made to lead here would otherwise be one with us to the browser."""
    said = await browser.client.get("/login", headers={"Host": "evil.example"})
    assert said.status == 421


async def test_whoever_logs_in_finds_a_desk_signed_in_as_them_the_login_is_the_next_persons_and_signing_out_ends_it(
    browser: Browser, house: House
) -> None:
    other, badge = house.at_desk(badges.add, name="Per Leder", pin="271828", role="manager")
    await browser.logs_in()
    story = [("Lise Lager", f"{badge}\r"), ("Type your PIN", "271828\r"), ("Per Leder", "\x1b[20~")]  # F9
    drawn, who = "", ""
    async with browser.client.ws_connect("/ws?width=100&height=30", origin=browser.origin) as socket:
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                drawn += message.data.decode("utf-8", "replace")
            if story and story[0][0] in drawn:
                (login,) = browser.server.logins._logins.values()
                who, drawn = login.staff, ""
                await socket.send_json(["stdin", story.pop(0)[1]])
    assert (story, who) == ([], other)
    assert (await browser.get("/")).headers["Location"] == "/login"
    log = (Path(house.file.parent) / "depot" / "depot.log").read_text("utf-8")
    assert "signed_out=" in log
    assert BADGE not in log


async def test_logging_out_closes_the_desk_and_its_process(browser: Browser) -> None:
    await browser.logs_in()
    async with browser.client.ws_connect("/ws", origin=browser.origin) as socket:
        await socket.receive(timeout=20)
        assert (await browser.logs_out()).headers["Location"] == "/login"
        async for _ in socket:
            pass
    assert socket.closed
    assert await browser.opens_a_desk() == 401
    async with asyncio.timeout(10):
        while [pid for pid in _children() if _runs_a_desk(pid)]:  # noqa: ASYNC110 - another process ends
            await asyncio.sleep(0.02)


async def test_somebody_who_has_left_meanwhile_gets_no_desk(browser: Browser, house: House) -> None:
    await browser.logs_in()
    (who,) = house.rows(staff)
    house.at_desk(badges.end, who.id)
    assert await browser.opens_a_desk() == 401
    assert (await browser.get("/")).headers["Location"] == "/login"


@pytest.mark.parametrize(
    "message", ["{}", "[]", '["stdin", 5]', '["resize", {"width": []}, 1]', "not json", b"\x00"]
)
async def test_what_no_browser_says_closes_the_desk_and_nothing_else(
    browser: Browser, message: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        """Start no process."""

    monkeypatch.setattr(serving.Desk, "start", nothing)
    await browser.logs_in()
    async with browser.client.ws_connect("/ws", origin=browser.origin) as socket:
        await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))
        assert (await socket.receive(timeout=5)).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
    assert (await browser.get("/")).status == 200


def _children() -> list[int]:
    return [int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _runs_a_desk(pid: int) -> bool:
    return b"inventory.desk.in_browser" in Path(f"/proc/{pid}/cmdline").read_bytes()
