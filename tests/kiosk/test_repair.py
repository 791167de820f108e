"""What a scanner set to the United States types on other machines arrives as it is in the bar code, once it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from textual import events

from depot.codes import ItemCode, Kind, mint
from depot.settings import load
from kiosk.terminal.doorway import Doorway, Scanned
from kiosk.terminal.readers import repair
from kiosk.terminal.repair import Repair
from tests.kiosk.keystream import arrives

HOSTS = ("us", "no", "dk", "de", "fr")
OURS = mint(Kind.ITEM, "0004217")
TEXTS = (
    OURS,
    "https://example.org/i/AZ-09_yz?q=M;w&x=1",
    "grcy:p:13",
    "(01)07038010000997[21]AB+C/{D}",
    "]C1010703801",
)


class Hearing(Doorway):
    """Keeps what was scanned."""

    def __init__(self, repair: Repair) -> None:
        super().__init__(repair=repair)
        self.heard: asyncio.Queue[Scanned] = asyncio.Queue()

    def on_scanned(self, event: Scanned) -> None:
        self.heard.put_nowait(event)

    def types(self, text: str) -> None:
        for char in text:
            self.post_message(events.Key({"\r": "enter"}.get(char, char), char))


async def scanned(settings: str, folder: Path, keys: Iterable[str]) -> list[Scanned]:
    """What arrives of codes that are typed, each at a scanner's pace, where a machine's settings are such."""
    file = folder / "depot.toml"
    file.write_text(settings)
    app = Hearing(repair(load({}, file)))
    heard = []
    async with app.run_test():
        for typed in keys:
            app.types(typed + "\r")
            async with asyncio.timeout(20):
                heard.append(await app.heard.get())
    return heard


@pytest.mark.parametrize("host", HOSTS)
async def test_it_arrives_as_it_is_in_the_bar_code(host: str, tmp_path: Path) -> None:
    settings = f'[wedge]\nscanner_layout = "us"\nkeyboard_layout = "{host}"\n'
    heard = await scanned(settings, tmp_path, (arrives(text, scanner="us", keyboard=host) for text in TEXTS))
    assert [(scan.symbology or "") + scan.text for scan in heard] == list(TEXTS)


@pytest.mark.parametrize("host", HOSTS)
async def test_without_the_setting_our_codes_alone_arrive_and_not_in_france(
    host: str, tmp_path: Path
) -> None:
    (ours, address) = await scanned(
        "", tmp_path, (arrives(text, scanner="us", keyboard=host) for text in TEXTS[:2])
    )
    assert (ours.scan == ItemCode(OURS)) is (host != "fr")
    assert (address.text == TEXTS[1]) is (host == "us")


async def test_gs_sent_as_another_sign_comes_back_behind_the_layout(tmp_path: Path) -> None:
    settings = '[wedge]\nscanner_layout = "us"\nkeyboard_layout = "no"\nseparator = "|"\n'
    (scan,) = await scanned(
        settings, tmp_path, [arrives("0107038010000997|21-7", scanner="us", keyboard="no")]
    )
    assert scan.text == "0107038010000997\x1d21-7"
