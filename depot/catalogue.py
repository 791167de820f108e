"""Product lines from a CSV file: every row's fate is known before anything is written.

The file's columns are those of the packaged catalogue, some of which may be left out (docs/catalogue.md).
Texts come from outside, so control and direction characters are refused with the row's number; nothing is
imported if one row is wrong.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from sqlalchemy import Connection, select

from depot import csv_file, parts, reference, stock
from depot.errors import ImportRefused
from depot.own import Kind
from depot.tables import product, product_relation, product_text

COLUMNS = (
    "product_code",
    "iso9999",
    "typical_loan_days",
    "self_service",
    "cleaning_class",
    "inspection_interval_days",
    "max_user_weight_kg",
    "accessory_of",
    "innsatstrapp_step",
)
LANGUAGES = ("nb", "nn", "da", "en")
CLEANING_CLASSES = ("surface", "wet", "textile", "electric", "single_user")

_CODE = re.compile(r"[A-Z0-9]{2,6}-[A-Z0-9]{1,6}")
_PART = re.compile(r"([a-z_]{1,24}):([1-9])", re.ASCII)
_ISO = re.compile(r"\d{2} ?\d{2} ?\d{2}( ?\d{2})?", re.ASCII)
BIGGEST = 10 * 1024 * 1024
"""Bytes of a catalogue file."""
_MOST_ROWS = 10_000
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One product line as a file gives it. Weights in kg, times in days; `pieces` make one loan line.

    `needs` and `parts` are None where the file has no such column, and says nothing of them. `reviewed`:
    a therapist has read the notes, in every language.
    """

    code: str
    iso9999: str
    loan_days: int
    self_service: bool
    cleaning_class: str
    inspection_days: int
    max_weight_kg: int | None
    accessory_of: str | None
    step: int
    pieces: int
    names: Mapping[str, str]
    notes: Mapping[str, str]
    needs: tuple[str, ...] | None = None
    parts: Mapping[str, int] | None = None
    counted: bool = False
    reviewed: bool = False


def packaged() -> list[Line]:
    """Read the catalogue that comes with Depot: 44 lines of short-term aids."""
    return read((resources.files("depot") / "catalogue.csv").read_bytes())


def read_file(path: Path) -> list[Line]:
    """Read a catalogue file.

    Raises:
        ImportRefused: it is too big, not UTF-8, or has rows that cannot be taken.
        OSError: it cannot be read.
    """
    if path.stat().st_size > BIGGEST:
        raise ImportRefused(((0, f"the file is larger than {BIGGEST // 1024 // 1024} MB"),))
    return read(path.read_bytes())


def read(data: bytes) -> list[Line]:
    """Read a catalogue from bytes; a byte order mark is forgiven.

    Raises:
        ImportRefused: with every row that cannot be taken.
    """
    sifted = sift(data)
    if sifted.wrong:
        raise ImportRefused(sifted.wrong)
    return [line for _, line in sifted.lines]


