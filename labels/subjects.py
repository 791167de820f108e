"""Reads from the ledger what a label is to say, in the language of whoever is to read it.

A loan's label is in the borrower's language, which is all that is read of the borrower; no name, number or
card comes near a label. Everything else is in the language that the caller names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from depot import looks, parts, quantities
from depot.calendar import day_of
from depot.own import Kind
from depot.settings import Settings
from depot.station import Station
from depot.tables import (
    borrower,
    card,
    hold,
    item,
    item_state,
    link,
    loan,
    product,
    product_text,
    shelf,
    staff,
)
from depot.tables import depot as depots
from depot.words import fallbacks
from labels.errors import NothingToSay
from labels.says import Asset, Card, Hold, House, Loan, Shelf


def house_of(conn: Connection, station: Station, settings: Settings) -> House:
    """Say what labels may tell of this depot."""
    name = conn.scalar(select(depots.c.name).where(depots.c.id == station.depot))
    said = settings.labels
    return House(
        depot=name or "",
        owner=said.owner,
        address=said.address,
        phones=settings.phones,
        instructions=said.instructions,
        gs1_prefix=said.gs1_prefix,
        fixed_scanner=settings.kiosk.scanner == "fixed",
    )


def _texts(conn: Connection, line: str, language: str) -> tuple[str, str]:
    """Read a line's name and safety note, each in the nearest language that has it."""
    rows = conn.execute(
        select(product_text.c.language, product_text.c.name, product_text.c.note).where(
            product_text.c.product == line
        )
    ).all()
    said = {row.language: row for row in rows}
    found = [said[one] for one in fallbacks(language) if one in said]
    name = next((row.name for row in found if row.name), line)
    note = next((row.note for row in found if row.note), "")
    return name, note


def assets(conn: Connection, codes: tuple[str, ...], house: House, language: str) -> Iterator[Asset]:
    """Say what the labels of things bear, one by one, however many there are.

    Raises:
        NothingToSay: a code that no thing here has.
    """
    names: dict[str, str] = {}
    for code in codes:
        line = conn.scalar(select(item.c.product).where(item.c.code == code))
        if line is None:
            raise NothingToSay(f"no thing has the code {code}")
        if line not in names:
            names[line] = _texts(conn, line, language)[0]
        yield Asset(code, names[line], house)


def of_line(conn: Connection, line: str) -> tuple[str, ...]:
    """Return the codes of a line's pieces that are ours still, in order."""
    wanted = select(item.c.code).join(item_state, item_state.c.item == item.c.code)
    ours = item_state.c.state.not_in(("written_off", "kept"))
    return tuple(conn.scalars(wanted.where(item.c.product == line, ours).order_by(item.c.code)))


def unshelved(conn: Connection) -> tuple[str, ...]:
    """Return the codes of what was received and still waits for its label and its shelf."""
    wanted = select(item_state.c.item).where(item_state.c.state == "received").order_by(item_state.c.item)
    return tuple(conn.scalars(wanted))


def shelves(
    conn: Connection,
    station: Station,
    codes: tuple[str, ...],
    house: House,
    language: str,
    *,
    line: str | None = None,
) -> Iterator[Shelf]:
    """Say what the labels of shelves bear: one for each line that stands there, one for a shelf without any.

    Args:
        codes: the shelves'; line: only this line, whether it stands there already or not.

    Raises:
        NothingToSay: a code that no shelf here has.
    """
    counted = quantities.shelves(conn, station.depot)
    for code in codes:
        name = conn.scalar(select(shelf.c.name).where(shelf.c.code == code))
        if name is None:
            raise NothingToSay(f"no shelf has the code {code}")
        lines = (line,) if line else _lines_on(conn, code, [one for one, on in counted.items() if on == code])
        for one in lines:
            row = conn.execute(select(product.c.label, product.c.counted).where(product.c.code == one)).one()
            yield Shelf(
                code, name, row.label, _texts(conn, one, language)[0], bool(row.counted), house.fixed_scanner
            )
        if not lines:
            yield Shelf(code, name)


