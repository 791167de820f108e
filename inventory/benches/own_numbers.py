"""A piece's own numbers, its maker's serial number and its lot: typed, or off the maker's label; and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from depot import codes
from depot.tables import item
from inventory import receiving
from inventory.desk.bench import At, Bench, Fill, Turn, Undo, good
from inventory.desk.views import Field, Said, Tone
from inventory.receiving import Told

if TYPE_CHECKING:
    from depot.codes import Scan

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

    def scan(scanned: Scan) -> Mapping[str, str] | None:
        if not isinstance(scanned, codes.Udi):
            return None
        return {"serial": scanned.serial or "", "lot": scanned.batch or ""}

    fields = (
        Field("serial", t("Serial number"), serial or "", longest=receiving.LONGEST_NUMBER),
        Field("lot", t("Lot"), lot or "", longest=receiving.LONGEST_NUMBER),
    )
    lead = t("Type them, or scan the maker's label on %(digits)s.", digits=digits)
    return Fill(at, t("Serial number and lot"), fields, done, lead=lead, scan=scan)


def give(at: At, code: str, numbers: Pair) -> Turn | Mapping[str, str]:
    """Write down a piece's numbers; or say which line is wrong, where another piece has that serial number."""
    t, digits = at.t, codes.spoken(code)
    now, by, undo = at.now(), at.by, taking_back(at, code)
    serial, lot = numbers
    answer = at.perform(lambda conn, _: receiving.give_numbers(conn, code, serial, lot, now=now, by=by))
    if answer.told is Told.SERIAL_TAKEN:
        return {"serial": t("Serial number %(serial)s is another thing's.", serial=serial)}
    if answer.recalled:
        called = t("The maker has called %(digits)s back: keep it apart.", digits=digits)
        return Turn(Said(called, Tone.BAD), undo=undo)
    number = ", ".join(one for one in numbers if one) or "–"
    return good(t("%(digits)s has number %(number)s.", digits=digits, number=number), undo)


def taking_back(at: At, code: str) -> Undo:
    """Say how a piece's numbers become what they are now."""
    serial, lot = has_now(at, code)

    def undo() -> Turn:
        now, by = at.now(), at.by
        at.perform(lambda conn, _: receiving.give_numbers(conn, code, serial, lot, now=now, by=by))
        return good(at.t("Undone."))

    question = at.t("Take the number away from %(digits)s again?", digits=codes.spoken(code))
    return Undo(question, undo)