@dataclass(frozen=True, slots=True)
class Sifted:
    """A file's rows: the lines that can be taken, and what is wrong with the rest, each by its row.

    Args:
        delimiter: what stands between the cells.
        codes: every line that the file speaks of, rightly or not.
    """

    lines: tuple[tuple[int, Line], ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    delimiter: str = ","
    codes: frozenset[str] = frozenset()


def sift(data: bytes) -> Sifted:
    """Read a catalogue from bytes, row by row; never raises. Commas, semicolons or tabs, by its heading."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        where = data.count(b"\n", 0, wrong.start) + 1
        return Sifted(wrong=((where, f"wanted UTF-8, got something else at byte {wrong.start}"),))
    if "\0" in text:
        return Sifted(wrong=((text.count("\n", 0, text.index("\0")) + 1, "NUL characters"),))
    delimiter = csv_file.delimiter_of(text, COLUMNS)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    lines: list[tuple[int, Line]] = []
    wrong_rows: list[tuple[int, str]] = []
    codes: set[str] = set()
    try:
        missing = [name for name in (*COLUMNS, "name_nb", "name_en") if name not in (rows.fieldnames or ())]
        if missing:
            return Sifted(wrong=((1, "missing columns: " + ", ".join(missing)),), delimiter=delimiter)
        for number, row in enumerate(rows, 1):
            if number > _MOST_ROWS:
                wrong_rows.append((rows.line_num, f"more than {_MOST_ROWS} rows"))
                break
            said = {
                name: csv_file.plain(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
            flaws = [*_formula_flaws(row), *_flaws(said, codes)]
            wrong_rows.extend((rows.line_num, flaw) for flaw in flaws)
            codes.add(str(said.get("product_code")))
            if not flaws:
                lines.append((rows.line_num, _line(said)))
    except csv.Error as unreadable:
        wrong_rows.append((rows.line_num + 1, f"not CSV: {unreadable}"))
    return Sifted(tuple(lines), tuple(wrong_rows), delimiter, frozenset(codes))


def _formula_flaws(row: Mapping[str | None, object]) -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, str) and value.startswith(csv_file.FORMULA):
            yield f"{name}: a spreadsheet would take this for a formula: {value[:20]!r}"


def _flaws(row: Mapping[str | None, object], before: set[str]) -> Iterator[str]:
    if None in row or None in row.values():
        yield "wrong number of columns"
        return
    said = {str(name): str(value) for name, value in row.items()}
    yield from _text_flaws(said)
    yield from _number_flaws(said)
    code = said["product_code"]
    if not _CODE.fullmatch(code):
        yield f"product_code: wanted a code such as WLK-01, got {code[:20]!r}"
    elif code in before:
        yield f"product_code: {code} stands twice"
    if said["accessory_of"] and not _CODE.fullmatch(said["accessory_of"]):
        yield f"accessory_of: wanted a code such as WLK-01 or nothing, got {said['accessory_of'][:20]!r}"
    yield from _optional_flaws(said)
    if not _ISO.fullmatch(said["iso9999"]):
        yield f"iso9999: wanted digits such as 12 06 06, got {said['iso9999'][:20]!r}"
    if said["self_service"] not in ("yes", "staff"):
        yield f"self_service: wanted yes or staff, got {said['self_service'][:20]!r}"
    if said["cleaning_class"] not in CLEANING_CLASSES:
        wanted = ", ".join(CLEANING_CLASSES)
        yield f"cleaning_class: wanted one of {wanted}, got {said['cleaning_class'][:20]!r}"


def _optional_flaws(said: Mapping[str, str]) -> Iterator[str]:
    for name in ("counted", "note_reviewed"):
        if said.get(name, "") not in ("", "yes", "no"):
            yield f"{name}: wanted yes or no, got {said[name][:20]!r}"
    for code in said.get("needs", "").split():
        if not _CODE.fullmatch(code) or code == said["product_code"]:
            yield f"needs: wanted codes of other lines such as TOI-07, got {code[:20]!r}"
    for part in said.get("parts", "").split():
        known = _PART.fullmatch(part)
        if known is None or known[1] not in parts.packaged():
            yield f"parts: wanted parts that have names, such as footrest:2, got {part[:40]!r}"
    if said.get("counted") == "yes" and (said.get("parts") or said.get("pieces")):
        yield "counted: a line that is counted has neither parts nor pieces"


def _text_flaws(said: Mapping[str, str]) -> Iterator[str]:
    for name, value in said.items():
        if len(value) > _LONGEST:
            yield f"{name}: wanted at most {_LONGEST} characters, got {len(value)}"
        if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in value):
            yield f"{name}: control characters"
    for name in ("name_nb", "name_en"):
        if not said[name].strip():
            yield f"{name}: wanted a name, got nothing"


_NUMBERS = (
    ("typical_loan_days", 1, 730, False),
    ("inspection_interval_days", 0, 3650, False),
    ("max_user_weight_kg", 1, 1000, True),
    ("innsatstrapp_step", 1, 99, False),
    ("pieces", 1, 10, True),
)


def _number_flaws(said: Mapping[str, str]) -> Iterator[str]:
    for name, lowest, highest, may_be_empty in _NUMBERS:
        value = said.get(name, "")
        if value == "" and may_be_empty:
            continue
        if not (value.isascii() and value.isdecimal() and lowest <= int(value[:9]) <= highest):
            yield f"{name}: wanted a whole number from {lowest} to {highest}, got {value[:20]!r}"


def _line(row: Mapping[str | None, object]) -> Line:
    said = {str(name): str(value).strip() for name, value in row.items()}
    weight = said["max_user_weight_kg"]
    return Line(
        code=said["product_code"],
        iso9999=said["iso9999"],
        loan_days=int(said["typical_loan_days"]),
        self_service=said["self_service"] == "yes",
        cleaning_class=said["cleaning_class"],
        inspection_days=int(said["inspection_interval_days"]),
        max_weight_kg=int(weight) if weight else None,
        accessory_of=said["accessory_of"] or None,
        step=int(said["innsatstrapp_step"]),
        pieces=int(said.get("pieces") or (2 if "(pair)" in said["name_en"] else 1)),
        names={language: said[f"name_{language}"] for language in LANGUAGES if said.get(f"name_{language}")},
        notes={
            language: said[f"safety_note_{language}"]
            for language in LANGUAGES
            if said.get(f"safety_note_{language}")
        },
        needs=tuple(said["needs"].split()) if "needs" in said else None,
        parts=_parts(said["parts"]) if "parts" in said else None,
        counted=said.get("counted") == "yes",
        reviewed=said.get("note_reviewed") == "yes",
    )


def _parts(text: str) -> dict[str, int]:
    return {part: int(pieces) for part, _, pieces in (one.partition(":") for one in text.split())}


def store(conn: Connection, lines: list[Line], *, now: datetime, by: str | None = None) -> tuple[int, int]:
    """Write lines into the ledger, new or changed, all of them or (by the caller's transaction) none.

    Returns:
        How many lines are new and how many were there before.
    """
    labels = {row.code: row.label for row in conn.execute(select(product.c.code, product.c.label))}
    for line in lines:
        row = {
            "code": line.code,
            "label": labels.get(line.code) or stock.mint(conn, Kind.PRODUCT),
            "iso9999": line.iso9999,
            "loan_days": line.loan_days,
            "self_service": line.self_service,
            "cleaning_class": line.cleaning_class,
            "inspection_days": line.inspection_days,
            "max_weight_kg": line.max_weight_kg,
            "pieces": line.pieces,
            "step": line.step,
            "counted": line.counted,
        }
        reference.put(conn, product, row, now=now, by=by)
        for language, name in line.names.items():
            words = {
                "product": line.code,
                "language": language,
                "name": name,
                "note": line.notes.get(language),
                "note_reviewed": line.reviewed,
            }
            reference.put(conn, product_text, words, now=now, by=by)
        if line.parts is not None:
            parts.store(conn, line.code, line.parts, now=now, by=by)
    _relate(conn, lines, now=now, by=by)
    old = sum(line.code in labels for line in lines)
    return len(lines) - old, old


def _relate(conn: Connection, lines: list[Line], *, now: datetime, by: str | None) -> None:
    """Write down what needs and what suits what. Two lines have one relation: what is needed suits, too."""
    for line in lines:
        if line.needs is None:
            continue
        for other in sorted(_needed_by(conn, line.code) - set(line.needs)):
            reference.drop(conn, product_relation, {"product": line.code, "other": other}, now=now, by=by)
        for other in line.needs:
            needs = {"product": line.code, "other": other, "kind": "needs"}
            reference.put(conn, product_relation, needs, now=now, by=by)
    for line in lines:
        if line.accessory_of and line.code not in _needed_by(conn, line.accessory_of):
            suits = {"product": line.accessory_of, "other": line.code, "kind": "suits"}
            reference.put(conn, product_relation, suits, now=now, by=by)


def _needed_by(conn: Connection, line: str) -> set[str]:
    related = product_relation.c.product == line, product_relation.c.kind == "needs"
    return set(conn.scalars(select(product_relation.c.other).where(*related)))
