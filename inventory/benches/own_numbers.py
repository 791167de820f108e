"""A piece's own numbers, its maker's serial number and its lot: typed, or off the maker's label; and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from depot import codes
from depot.tables import item
from inventory import identifiers, receiving
from inventory.benches.returning import name_of
from inventory.desk.bench import At, Bench, Fill, Question, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Field, Said, Tone
from inventory.identifiers import Number
from inventory.receiving import Told

if TYPE_CHECKING:
    from depot.codes import Gtin, Scan, Udi

Pair = tuple[str | None, str | None]
"""Serial number and lot, each as far as it is known."""


def has_now(at: At, code: str) -> Pair:
    """Read what is recorded of a piece."""

    def look(conn: Connection) -> Pair:
        row = conn.execute(select(item.c.serial, item.c.lot).where(item.c.code == code)).first()
        return (row.serial, row.lot) if row is not None else (None, None)

    return at.ask(look)


def ask(at: At, code: str) -> Bench:
    """Ask for a piece's serial number and lot.

    Args:
        code: the piece's, which must be one of ours.
    """
    t, digits = at.t, codes.spoken(code)
    serial, lot = has_now(at, code)

    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        wrong = {
            name: t("At most %(most)d letters, digits and signs.", most=receiving.LONGEST_NUMBER)
            for name, text in typed.items()
            if text and not receiving.is_number(text)
        }
        return wrong or give(at, code, (typed["serial"] or None, typed["lot"] or None))

    def scan(scanned: Scan) -> Turn | Mapping[str, str] | None:
        if not isinstance(scanned, codes.Gtin | codes.Udi):
            return None
        if (other := _other_line(at, code, scanned)) is not None:
            return other
        said = {"serial": serial_of(scanned), "lot": lot_of(scanned)}
        return {name: text for name, text in said.items() if text} or bad(_says_nothing(at, scanned))

    fields = (
        Field("serial", t("Serial number"), serial or "", longest=receiving.LONGEST_NUMBER),
        Field("lot", t("Lot"), lot or "", longest=receiving.LONGEST_NUMBER),
    )
    lead = t("Type them, or scan the maker's label on %(digits)s.", digits=digits)
    return Fill(at, t("Serial number and lot"), fields, done, lead=lead, scan=scan)


def off_label(at: At, code: str, said: Gtin | Udi) -> Turn:
    """Write down a piece's numbers off its maker's label; what is recorded already is not replaced unasked.

    Args:
        code: the piece's, which must be one of ours; said: what its maker's label says.
    """
    t, digits = at.t, codes.spoken(code)
    if (other := _other_line(at, code, said)) is not None:
        return other
    serial, lot = has_now(at, code)
    told = (serial_of(said) or serial, lot_of(said) or lot)
    if not serial_of(said) and not lot_of(said):
        return bad(_says_nothing(at, said))
    if told == (serial, lot):
        return plain(t("%(digits)s has number %(number)s.", digits=digits, number=_both(told)))
    if (serial and told[0] != serial) or (lot and told[1] != lot):
        asked = t(
            "%(digits)s has number %(old)s. Is it number %(number)s instead?",
            digits=digits,
            old=_both((serial, lot)),
            number=_both(told),
        )
        return Turn(
            Said("", Tone.READ),
            go=Question(at, t("Serial number and lot"), asked, lambda: _given(at, code, told)),
        )
    return _given(at, code, told)


def on_card(at: At, code: str, line: str, said: Gtin | Udi) -> Turn:
    """Take the scan of a maker's label while a piece's card is open: its numbers, and its line's where that is new.

    Args:
        code: the piece's; line: its line's code in the catalogue.
    """
    number = Number(identifiers.GTIN, said.gtin14)
    if at.ask(lambda conn: identifiers.line_of(conn, number)) is not None:
        if not serial_of(said) and not lot_of(said) and not _is_unparted(said):
            return _other_line(at, code, said) or read(at.t("Yes, that is %(name)s.", name=name_of(at, line)))
        return off_label(at, code, said)

    def yes() -> Turn:
        from inventory.benches.makers import bind_here

        bound = bind_here(at, number, line)
        if bound.undo is None or (not serial_of(said) and not lot_of(said)):
            return bound
        return _with(bound.undo, off_label(at, code, said))

    asked = at.t("Nobody has said yet which line this barcode is. Is it %(name)s?", name=name_of(at, line))
    return Turn(Said("", Tone.READ), go=Question(at, at.t("A new barcode"), asked, yes))


def _with(binding: Undo, given: Turn) -> Turn:
    """Let F4 take back the binding of a barcode with the numbers that were read off it, or alone where none were."""
    numbers = given.undo
    if numbers is None:
        return replace(given, undo=binding)

    def undo() -> Turn:
        numbers.deed()
        return binding.deed()

    return replace(given, undo=Undo(numbers.question, undo))


def serial_of(said: Gtin | Udi) -> str:
    """Say which serial number a maker's label bears; empty for none."""
    return (said.serial or "") if isinstance(said, codes.Udi) else ""


