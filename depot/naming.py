"""Which line or shelf is meant by what stands in a file: looked up once for a whole file, exact or not at all.

What is nearly right is never taken, only named, so that somebody can mend the row.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, select

from depot import codes
from depot.codes import Gtin, Kind, ProductCode
from depot.csv_file import Flaw, shown
from depot.own import SHAPE
from depot.tables import product, product_identifier, product_text, shelf

SUPPLIER = "supplier"
"""The numbering of whoever sells it: any text, as it stands in their catalogue and on their cartons."""
_SUPPLIERS = re.compile(r"[0-9A-Z](?:[0-9A-Z ./_+-]{0,28}[0-9A-Z])?", re.ASCII)
_SAID_SUPPLIERS = re.compile(r"supplier ?: ?(.+)", re.ASCII | re.IGNORECASE)
_SCHEME = re.compile(r"(hms|hmi|gtin) ?[: ] ?([0-9]{1,14})", re.ASCII | re.IGNORECASE)
_SCHEMES: tuple[str, ...] = ("hms", "hmi", "gtin", "udi_di")
_DIGITS = re.compile("[0-9]{1,14}", re.ASCII)

_HMS = 6  # digits (NAV's own validators)
_GTIN_LENGTHS = (8, 12, 13, 14)
_MOST_SUGGESTIONS = 200
"""Different unknown words for which near ones are looked up; a file of wrong words alone shall end soon, too."""
_SHORT = 60


def supplier_number(text: str) -> str:
    """Write a supplier's article number as it is known by: capitals, single spaces; empty for what is none.

    At most 30 letters, digits and `./_+-` between them; never what is made like a code of ours, which may be somebody's
    card.
    """
    said = _SAID_SUPPLIERS.fullmatch(text.strip())
    number = " ".join((said[1] if said else text).upper().split())
    is_ours = SHAPE.fullmatch(re.sub("[ -]", "", number)) is not None
    return number if _SUPPLIERS.fullmatch(number) and not is_ours else ""


def is_said_to_be_a_suppliers(text: str) -> bool:
    """Say that a number was written with `supplier:` before it."""
    return _SAID_SUPPLIERS.fullmatch(text.strip()) is not None


class Lines:
    """The lines of the catalogue, by everything that may name one."""

    def __init__(self, conn: Connection) -> None:
        rows = conn.execute(select(product.c.code, product.c.label, product.c.counted)).all()
        self._counted = {row.code: bool(row.counted) for row in rows}
        self._labels = {row.label: row.code for row in rows}
        self._numbers: dict[tuple[str, str], str] = {
            (row.scheme, row.value): row.product for row in conn.execute(select(product_identifier))
        }
        self._names = {code.casefold(): code for code in self._counted}
        for row in conn.execute(select(product_text.c.product, product_text.c.name)):
            self._names.setdefault(row.name.casefold(), row.product)
        self._found: dict[str, str | Flaw] = {}
        self._suggested = 0

    def meant(self, text: str) -> str | Flaw:
        """Find the one labelled line that a text names: the catalogue's code, a P code, or a known number."""
        if text not in self._found:
            self._found[text] = self._look(text)
        return self._found[text]

    def _look(self, text: str) -> str | Flaw:
        lines = set(self._named(text))
        if len(lines) > 1:
            several = ", ".join(sorted(lines))
            hint = "write the catalogue's code, or hms:, hmi:, gtin: or supplier: before the number"
            return Flaw("product", f"{shown(text)} may be {several}; {hint}")
        if not lines:
            return Flaw("product", f"wanted a line of the catalogue, got {shown(text)}{self._hint(text)}")
        line = lines.pop()
        if self._counted[line]:
            return Flaw("product", f"{line} is counted, not labelled; see: depot quantity receive")
        return line

    def _named(self, text: str) -> Iterator[str]:
        code = text.upper()
        if code in self._counted:
            yield code
            return
        scan = codes.parse_typed(text, expect=Kind.PRODUCT)
        if isinstance(scan, ProductCode) and scan.code in self._labels:
            yield self._labels[scan.code]
        if theirs := self._numbers.get((SUPPLIER, supplier_number(text))):
            yield theirs
        schemes, digits = _SCHEMES, text.replace(" ", "")
        if said := _SCHEME.fullmatch(text):
            schemes, digits = (str(said[1]).casefold(),), said[2]
        if not _DIGITS.fullmatch(digits):
            return
        for scheme in schemes:
            value = _gtin14(digits) if scheme in ("gtin", "udi_di") else digits
            if (scheme, value) in self._numbers:
                yield self._numbers[scheme, value]

    def _hint(self, text: str) -> str:
        """Say what may have happened to a number, or which known line is nearest."""
        said = _SCHEME.fullmatch(text)
        digits = said[2] if said else text.replace(" ", "")
        if _DIGITS.fullmatch(digits):
            return self._hint_of_number(digits)
        self._suggested += 1
        if self._suggested > _MOST_SUGGESTIONS:
            return ""
        near = difflib.get_close_matches(text[:_SHORT].casefold(), self._names, 3, 0.6)
        known = dict.fromkeys(self._names[one] for one in near)
        return f"; the nearest are {', '.join(known)}" if known else "; see: depot products"

    def _hint_of_number(self, digits: str) -> str:
        whole = digits.zfill(_HMS)
        for scheme in ("hms", "hmi"):
            if whole != digits and (line := self._numbers.get((scheme, whole))):
                return f"; did a spreadsheet take its zeros away? {scheme.upper()} {whole} is {line}"
        if line := self._numbers.get(("gtin", digits.zfill(14))):
            return f"; did a spreadsheet take its zeros away? GTIN {digits.zfill(14)} is {line}"
        if len(digits) < _HMS:
            return "; an HMS number has six digits: did a spreadsheet take its zeros away?"
        if len(digits) in _GTIN_LENGTHS and not _gtin14(digits):
            return "; its check digit is wrong"
        return "; no line here has this number"


