"""Search as one types: things, lines and shelves by whatever is known of them; people apart, and only when asked.

Lines and shelves are few and their names have letters that SQLite does not fold, so they are read once into a
`Book` and matched here; things are many and are matched where they lie. What fits best comes first: the whole,
its beginning, the beginning of a word, somewhere within, and last, for names, one slip of a finger away.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, or_, select, true

from depot import codes
from depot.codes import CardCode, Kind
from depot.states import State
from depot.station import Station
from depot.tables import (
    borrower,
    card,
    item,
    item_state,
    product,
    product_identifier,
    product_text,
    shelf,
)
from depot.words import fallbacks

MOST = 60
"""Hits that are told: whoever finds more types one more letter."""
_REMEMBERED = 200
"""Texts whose lines are remembered while somebody types: each is asked for three times a key."""
LEAST_OF_A_NAME = 2
"""Characters before people are looked for: one letter is no name."""
MOST_PEOPLE = 10
"""People who are shown at once: where more fit none is, and whoever looks for one of them types more."""


class Rank(IntEnum):
    """How well a text fits, the best first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    WITHIN = 3
    NEAR = 4


class Of(StrEnum):
    """What was found."""

    LINE = "line"
    SHELF = "shelf"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing, line or shelf that was found.

    Args:
        of: which; code: the thing's, the catalogue's, or the shelf's.
        name: of the line, or of the shelf.
        rank: how well it fits.
        state, shelf: of a thing: where it is in its life, and the name of its shelf.
        serial, lot: of a thing, where they are known.
        pieces: of a line: how many labelled pieces there are.
        said: of a line: its ISO 9999 class.
    """

    of: Of
    code: str
    name: str
    rank: Rank
    state: State | None = None
    shelf: str = ""
    serial: str = ""
    lot: str = ""
    pieces: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    code: str
    name: str
    iso: str
    pieces: int
    texts: tuple[str, ...]


class Book:
    """The lines and shelves of a ledger, read once and matched as somebody types.

    Args:
        language: in which lines are named.
    """

    def __init__(self, conn: Connection, station: Station, language: str) -> None:
        order = fallbacks(language)
        names: dict[str, dict[str, str]] = {}
        for row in conn.execute(select(product_text.c.product, product_text.c.language, product_text.c.name)):
            names.setdefault(row.product, {})[row.language] = row.name
        numbers: dict[str, list[str]] = {}
        for one in conn.execute(select(product_identifier.c.product, product_identifier.c.value)):
            numbers.setdefault(one.product, []).append(one.value)
        pieces = select(item.c.product, func.count().label("n")).group_by(item.c.product)
        counted: dict[str, int] = {row.product: row.n for row in conn.execute(pieces)}
        self._known: dict[tuple[str, bool], dict[str, Rank]] = {}
        self.names: dict[str, str] = {}
        self._lines: list[_Line] = []
        for code, label, iso in conn.execute(select(product.c.code, product.c.label, product.c.iso9999)):
            told = names.get(code, {})
            called = next((told[one] for one in order if told.get(one)), code)
            self.names[code] = called
            texts = (code, label, iso, iso.replace(" ", ""), *numbers.get(code, ()), *told.values())
            whole = tuple(dict.fromkeys(map(folded, texts)))
            self._lines.append(_Line(code, called, iso, counted.get(code, 0), whole))
        here = select(shelf.c.code, shelf.c.name).where(shelf.c.depot == station.depot)
        self._shelves = [
            (row.code, row.name, (folded(row.name), row.code.lower())) for row in conn.execute(here)
        ]

    def lines(self, text: str) -> dict[str, Rank]:
        """Say which lines a text fits, and how well: every word of it fits some text of the line."""
        return self._fitting(text, [(one.code, one.texts) for one in self._lines], near=True)

    def shelves(self, text: str) -> dict[str, Rank]:
        """Say which shelves a text fits, and how well."""
        return self._fitting(text, [(code, texts) for code, _, texts in self._shelves], near=False)

    def _fitting(
        self, text: str, among: Sequence[tuple[str, tuple[str, ...]]], *, near: bool
    ) -> dict[str, Rank]:
        """Match a text; a slip of the finger is thought of only where nothing fits otherwise."""
        known = self._known.get((text, near))
        if known is not None:
            return known
        found: dict[str, Rank] = {}
        for slips in (False, True) if near else (False,):
            ranked = ((code, _fit(text, texts, slips=slips)) for code, texts in among)
            found = found or {code: rank for code, rank in ranked if rank is not None}
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known[text, near] = found
        return found

    def hits(self, text: str) -> Iterator[Hit]:
        """Give the lines and shelves that a text fits."""
        lines, shelves = self.lines(text), self.shelves(text)
        for one in self._lines:
            if one.code in lines:
                yield Hit(Of.LINE, one.code, one.name, lines[one.code], pieces=one.pieces, said=one.iso)
        for code, name, _ in self._shelves:
            if code in shelves:
                yield Hit(Of.SHELF, code, name, shelves[code])


_ORDER = {Of.SHELF: 0, Of.LINE: 1, Of.ITEM: 2}


def find(conn: Connection, book: Book, text: str, *, most: int = MOST) -> tuple[Hit, ...]:
    """Find things, lines and shelves, the best first: one statement, however much there is.

    Args:
        text: what was typed so far: digits of a label with or without spaces, a serial or lot number, a line's
            code, name in any language, ISO class or foreign number, a shelf's name; of several words each
            must fit. Empty finds nothing, one letter no things: almost all would fit.
        most: how many at most.
    """
    typed = _tidied(text)
    if not typed:
        return ()
    found = list(book.hits(typed))
    if len(typed) > 1 or typed.isdigit():
        found += _items(conn, book, typed, most)
    found.sort(key=lambda one: (one.rank, _ORDER[one.of], one.name, one.code))
    return tuple(found[:most])


def _tidied(text: str) -> str:
    """Take the spaces out of digits that are grouped as on a label; fold the rest."""
    squeezed = re.sub("[ -]", "", text)
    return squeezed if squeezed.isascii() and squeezed.isdigit() else " ".join(folded(text).split())


def _items(conn: Connection, book: Book, typed: str, most: int) -> Iterator[Hit]:
    words = typed.split()
    said: dict[str, Any] = {"most": most, **_ranks(book, typed)}
    for at, word in enumerate(words):
        said |= {f"word{at}": f"%{_escaped(word)}%", f"lines{at}": json.dumps([*book.lines(word)])}
        said |= {f"shelves{at}": json.dumps([*book.shelves(word)])} if len(words) > 1 else {}
    of = tuple(any(character.isdigit() for character in word) for word in words)
    for row in conn.execute(_asked(of), said):
        yield Hit(
            Of.ITEM,
            row.code,
            book.names.get(row.product, row.product),
            Rank(row.rank),
            State(row.state) if row.state else None,
            row.shelf or "",
            row.serial or "",
            row.lot or "",
        )


@lru_cache(maxsize=32)
def _asked(words: tuple[bool, ...]) -> Select[Any]:
    """Ask for things that so many words fit, of each whether it has a digit; built once, not at every key."""
    first = (
        select(item.c.code, item.c.product, item.c.serial, item.c.lot, _RANK.label("rank"))
        .where(*(_about(at, digits, alone=len(words) == 1) for at, digits in enumerate(words)))
        .order_by(_RANK, item.c.code)
        .limit(bindparam("most"))
        .subquery()
    )
    return (
        select(first, item_state.c.state, shelf.c.name.label("shelf"))
        .select_from(
            first.outerjoin(item_state, item_state.c.item == first.c.code).outerjoin(
                shelf, shelf.c.code == item_state.c.shelf
            )
        )
        .order_by(first.c.rank, first.c.code)
    )


def _about(at: int, digits: bool, *, alone: bool) -> ColumnElement[bool]:
    """Say that a typed word is about a thing: its label, serial, lot or line; among others also its shelf."""
    word: ColumnElement[str] = bindparam(f"word{at}")
    of = (item.c.serial, item.c.lot, item.c.code) if digits else (item.c.serial, item.c.lot)
    about = [*(one.like(word, escape=_ESCAPE) for one in of), item.c.product.in_(_among(f"lines{at}"))]
    if not alone:
        on = select(item_state.c.item).where(item_state.c.shelf.in_(_among(f"shelves{at}")))
        about.append(item.c.code.in_(on))
    return or_(*about)


def _among(name: str) -> Select[Any]:
    """Read a list out of one parameter, so that the statement is the same however long the list is."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


