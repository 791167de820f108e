"""Codes to try on a practice ledger, shown outside the citizen's 56 x 16 cells. A real ledger shows none."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from depot.codes import spoken
from depot.ledger import Ledger
from depot.states import State
from depot.tables import about, card, item, item_state, product

_TO_BORROW = (("WLK-06", "rullator"), ("BTH-01", "dusjkrakk"))
_PAIR = "WLK-01"


def codes_to_try(ledger: Ledger) -> tuple[str, ...]:
    """Say which digits a person trying the kiosk out may type; nothing for a ledger that is not for practice."""
    with ledger.reading() as conn:
        if conn.scalar(select(about.c.value).where(about.c.name == "practice")) != "yes":
            return ()
        to_borrow = [(spoken(code), name) for line, name in _TO_BORROW for code in _things(conn, line, 1)]
        pair = " + ".join(spoken(code) for code in _things(conn, _PAIR, 2))
        out = _things(conn, None, 1, State.ON_LOAN)
        box = [spoken(code) for code in _box(conn)]
    things = ", ".join(f"{digits} {name}" for digits, name in (*to_borrow, (pair, "krykker")) if digits)
    cards = "Kort fra esken: " + ", ".join(box)
    back = "".join(f". Utlånt: {spoken(code)}" for code in out)
    return (f"Øvelse: {things}", cards + back)


def _things(conn: Connection, line: str | None, number: int, state: State = State.AVAILABLE) -> list[str]:
    asked = (
        select(item.c.code)
        .join(item_state, item_state.c.item == item.c.code)
        .join(product, product.c.code == item.c.product)
        .where(item_state.c.state == state.value, product.c.self_service)
        .order_by(item.c.code)
        .limit(number)
    )
    return list(conn.scalars(asked if line is None else asked.where(item.c.product == line)))


def _box(conn: Connection) -> list[str]:
    free = card.c.borrower.is_(None) & card.c.blocked.is_(None)
    rows = conn.scalars(select(card.c.code).where(free).order_by(func.substr(card.c.code, 2)).limit(2))
    return list(rows)