def lot_of(said: Gtin | Udi) -> str:
    """Say which lot a maker's label bears; empty for none."""
    return (said.batch or "") if isinstance(said, codes.Udi) else ""


def _is_unparted(said: Gtin | Udi) -> bool:
    return isinstance(said, codes.Udi) and bool(said.unparted)


def not_parted(at: At) -> str:
    """Say why a label's serial number and lot are not believed, and what to do."""
    return at.t("This scanner runs the numbers together. Read them off the label and type them.")


def _says_nothing(at: At, said: Gtin | Udi) -> str:
    if _is_unparted(said):
        return not_parted(at)
    return at.t("This barcode says neither serial number nor lot. There may be another one beside it.")


def _other_line(at: At, code: str, said: Gtin | Udi) -> Turn | None:
    """Refuse the label of another line's thing; None for one of this line, or of none yet."""
    number = Number(identifiers.GTIN, said.gtin14)

    def look(conn: Connection) -> tuple[str | None, str | None]:
        return identifiers.line_of(conn, number), conn.scalar(
            select(item.c.product).where(item.c.code == code)
        )

    named, mine = at.ask(look)
    if named is None or named == mine:
        return None
    return bad(at.t("No, that is %(name)s.", name=name_of(at, named)))


def _both(numbers: Pair) -> str:
    return ", ".join(one for one in numbers if one) or "–"


def _given(at: At, code: str, numbers: Pair) -> Turn:
    given = give(at, code, numbers)
    return given if isinstance(given, Turn) else bad(next(iter(given.values())))


def give(at: At, code: str, numbers: Pair) -> Turn | Mapping[str, str]:
    """Write down a piece's numbers; or say which line is wrong, where another piece has that serial number."""
    t, digits = at.t, codes.spoken(code)
    now, by, undo = at.now(), at.by, taking_back(at, code)
    serial, lot = numbers
    answer = at.perform(lambda conn, _: receiving.give_numbers(conn, code, serial, lot, now=now, by=by))
    if answer.told is Told.SERIAL_TAKEN:
        other = codes.spoken(answer.code)
        said = t("Number %(number)s is that of %(digits)s already.", number=serial, digits=other)
        return {"serial": said}
    if answer.recalled:
        called = t("The maker has called %(digits)s back: keep it apart.", digits=digits)
        return Turn(Said(called, Tone.BAD), undo=undo)
    return good(t("%(digits)s has number %(number)s.", digits=digits, number=_both(numbers)), undo)


def taking_back(at: At, code: str) -> Undo:
    """Say how a piece's numbers become what they are now."""
    serial, lot = has_now(at, code)

    def undo() -> Turn:
        now, by = at.now(), at.by
        at.perform(lambda conn, _: receiving.give_numbers(conn, code, serial, lot, now=now, by=by))
        return good(at.t("Undone."))

    question = at.t("Take the number away from %(digits)s again?", digits=codes.spoken(code))
    return Undo(question, undo)