_ESCAPE = "/"


def _escaped(text: str) -> str:
    """Write what LIKE takes for itself so that it is taken as it stands."""
    return re.sub("([/%_])", r"/\1", text)


_DIGITS = 8
_RANKED_BY_LINE = (Rank.EXACT, Rank.PREFIX, Rank.WORD, Rank.NEAR)
_OWN = (item.c.serial, item.c.lot)
_IS_WHOLE = or_(
    *(func.lower(one) == bindparam("typed") for one in (*_OWN, item.c.code)),
    item.c.code.like(bindparam("label")),
)
_BEGINS = or_(
    *(one.like(bindparam("begins"), escape=_ESCAPE) for one in _OWN),
    item.c.code.like(bindparam("label_begins")),
)
_RANK = case(
    (_IS_WHOLE, Rank.EXACT.value),
    (_BEGINS, Rank.PREFIX.value),
    *((item.c.product.in_(_among(f"{rank.name} lines")), rank.value) for rank in _RANKED_BY_LINE),
    else_=Rank.WITHIN.value,
)
"""Ranks a thing as `Rank` does; one that only its line brings in ranks as its line."""


def _ranks(book: Book, typed: str) -> dict[str, str]:
    """Say what `_RANK` asks for; what is empty is like no thing."""
    label = f"{Kind.ITEM.value}{typed}" if typed.isdigit() else ""
    said = {"typed": typed, "begins": f"{_escaped(typed)}%", "label_begins": f"{label}%" if label else ""}
    said["label"] = f"{label}_" if label and len(typed) == _DIGITS else ""
    lines = book.lines(typed)
    for rank in _RANKED_BY_LINE:
        said[f"{rank.name} lines"] = json.dumps([code for code, its in lines.items() if its is rank])
    return said


