"""What waits on a Tuesday morning in a furnished ledger: a little of every kind, by the deeds that lead to it.

What is overdue and whose inspection is due is there already. As much of everything as a depot of 20,000 things
has, and less where there are fewer; the numbers are nobody's statistics.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select

from depot import badges, borrowers, catalogue, holds, lending, refusals, stock
from depot.ledger import Ledger, open_ledger
from depot.outcomes import CheckedIn, Held, Moved, Reason
from depot.phone import parse_phone
from depot.tables import item
from labels import queue
from labels.work import Request
from scripts.bench.yardstick.furnish import House

PIN = "4711"
_PIECES = 20_000
_STARTERS_EVERY = 700
_ONE_PERSONS_ONLY = "single_user"


@dataclass(frozen=True, slots=True)
class Tuesday:
    """The badge of who comes in, and the pieces that came home and need nothing but a wash."""

    badge: str
    to_wash: tuple[str, ...]


def come(house: House, *, now: datetime, to_wash: int) -> Tuesday:
    """Let a Tuesday morning come.

    Args:
        now: aware, UTC; after the ledger's past.
        to_wash: how many pieces there shall be that need nothing but a wash, beside what waits anyway.

    Raises:
        RuntimeError: a deed was refused.
    """
    _start_cards(house, now)
    with open_ledger(house.settings) as ledger:
        morning = _Morning(ledger, house, now)
        return morning.come(to_wash)


def _start_cards(house: House, now: datetime) -> None:
    """Make every seven-hundredth borrower one whom nobody has reached yet; the youngest are hours old."""
    with closing(sqlite3.connect(house.file)) as raw:
        everybody = [row[0] for row in raw.execute("SELECT id FROM borrower ORDER BY phone")]
        at = int((now - timedelta(hours=5)).timestamp() * 1000)
        reached = "UPDATE borrower SET standing = 'starter', confirmed_at = NULL, name = NULL, made_at = ?"
        rows = ((at - 3_600_000 * n, who) for n, who in enumerate(everybody[::_STARTERS_EVERY]))
        raw.executemany(f"{reached} WHERE id = ?", rows)
        raw.commit()


class _Morning:
    """Does the deeds, each of which must succeed."""

    def __init__(self, ledger: Ledger, house: House, now: datetime) -> None:
        self._ledger, self._now = ledger, now
        self._part = (len(house.free) + len(house.out)) / _PIECES
        lines = {line.code: line for line in catalogue.packaged()}
        with ledger.reading() as conn:
            of = {row.code: lines[row.product] for row in conn.execute(select(item.c.code, item.c.product))}
        is_plain = {
            code: not line.inspection_days and line.cleaning_class != _ONE_PERSONS_ONLY
            for code, line in of.items()
        }
        self._plain_out = (code for code in house.out if is_plain[code])
        self._others_out = (code for code in house.out if not is_plain[code])
        self._free = (code for code in house.free if is_plain[code])
        self._lines = {code: line.code for code, line in of.items()}
        self._cards = house.cards

    def come(self, to_wash: int) -> Tuesday:
        """Let everything happen that has happened when somebody comes in."""
        washes = tuple(islice(self._plain_out, to_wash))
        for code in (*washes, *self._some(self._plain_out, 150), *self._some(self._others_out, 150)):
            self._do(CheckedIn, lending.check_in, item=code)
        for code in self._some(self._plain_out, 40):
            self._do(CheckedIn, lending.check_in, item=code)
            self._do(Moved, stock.begin_cleaning, item=code)
        for code in self._some(self._free, 30):
            self._do(Moved, stock.send_to_repair, item=code, fault="brakes")
        for code in self._some(self._free, 20):
            self._do(Moved, stock.quarantine, item=code, infection=True)
        for code in self._some(self._free, 25):
            self._do(Moved, stock.count_out, item=code)
        for _ in self._some(self._free, 24):
            self._do(Moved, stock.receive, line="WLK-06")
        for card, code in zip(self._cards[1::97], self._some(self._free, 40), strict=False):
            self._do(Held, holds.place, card=card, line=self._lines[code], at_desk=True)
        self._say_no()
        self._ask_to_be_rung()
        self._ask_for_labels()
        badge = self._ledger.perform(
            lambda conn, _: badges.add(conn, name="Liv Lagermann", pin=PIN, role="manager", now=self._now)
        )[1]
        return Tuesday(badge, washes)

    def _some(self, pieces: Iterator[str], number: int) -> list[str]:
        """Take as many as a depot of this size has."""
        return list(islice(pieces, max(1, round(number * self._part))))

    def _do(self, wanted: type, deed: Callable[..., object], **said: Any) -> None:
        outcome = self._ledger.perform(lambda conn, here: deed(conn, here, now=self._now, **said))
        if not isinstance(outcome, wanted):
            raise RuntimeError(f"a deed of the morning came to {outcome}")

    def _say_no(self) -> None:
        reasons = (Reason.UNKNOWN_CODE, Reason.WRONG_STATE, Reason.CARD_BLOCKED)
        for days in range(7):
            at = self._now - timedelta(days=days)
            self._ledger.perform(
                lambda conn, here, at=at: refusals.count(conn, here, reasons, "WLK-06", now=at)  # type: ignore[misc]
            )

    def _ask_to_be_rung(self) -> None:
        for number in range(max(1, round(15 * self._part))):
            phone = parse_phone(f"004670174{605 + number:04d}")
            if phone is not None:
                self._ledger.perform(
                    lambda conn, _, phone=phone: borrowers.ask_to_be_rung(conn, phone, now=self._now)  # type: ignore[misc]
                )

    def _ask_for_labels(self) -> None:
        an_hour_ago = self._now - timedelta(hours=1)
        for code in self._some(self._free, 12):
            asked = Request("asset", (code,), printer="bench")
            self._ledger.perform(
                lambda conn, _, asked=asked: queue.put(conn, asked, now=an_hour_ago)  # type: ignore[misc]
            )
