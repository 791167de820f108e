"""Trying the kiosk out: on a copy of the ledger that is thrown away, and with codes to type.

What happens in a practice must never have happened: the kiosk gets a copy in a folder of its own, in which
nobody is known any more, and the real ledger is only read. Every card keeps working, as somebody's whose
number ends in `LAST_FOUR`; what was out is out with nobody. A practice that was cut off leaves its folder
behind; the next one removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select, update

from depot.codes import spoken
from depot.ledger import SCHEMA, Ledger
from depot.settings import Settings
from depot.sqlite import connect, schema_of
from depot.states import State
from depot.tables import (
    about,
    attempt,
    borrower,
    call_back,
    card,
    item,
    item_state,
    label_job,
    link,
    look_up,
    product,
    revision,
    ring,
    staff,
)

PHONE = "+46701740605"
"""Everybody's number in a practice, of a series that PTS keeps free for films and books."""
LAST_FOUR = PHONE[-4:]

_PREFIX = "depot-practice-"
_PERSONAL = (link, ring, call_back, look_up, attempt, staff, label_job)
_TO_BORROW = (("WLK-06", "rullator"), ("BTH-01", "dusjkrakk"))
_PAIR = "WLK-01"


@contextmanager
def on_a_copy(settings: Settings, *, now: datetime) -> Iterator[Settings]:
    """Make a ledger to practise on; remove it afterwards.

    Args:
        settings: they name the real ledger; where there is none yet, the demo depot is made instead.
        now: aware, UTC.

    Yields:
        The same settings, but for the copy, without a printer and without a reserve on the disk.

    Raises:
        LedgerError: the real ledger cannot be read.
    """
    _clear_away()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    held = _hold(folder)
    try:
        file = folder / "depot.db"
        station = replace(settings.station, printer="", ballast_mb=0)
        chosen = replace(settings, database=f"sqlite:///{file}", station=station)
        if settings.ledger_file.exists():
            from depot import keeping

            keeping.backup(settings, file)
            _forget_everybody(file)
        else:
            from depot import demo

            demo.found(chosen, now=now)
        yield chosen
    finally:
        shutil.rmtree(folder)
        if held is not None:
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Hold a folder for as long as the descriptor stays open; None if somebody else does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _clear_away() -> None:
    """Remove what a practice of ours has left that was killed. An empty folder may be one that begins."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or gone already
            if folder.lstat().st_uid != os.getuid() or not any(folder.iterdir()):
                continue
            held = _hold(folder)
            if held is not None:
                shutil.rmtree(folder)
                os.close(held)


def _forget_everybody(file: Path) -> None:
    """Take every person out of a copy. What is deleted is overwritten (PRAGMA secure_delete)."""
    if schema_of(file) != SCHEMA:
        from depot import migrate

        migrate.upgrade(file, backup=False)
    connection = connect(file)
    try:
        with connection.begin():
            for table in _PERSONAL:
                connection.execute(delete(table))
            named = [table.name for table in (borrower, card, staff)]
            connection.execute(delete(revision).where(revision.c.table.in_(named)))
            nobody = {"name": None, "phone": PHONE, "email": None, "pin": None, "died_on": None}
            connection.execute(update(borrower).values(nobody))
            connection.execute(delete(about).where(about.c.name == "practice"))
            connection.execute(insert(about).values(name="practice", value="yes"))
    finally:
        connection.close()
        connection.engine.dispose()


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