# --- how well a text fits ---

_NOT_TAKEN_APART = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ð": "d", "ł": "l", "ß": "ss"})


def folded(text: str) -> str:
    """Write a text without case and accents, so that "Östra" and "ostra" are the same, and "ø" is "o"."""
    lowered = text.casefold().translate(_NOT_TAKEN_APART)
    if lowered.isascii():
        return lowered
    apart = unicodedata.normalize("NFKD", lowered)
    return "".join(one for one in apart if not unicodedata.combining(one))


def _fit(typed: str, texts: tuple[str, ...], *, slips: bool) -> Rank | None:
    """Rank what was typed against some folded texts; of several words the worst one counts, None fits nothing."""
    if typed in texts:
        return Rank.EXACT
    if any(one.startswith(typed) for one in texts):
        return Rank.PREFIX
    worst = Rank.WORD
    for word in typed.split():
        rank = min((_fit_word(word, one, slips=slips) for one in texts), default=None)
        if rank is None or rank > Rank.NEAR:
            return None
        worst = max(worst, Rank(rank))
    return worst


_NOT_AT_ALL = Rank.NEAR + 1


def _fit_word(word: str, text: str, *, slips: bool) -> int:
    if word in text:
        return Rank.WORD if text.startswith(word) or f" {word}" in text else Rank.WITHIN
    if slips and len(word) >= _LONG_ENOUGH and word.isalpha() and _is_near_within(word, text):
        return Rank.NEAR
    return _NOT_AT_ALL


