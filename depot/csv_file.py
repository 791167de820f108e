"""A CSV file as people's programs write it, and what a spreadsheet does to one on its way.

Nordic spreadsheets write semicolons, and Windows-1252 unless told otherwise; what was taken is part of the
answer and never a silent guess. Texts come from outside: what could steer a terminal, or run in a spreadsheet,
is named by its row and column. Rows are numbered as a spreadsheet numbers them, the heading being row 1.

A spreadsheet runs a text that begins with `=`, `+`, `-` or `@`, and makes 123 of 00123. Its own word against
both is an apostrophe before the text; `guarded` writes it where it is needed, and reading takes it off.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from depot.errors import ImportRefused

BIGGEST = 20 * 1024 * 1024
"""Bytes of a file."""
MOST_ROWS = 100_000
LONGEST = 300
"""Characters of a cell. A column may allow less."""

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs"}

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What makes a formula of a cell. Some spreadsheets take the wide forms for the same."""

_ALTERED = re.compile(r"[0-9][0-9 .,:/eE+-]*", re.ASCII)  # numbers, dates, times: none stays as it is written
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{1,3}", re.ASCII | re.IGNORECASE)
_CREDENTIAL = re.compile(r"[BT][0-9]{6,8}[A-Z]?", re.ASCII | re.IGNORECASE)
_BLANKS = str.maketrans("\u00a0\u202f", "  ")  # what a spreadsheet puts between thousands
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a cell, or with a whole row or file where `column` is empty."""

    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.column}: {self.what}" if self.column else self.what


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, without blanks at their ends, and what is wrong with them."""

    number: int
    cells: Mapping[str, str]
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read.

    Args:
        encoding: how its bytes were understood; delimiter: what stands between its cells, in words.
        digest: names its bytes, to the last one.
        columns: its heading; empty where that cannot be used.
        wrong: what is wrong with the file itself, by row; then what comes after that row was not read.
    """

    encoding: str
    delimiter: str
    digest: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    wrong: tuple[tuple[int, Flaw], ...] = ()


def load(path: Path, biggest: int = BIGGEST) -> bytes:
    """Read a file's bytes.

    Args:
        biggest: how many bytes it may have.

    Raises:
        ImportRefused: it has more.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(biggest + 1)
    if len(data) > biggest:
        raise ImportRefused(((0, f"the file is larger than {biggest // 1024 // 1024} MB"),))
    return data