def _lines_on(conn: Connection, code: str, counted: list[str]) -> tuple[str, ...]:
    stands = (
        select(item.c.product)
        .join(item_state, item_state.c.item == item.c.code)
        .where(item_state.c.shelf == code)
        .distinct()
    )
    own = conn.scalar(select(shelf.c.product).where(shelf.c.code == code))
    return tuple(sorted({*conn.scalars(stands), *counted, *([own] if own else [])}))


_OF_A_LOAN = (
    select(loan, product.c.label, product.c.max_weight_kg, borrower.c.language.label("language"))
    .select_from(
        loan.join(product, product.c.code == loan.c.product)
        .outerjoin(link, link.c.key == loan.c.key)
        .outerjoin(borrower, borrower.c.id == link.c.borrower)
    )
)  # fmt: skip


def loan_of_item(conn: Connection, code: str) -> str:
    """Return the key of a thing's open loan. Raises NothingToSay where it is not on loan."""
    key = conn.scalar(select(loan.c.key).where(loan.c.item == code, loan.c.ended.is_(None)))
    if key is None:
        raise NothingToSay(f"{code} is not on loan")
    return str(key)


def loan_label(
    conn: Connection, key: str, house: House, language: str, *, theirs: bool = True
) -> tuple[Loan, str]:
    """Say what a loan's label bears, and in which language: the borrower's, where one is remembered.

    Args:
        key: the loan's; language: where nothing else is known.
        theirs: whether the borrower's language goes first; not where somebody has named another one.

    Raises:
        NothingToSay: there is no such loan, or it has ended.
    """
    row = conn.execute(_OF_A_LOAN.where(loan.c.key == key)).first()
    if row is None or row.ended is not None:
        raise NothingToSay(f"no loan is open under {key}")
    spoken = row.language if theirs and row.language else language
    name, note = _texts(conn, row.product, spoken)
    return (
        Loan(
            item=row.item,
            name=name,
            line=row.label,
            product=row.product,
            due=day_of(row.due),
            days=row.days,
            house=house,
            note=note,
            bears=row.max_weight_kg,
            parts=_parts(conn, row, spoken),
        ),
        spoken,
    )


def _parts(conn: Connection, row: Row[Any], language: str) -> dict[str, int]:
    names = parts.names(conn, language)
    return {names.get(one.part, one.part): one.pieces for one in parts.of_line(conn, row.product)}


def cards(conn: Connection, codes: tuple[str, ...], house: House) -> Iterator[Card]:
    """Say what cards and badges bear.

    Raises:
        NothingToSay: one that was not drawn here, is blocked, or is of somebody who has left.
    """
    for code in codes:
        if code.startswith(Kind.BADGE):
            if (
                conn.scalar(select(staff.c.id).where(staff.c.badge == code, staff.c.ended_at.is_(None)))
                is None
            ):
                raise NothingToSay("a badge that nobody here has")
            yield Card(code, house)
            continue
        row = conn.execute(select(card.c.blocked).where(card.c.code == code)).first()
        if row is None or row.blocked:
            raise NothingToSay("a card that was not drawn here, or is blocked")
        yield Card(code, house)


def hold_slip(conn: Connection, station: Station, asked: str, house: House, language: str) -> Hold:
    """Say what the slip of a place in the queue bears.

    Args:
        asked: the slip's code, the hold's key, or the code of the thing that is set aside.

    Raises:
        NothingToSay: nobody waits under it.
    """
    found = conn.execute(
        select(hold).where(
            hold.c.state.in_(("waiting", "ready")),
            (hold.c.slip == asked) | (hold.c.key == asked) | (hold.c.item == asked),
        )
    ).first()
    if found is None:
        raise NothingToSay("nobody waits under that slip or thing")
    return Hold(
        slip=found.slip,
        name=_texts(conn, found.product, language)[0],
        house=house,
        item=found.item or "",
        pick_up_by=day_of(found.pick_up_by),
        place=looks.place_for(conn, station, looks.PICK_UP) or "" if found.item else "",
    )