_LONG_ENOUGH = 4
"""Letters from which on one of them may be a slip of the finger."""


def _is_near_within(word: str, text: str) -> bool:
    """Say that a word is near something in a text, wherever that begins: many names are words grown together."""
    return any(letter in word[:2] and _is_near(word, text[at:]) for at, letter in enumerate(text))


def _is_near(word: str, other: str) -> bool:
    """Say that a text begins with a word but for one letter: too many, too few, wrong, or two that changed places.

    That is a Damerau-Levenshtein distance of 1 to some beginning of the text.
    """
    at = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if at is None:  # the text is the shorter one, and all of it fits
        return len(word) - len(other) == 1
    if at == 0 and word[:2] != other[1::-1]:  # a first letter is seldom wrong, and much would be near
        return False
    rest = word[at:]
    return (
        other.startswith(rest[1:], at + 1)
        or other.startswith(rest, at + 1)
        or other.startswith(rest[1:], at)
        or (rest[1:2] + rest[:1] == other[at : at + 2] and other.startswith(rest[2:], at + 2))
    )


# --- people ---


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who was found: a card that opens them, their name, and whether they are confirmed yet.

    `name` is empty for somebody who has only given a number.
    """

    card: str
    name: str
    confirmed: bool


def people(conn: Connection, text: str, *, most: int = MOST_PEOPLE + 1) -> tuple[Found, ...]:
    """Find borrowers by name, telephone number or card: for staff with the right to, and only when they ask for it.

    Whoever shows them logs each of them (`borrowers.log_look_up`), and shows none where more than `MOST_PEOPLE`
    fit; who is opened is logged once more.

    Args:
        text: words of a name, digits of a number (without the country's), or a whole card; at least
            `LEAST_OF_A_NAME` characters, else nothing is found.
        most: how many at most.
    """
    typed = text.strip()
    if len(typed) < LEAST_OF_A_NAME:
        return ()
    digits = re.sub("[ +-]", "", typed)
    scan = codes.parse_typed(typed, expect=Kind.CARD)
    wanted: list[ColumnElement[bool]] = []
    if isinstance(scan, CardCode):  # eight digits may be a telephone number's as well
        owner = select(card.c.borrower).where(card.c.code == scan.code).scalar_subquery()
        wanted.append(or_(borrower.c.id == owner, borrower.c.phone.endswith(digits, autoescape=True)))
    elif digits.isdigit():
        wanted.append(borrower.c.phone.contains(digits, autoescape=True))
    else:
        wanted += [_named(word) for word in typed.casefold().split()]
    words = [] if isinstance(scan, CardCode) or digits.isdigit() else folded(typed).split()
    newest = (
        select(card.c.code)
        .where(card.c.borrower == borrower.c.id)
        .order_by(card.c.blocked.is_not(None), card.c.given_at.desc())
        .limit(1)
        .correlate(borrower)
        .scalar_subquery()
    )
    rows = conn.execute(
        select(borrower.c.name, borrower.c.standing, newest.label("card"))
        .where(borrower.c.merged_into.is_(None), *wanted)
        .order_by(borrower.c.name.is_(None), borrower.c.name, borrower.c.id)
        .limit(_AT_ONCE)
    )
    found = (Found(row.card, row.name or "", row.standing == "confirmed") for row in rows if row.card)
    fitting = [one for one in found if all(word in folded(one.name) for word in words)]
    fitting.sort(key=lambda one: not folded(one.name).startswith(folded(typed)))
    return tuple(fitting[:most])


_AT_ONCE = 1000


def _named(word: str) -> ColumnElement[bool]:
    """Say that a name holds a word, as far as SQLite can tell, which folds only ASCII: any letter stands for another."""
    pattern = "".join("_" if not one.isascii() or one in "_%" else one for one in word)
    return borrower.c.name.like(f"%{pattern}%") if pattern else true()
