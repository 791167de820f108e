"""Lines of the catalogue from a CSV file, and to one: each line beside what the ledger says of it, cell by cell.

What may be read of a file is `catalogue`'s; here is what it would change. A line whose cells are those that an
export would write is unchanged, and not written again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from depot import catalogue, csv_file
from depot.catalogue import LANGUAGES, Line
from depot.csv_file import DELIMITERS, Flaw, guarded
from depot.fates import Change, Fate, Plan, RowFate
from depot.tables import product, product_part, product_relation, product_text

COLUMNS = (
    "product_code",
    *(f"name_{language}" for language in LANGUAGES),
    *catalogue.COLUMNS[1:],
    "pieces",
    "needs",
    "parts",
    "counted",
    "note_reviewed",
    *(f"safety_note_{language}" for language in LANGUAGES),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A line as the ledger knows it, and every line that it suits or is needed by: a file names one of them."""

    line: Line
    accessory_of: frozenset[str]


def plan(conn: Connection, data: bytes) -> Plan[Line]:
    """Decide every row's fate; writes nothing, and never raises for what the file says."""
    sifted = catalogue.sift(data)
    there = stored(conn)
    known = sifted.codes | there.keys()
    wrong: dict[int, list[Flaw]] = defaultdict(list)
    for row, what in sifted.wrong:
        wrong[row].append(_flaw(what))
    for row, line in sifted.lines:
        wrong[row] += _strangers(line, known)
    fates = [_fate(row, line, there.get(line.code)) for row, line in sifted.lines if not wrong[row]]
    fates += [RowFate(row, Fate.REFUSED, flaws=tuple(flaws)) for row, flaws in wrong.items() if flaws]
    return Plan("UTF-8", DELIMITERS[sifted.delimiter], tuple(sorted(fates, key=lambda one: one.row)))


def _flaw(what: str) -> Flaw:
    """Take a column's name off the front of what is wrong with it."""
    column, _, rest = what.partition(": ")
    return Flaw(column, rest) if rest and column in COLUMNS else Flaw("", what)


def _strangers(line: Line, known: frozenset[str]) -> Iterator[Flaw]:
    """Name the lines that a line speaks of and that are neither in the file nor in the ledger."""
    spoken = [("needs", other) for other in line.needs or ()]
    spoken += [("accessory_of", line.accessory_of)] if line.accessory_of else []
    for column, other in spoken:
        if other not in known:
            yield Flaw(column, f"wanted a line of the catalogue or of this file, got {other!r}")


def _fate(row: int, line: Line, there: Stored | None) -> RowFate[Line]:
    if there is None:
        return RowFate(row, Fate.NEW, line.code, line)
    before, after = cells(there.line), cells(line)
    unsaid = _unsaid(line, there)
    changes = tuple(
        Change(name, before[name], after[name])
        for name in COLUMNS
        if name not in unsaid and before[name] != after[name]
    )
    return RowFate(row, Fate.CHANGED if changes else Fate.UNCHANGED, line.code, line, changes)


def _unsaid(line: Line, there: Stored) -> set[str]:
    """Name the columns of which a file's line says nothing, so that what is known stays."""
    silent = {language for language in LANGUAGES if language not in line.names}
    unsaid = {f"{column}_{language}" for column in ("name", "safety_note") for language in silent}
    unsaid |= {"needs"} if line.needs is None else set()
    unsaid |= {"parts"} if line.parts is None else set()
    unsaid |= {"accessory_of"} if line.accessory_of in {None, *there.accessory_of} else set()
    return unsaid


def cells(line: Line) -> dict[str, str]:
    """Write a line as its cells in a file, by column, without what a spreadsheet needs."""
    numbers = {
        "typical_loan_days": line.loan_days,
        "inspection_interval_days": line.inspection_days,
        "innsatstrapp_step": line.step,
        "pieces": "" if line.counted else line.pieces,
        "max_user_weight_kg": "" if line.max_weight_kg is None else line.max_weight_kg,
    }
    return {
        "product_code": line.code,
        "iso9999": line.iso9999,
        "self_service": "yes" if line.self_service else "staff",
        "cleaning_class": line.cleaning_class,
        "accessory_of": line.accessory_of or "",
        "needs": " ".join(sorted(line.needs or ())),
        "parts": " ".join(f"{part}:{pieces}" for part, pieces in sorted((line.parts or {}).items())),
        "counted": _yes_no(line.counted),
        "note_reviewed": _yes_no(line.reviewed),
        **{name: str(number) for name, number in numbers.items()},
        **{f"name_{language}": line.names.get(language, "") for language in LANGUAGES},
        **{f"safety_note_{language}": line.notes.get(language, "") for language in LANGUAGES},
    }


def _yes_no(said: bool) -> str:
    return "yes" if said else "no"


def stored(conn: Connection) -> dict[str, Stored]:
    """Read every line that the ledger knows, by code."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    unread: set[str] = set()
    for row in conn.execute(select(product_text)):
        names[row.product][row.language] = row.name
        if row.note:
            notes[row.product][row.language] = row.note
        if not row.note_reviewed:
            unread.add(row.product)
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in conn.execute(select(product_part)):
        parts[row.product][row.part] = row.pieces
    needs, suits = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for row in conn.execute(select(product_relation).order_by(product_relation.c.product)):
        suits[row.other].append(row.product)
        if row.kind == "needs":
            needs[row.product].append(row.other)
    return {
        row.code: Stored(
            Line(
                code=row.code,
                iso9999=row.iso9999,
                loan_days=row.loan_days,
                self_service=row.self_service,
                cleaning_class=row.cleaning_class,
                inspection_days=row.inspection_days,
                max_weight_kg=row.max_weight_kg,
                accessory_of=next(iter(suits[row.code]), None),
                step=row.step,
                pieces=row.pieces,
                names=names[row.code],
                notes=notes[row.code],
                needs=tuple(needs[row.code]),
                parts=parts[row.code],
                counted=row.counted,
                reviewed=row.code not in unread,
            ),
            frozenset(suits[row.code]),
        )
        for row in conn.execute(select(product).order_by(product.c.code))
    }


def rows(conn: Connection) -> Iterator[dict[str, str]]:
    """List what a file of lines says of each, by code."""
    return (cells(one.line) for one in stored(conn).values())


_TEXTS = tuple(f"{column}_{language}" for column in ("name", "safety_note") for language in LANGUAGES)


def written(lines: Iterable[dict[str, str]]) -> bytes:
    """Write a file of lines that can be taken in again and then changes nothing."""
    return csv_file.write(
        COLUMNS, ({**row, **{name: guarded(row[name]) for name in _TEXTS}} for row in lines)
    )