def _gtin14(digits: str) -> str:
    """Write a GTIN with the digits that it is known by; empty for what is none."""
    if len(digits) not in _GTIN_LENGTHS:
        return ""
    scan = codes.parse(digits)
    return scan.gtin14 if isinstance(scan, Gtin) else ""


class Shelves:
    """The shelves, by name and by the code on their label."""

    def __init__(self, conn: Connection) -> None:
        rows = conn.execute(select(shelf.c.code, shelf.c.name, shelf.c.depot).order_by(shelf.c.code)).all()
        self._names = {row.code: row.name for row in rows}
        self._depots: dict[str, str] = {row.code: row.depot for row in rows}
        self._called: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            self._called[_last_word(row.name)].append(row.code)

    def meant(self, text: str) -> str | Flaw:
        """Find the shelf that a text names: "B2", "hylle B2", its label's code or the eight digits of it."""
        code = getattr(codes.parse_typed(text, expect=Kind.SHELF), "code", "")
        if code in self._names:
            return str(code)
        found = self._called.get(_last_word(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            return Flaw("shelf", f"more than one shelf is called {shown(text)}; write its code")
        near = difflib.get_close_matches(text[:_SHORT], self._names.values(), 3, 0.4)
        hint = f"the nearest are {', '.join(near)}" if near else "see: depot shelf add"
        return Flaw("shelf", f"wanted the name or code of a shelf, got {shown(text)}; {hint}")

    def is_at(self, code: str, depot: str) -> bool:
        """Say whether a shelf stands in a depot."""
        return self._depots[code] == depot

    def name(self, code: str | None) -> str:
        """Call a shelf so that `meant` finds it again: by its name, or by its code where others have that name."""
        if code is None or code not in self._names:
            return ""
        return self._names[code] if self.meant(self._names[code]) == code else code


def _last_word(name: str) -> str:
    return (name.casefold().split() or [""])[-1]