def read(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> Sheet:
    """Read a file from its bytes; never raises, whatever they are.

    Args:
        columns: the names that its heading may have; needed: those that it must have.
    """
    digest = hashlib.sha256(data).hexdigest()
    encoding, text = _decoded(data)
    if text is None:
        what = f"wanted UTF-8 or Windows-1252, got {encoding}; save it as CSV UTF-8"
        return Sheet(encoding, "", digest, wrong=((0, Flaw("", what)),))
    delimiter = delimiter_of(text, columns)
    sheet = Sheet(encoding, DELIMITERS[delimiter], digest)
    records = _records(text, delimiter)
    try:
        heading = next(records, (1, []))[1]
    except csv.Error as unreadable:
        return _with(sheet, wrong=((1, Flaw("", _not_csv(unreadable))),))
    names = tuple(name.strip().casefold() for name in _without_empty_end(heading))
    if wrong := tuple((1, flaw) for flaw in _heading_flaws(names, columns, needed)):
        return _with(sheet, wrong=wrong)
    return _rows(_with(sheet, columns=names), records)


def _not_csv(why: csv.Error) -> str:
    """Say what is wrong with a file's quotes or lines; what it says of a tab is written in words."""
    return f"not CSV: {why}".replace("'\t'", "a tab")


def _with(
    sheet: Sheet,
    *,
    columns: tuple[str, ...] = (),
    rows: tuple[Row, ...] = (),
    wrong: tuple[tuple[int, Flaw], ...] = (),
) -> Sheet:
    return Sheet(sheet.encoding, sheet.delimiter, sheet.digest, columns or sheet.columns, rows, wrong)


def _decoded(data: bytes) -> tuple[str, str | None]:
    """Name the encoding of some bytes and read them. Windows-1252 holds all of Latin-1 that can be printed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64]:
        return "UTF-16", None
    for name, codec in (("UTF-8", "utf-8-sig"), ("Windows-1252", "cp1252")):
        try:
            return name, data.decode(codec)
        except UnicodeDecodeError:
            continue
    return "bytes that are neither", None


def delimiter_of(text: str, columns: Sequence[str]) -> str:
    """Find what stands between the cells: whichever finds most of the columns in the heading, commas if none."""
    heading = re.split("[\r\n]", text[: 64 * LONGEST], maxsplit=1)[0]
    known = set(columns)
    found = {
        one: sum(name.strip(' "').casefold() in known for name in heading.split(one)) for one in DELIMITERS
    }
    best = max(found.values())
    # One column alone is found by each: then the sign that is there counts, as in a row with a stray comma.
    return next((one for one in ",;\t" if found[one] == best and one in heading), ",")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    return enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1)


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    """Leave out the empty cells at the end, with which a spreadsheet fills a row."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _heading_flaws(names: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> Iterator[Flaw]:
    if not names:
        yield Flaw("", f"wanted a heading with the columns {', '.join(columns)}, got nothing")
        return
    if missing := [name for name in needed if name not in names]:
        yield Flaw("", "missing columns: " + ", ".join(missing))
    for place, name in enumerate(names, 1):
        if name not in columns:
            near = difflib.get_close_matches(name[:_SHOWN], columns, 1)
            hint = f"; is it {near[0]}?" if near else ""
            yield Flaw("", f"column {place}: wanted one of {', '.join(columns)}, got {shown(name)}{hint}")
        elif name in names[: place - 1]:
            yield Flaw(name, "this column stands twice")


def _rows(sheet: Sheet, records: Iterator[tuple[int, list[str]]]) -> Sheet:
    rows: list[Row] = []
    wrong: list[tuple[int, Flaw]] = []
    number = 1
    try:
        for number, record in records:
            cells = _without_empty_end(record)
            if not cells:
                continue
            if len(rows) == MOST_ROWS:
                wrong.append((number, Flaw("", f"wanted at most {MOST_ROWS} rows, got more")))
                break
            rows.append(_row(number, record, len(cells), sheet.columns))
    except csv.Error as unreadable:
        wrong.append((number + 1, Flaw("", _not_csv(unreadable))))
    if not rows and not wrong:
        wrong.append((1, Flaw("", "wanted rows below the heading, got none")))
    return _with(sheet, rows=tuple(rows), wrong=tuple(wrong))


def _row(number: int, record: Sequence[str], filled: int, columns: Sequence[str]) -> Row:
    if len(record) < len(columns) or filled > len(columns):
        got = max(filled, min(len(record), len(columns)))
        return Row(number, {}, (Flaw("", f"wrong number of columns: wanted {len(columns)}, got {got}"),))
    cells, flaws = {}, []
    for name, raw in zip(columns, record[: len(columns)], strict=True):
        cells[name], flaw = _cell(name, raw)
        flaws += [flaw] if flaw else []
    return Row(number, cells, tuple(flaws))


def _cell(name: str, raw: str) -> tuple[str, Flaw | None]:
    text = raw.translate(_BLANKS).strip(" ")
    if len(text) > LONGEST:
        return "", Flaw(name, f"wanted at most {LONGEST} characters, got {len(text)}")
    if not text.isprintable():
        return "", Flaw(name, f"control characters: {shown(text)}")
    if text.startswith(FORMULA):
        hint = f"a spreadsheet would take this for a formula: {shown(text)}; as a text it is '{text[:_SHOWN]}"
        return "", Flaw(name, hint)
    return plain(text), None


def plain(text: str) -> str:
    """Take off the apostrophe by which a cell says that it is a text."""
    return text.removeprefix("'")


def guarded(text: str) -> str:
    """Write a text so that a spreadsheet neither runs nor changes it, and reading gives it back as it was."""
    taken = text.startswith(("'", "\t", "\r", *FORMULA)) or _ALTERED.fullmatch(text)
    return f"'{text}" if taken else text


def is_scientific(text: str) -> bool:
    """Say whether this is what a spreadsheet makes of a long number: 7,03801E+12. Its digits are lost."""
    return _SCIENTIFIC.fullmatch(text) is not None


def shown(text: str) -> str:
    """Show what somebody wrote: printable, not for ever, and without what may be a card's or badge's number."""
    masked = _CREDENTIAL.sub("(a card's number)", text[: 2 * _SHOWN])
    quoted = repr(masked[:_SHOWN]) if masked.isprintable() else ascii(masked[:_SHOWN])
    return f"{quoted}..." if len(masked) > _SHOWN else quoted


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write a file that a Nordic spreadsheet opens as it stands: UTF-8 with its mark, semicolons, CR LF."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
