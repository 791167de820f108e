"""The desk in a real browser at a staff PC: logging in, keys, a scan, and signing out."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from depot import demo
from depot.own import digits
from tests.chromium import Chromium
from tests.depot.command.conftest import practice, surroundings
from tests.served import Served

__all__ = ["practice"]

WRONG = "Prøv igjen"
FOCUS = "document.activeElement?.id"


@pytest.fixture
def environment(practice: Path, tmp_path: Path) -> dict[str, str]:
    """A practice depot of the test's own."""
    shutil.copytree(practice, tmp_path, dirs_exist_ok=True)
    return surroundings(tmp_path) | {"XDG_CACHE_HOME": str(tmp_path)}


async def test_a_storekeeper_logs_in_works_and_signs_out(environment: dict[str, str], tmp_path: Path) -> None:
    async with Served(environment) as served, Chromium(width=1000, height=640) as browser:
        await browser.go(served.url)
        await browser.page_says("Logg inn")
        assert await browser.value("location.pathname") == "/login"
        await browser.until_value(FOCUS, "badge")  # a page's words are there before its focus is

        await browser.type(demo.BADGE)  # a scanner types a code and Enter
        await browser.press("Enter")
        await browser.until_value(FOCUS, "pin")
        await browser.press(*"9999", "Enter")
        await browser.page_says(WRONG)
        await browser.until_value(FOCUS, "badge")
        await browser.type(digits(demo.BADGE))
        await browser.press("Tab", *demo.PIN, "Enter")

        await browser.says("I dag", "Lagermester Øvesen", "Til rengjøring")
        await browser.press("F1")  # the browser's own help stays away, and so does its reload
        await browser.says("I dag > Hjelp", "Hva den gjør")
        await browser.press("Escape", "F5")
        await browser.says("Til rengjøring", "Lagermester Øvesen")
        await browser.type(demo.ROLLATOR)
        await browser.press("Enter")
        await browser.says("I dag > Rullator, innendørs", "0004 2177")
        await _is_drawn(browser, tmp_path / "page.png")

        await browser.press("F9")
        await browser.page_says("Logg inn")
        await browser.go(served.url)
        await browser.page_says("Logg inn")

        foreign = [
            one for one in browser.asked_for if f"127.0.0.1:{served.port}/" not in one and one[:5] != "data:"
        ]
        assert foreign == []
        assert [one for one in browser.complaints if "WebGL" not in one] == []
    log = (tmp_path / "state" / "depot" / "depot.log").read_text("utf-8")
    assert f"scan=item {demo.ROLLATOR} source=wedge" in log
    assert demo.BADGE not in log
    assert "Traceback" not in log


async def _is_drawn(browser: Chromium, file: Path) -> None:
    """See that the page is no empty one: the chosen row's yellow is on it, and white letters on black."""
    from PIL import Image

    await browser.picture(file)
    with Image.open(file) as picture:
        dots = picture.convert("RGB").tobytes()
    seen = Counter(zip(dots[::3], dots[1::3], dots[2::3], strict=True))
    assert seen[0, 0, 0] > 100_000
    assert sum(n for (red, green, blue), n in seen.items() if red > 200 and green > 150 and blue < 60) > 1000
    assert sum(n for colour, n in seen.items() if min(colour) > 230) > 1000
