"""What one row of a file of items says of a piece, read without a look at the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from depot import codes
from depot.codes import BadgeCode, CardCode, ItemCode, Kind, Unreadable, UnreadableReason
from depot.csv_file import Flaw, Row, is_scientific, shown

COLUMNS = ("code", "product", "serial", "lot", "owner", "price", "received_on", "shelf")
NEEDED = ("product",)

_LONGEST = {"code": 20, "product": 40, "serial": 60, "lot": 60, "owner": 80, "price": 20, "shelf": 40}
_NUMBERS = ("code", "product", "serial", "lot")  # that a spreadsheet may have taken for amounts
_PRICE = re.compile(r"([0-9]{1,8}|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,2}))?", re.ASCII)
_DEAREST = 10_000_000_00
_DAY = (
    (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII), (1, 2, 3)),
    (re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", re.ASCII), (3, 2, 1)),
    (re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})", re.ASCII), (3, 2, 1)),
)
_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of a piece, as far as it could be read; None for nothing, or for what was wrong.

    `product` and `shelf` are as written: only the ledger knows which are meant.
    """

    row: int
    code: str | None
    product: str | None
    serial: str | None
    lot: str | None
    owner: str | None
    price_ore: int | None
    received_on: date | None
    shelf: str | None


def said(row: Row, *, today: date) -> tuple[Said, tuple[Flaw, ...]]:
    """Read a row.

    Args:
        today: the depot's day, after which nothing can have arrived.

    Returns:
        What it says, and everything that is wrong with its cells.
    """
    flaws = list(row.flaws)
    cells = {name: row.cells.get(name, "") for name in COLUMNS}
    for flaw in _text_flaws(cells):
        cells[flaw.column] = ""
        flaws.append(flaw)
    spoilt = {flaw.column for flaw in flaws}
    if not cells["product"] and not spoilt & {"product", ""}:
        flaws.append(Flaw("product", "wanted a line of the catalogue, got nothing"))
    code = _code(cells["code"])
    price = _price(cells["price"])
    day = _day(cells["received_on"], today)
    flaws += [one for one in (code, price, day) if isinstance(one, Flaw)]
    return Said(
        row=row.number,
        code=None if isinstance(code, Flaw) else code,
        product=cells["product"] or None,
        serial=cells["serial"] or None,
        lot=cells["lot"] or None,
        owner=cells["owner"] or None,
        price_ore=None if isinstance(price, Flaw) else price,
        received_on=None if isinstance(day, Flaw) else day,
        shelf=cells["shelf"] or None,
    ), tuple(flaws)


def _text_flaws(cells: dict[str, str]) -> Iterator[Flaw]:
    for name, text in cells.items():
        longest = _LONGEST.get(name, 60)
        if len(text) > longest:
            yield Flaw(name, f"wanted at most {longest} characters, got {len(text)}")
        elif name in _NUMBERS and is_scientific(text):
            hint = "a spreadsheet has cut the number's digits; write it as text"
            yield Flaw(name, f"wanted all digits, got {shown(text)}: {hint}")


def _code(text: str) -> str | Flaw | None:
    """Read the code of a label that is glued on already: ten characters, or the eight digits."""
    if not text:
        return None
    scan = codes.parse_typed(text, expect=Kind.ITEM)
    if isinstance(scan, ItemCode):
        return scan.code
    wanted = "wanted an item's code or its eight digits"
    if isinstance(scan, CardCode | BadgeCode):
        return Flaw("code", f"{wanted}, got a card's or badge's number")
    digits = re.sub("[ -]", "", text)
    whole = digits.zfill(8)
    if re.fullmatch("[0-9]{4,7}", digits) and codes.damm(whole) == "0":
        hint = f"; did a spreadsheet take its zeros away? {whole} would be one"
    elif isinstance(scan, Unreadable) and scan.reason is UnreadableReason.CHECK_FAILED:
        hint = "; its check digit or letter is wrong"
    else:
        hint = ""
    return Flaw("code", f"{wanted}, got {shown(text)}{hint}")


def _price(text: str) -> int | Flaw | None:
    """Read kroner, with a comma or a point before the øre, as øre. 1.299 may be either, so it is neither."""
    if not text:
        return None
    read = _PRICE.fullmatch(text)
    ore = int(read[1].replace(" ", "")) * 100 + int((read[2] or "").ljust(2, "0")) if read else -1
    if not 0 <= ore <= _DEAREST:
        wanted = "wanted kroner from 0 to 10000000, such as 1299 or 1299,50"
        return Flaw("price", f"{wanted}, got {shown(text)}")
    return ore


def _day(text: str, today: date) -> date | Flaw | None:
    """Read a day, in the standard's order or in a Nordic spreadsheet's."""
    if not text:
        return None
    wanted = f"wanted a day such as 2026-11-22 or 22.11.2026, not after {today.isoformat()}"
    for shape, order in _DAY:
        if read := shape.fullmatch(text):
            try:
                day = date(*(int(read[part]) for part in order))
            except ValueError:
                break
            if _FIRST_DAY <= day <= today:
                return day
    return Flaw("received_on", f"{wanted}, got {shown(text)}")


def kroner(ore: int | None) -> str:
    """Write øre as a Nordic spreadsheet reads kroner; nothing for None."""
    return "" if ore is None else f"{ore // 100},{ore % 100:02d}"
