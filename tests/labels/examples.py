"""Every design with something to say: the longest that the real catalogue has, and the shortest."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from importlib import resources

from depot.own import Command, Kind, mint
from depot.paper import Room
from depot.settings import Phone
from labels import says
from labels.designs.commands import CITIZENS, STAFF
from labels.media import MEDIA

PHONES = (
    Phone("Hjelpemiddellageret", "55 56 78 90", frozenset(range(5)), time(8), time(15, 30)),
    Phone("Servicetorget i Vestby", "55 56 78 00", frozenset(range(5)), time(8), time(19)),
)
HOUSE = says.House(
    "Hjelpemiddellageret på Øvre Sørkedalen helsehus",
    "Nordre Land og Søndre Land kommuner",
    "Rådhusgata 112 B, inngang fra bakgården, 1540 Vestby",
    PHONES,
    "https://hjelpemidler.vestby.example/{label}",
)
BARE = says.House("Vestby")
ITEM, CARD = mint(Kind.ITEM, "0004217"), mint(Kind.CARD, "4960229")
LINE, SHELF, SLIP = mint(Kind.PRODUCT, "0000016"), mint(Kind.SHELF, "0004012"), mint(Kind.SLIP, "7430021")
DUE = date(2027, 9, 22)  # a Wednesday in September: the longest date in every language

SAMI = "Bealjadanrusttet, čáŋgalandoabbat ŋuđđiid várás"
POLISH = "Łóżko rehabilitacyjne z żółtą poręczą i wąską ścianką"


@cache
def lines(language: str) -> tuple[tuple[str, str], ...]:
    """The name and safety note of every line of the packaged catalogue."""
    text = (resources.files("depot") / "catalogue.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((row[f"name_{language}"], row[f"safety_note_{language}"]) for row in rows)


def longest(language: str) -> tuple[str, str]:
    """The longest name, and the longest note."""
    names, notes = zip(*lines(language), strict=True)
    return max(names, key=len), max(notes, key=len)


def examples(design: str, language: str) -> Iterator[says.Says]:
    """What a design may have to say in a language: much, and little."""
    name, note = longest(language)
    match design:
        case "asset" | "asset-small":
            yield from (says.Asset(ITEM, one, HOUSE) for one in (name, SAMI, POLISH))
            yield from (says.Asset(ITEM, one, BARE) for one in (name, "Stokk"))
        case "shelf":
            yield from (says.Shelf(SHELF, "B2", LINE, one) for one in (name, SAMI, "Stokk"))
            yield says.Shelf(SHELF, "Hylle 12 ved døren", LINE, name, counted=True, fixed_scanner=False)
            yield says.Shelf(SHELF, "C3")
        case "loan":
            parts = {"hodestøtte": 1, "fotstøtte": 2, "tippesikring": 2}
            yield says.Loan(ITEM, name, LINE, "WLK-06", DUE, 90, HOUSE, note, 130, parts)
            yield says.Loan(ITEM, "Stokk", LINE, "WLK-03", None, 1, BARE)
        case "card":
            yield says.Card(CARD, HOUSE)
            yield says.Card(CARD, BARE)
        case "hold":
            yield says.Hold(SLIP, name, HOUSE, ITEM, DUE, "HENTES")
            yield says.Hold(SLIP, "Stokk", BARE)
        case "guidance":
            yield says.Guidance(HOUSE)
            yield says.Guidance(BARE)
        case "command":
            yield says.Commands(CITIZENS, False, HOUSE)
            yield says.Commands(STAFF, True, BARE)
            yield says.Commands((Command.HELP,), False, BARE)
        case "poster":
            yield says.Poster(Room(HOUSE.depot, PHONES))
            yield says.Poster(Room("Vestby", (), fixed_scanner=False, cards_in_box=False, reads_aloud=False))
        case "scanner":
            yield says.ScannerSheet()
        case _:
            yield says.Calibration(MEDIA["avery-l7160"], "laser")
