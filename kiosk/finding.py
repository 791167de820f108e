"""What somebody asks who looks for a thing, asked of the ledger: lines, shelves, slips, the waiting list.

A part of the kiosk's hands at the ledger (`deeds`), which turn anything broken into a `Fault`.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from depot import availability, holds, numbers, quantities
from depot.codes import NavLabel
from depot.ledger import Ledger
from kiosk.journey import asked
from kiosk.journey import values as v


def found(ledger: Ledger, request: asked.Finding, *, now: datetime) -> v.Answer:
    """Ask the ledger what somebody wants to know who looks for a thing, or do what they then want.

    Args:
        now: aware, UTC.

    Raises:
        LedgerError: the ledger cannot be read or written.
    """
    match request:
        case asked.JoinQueue(card=card, product=line):
            return ledger.perform(lambda conn, here: holds.place(conn, here, card=card, line=line, now=now))
        case asked.LeaveQueue(key=key):
            return ledger.perform(lambda conn, here: holds.cancel(conn, here, key=key, now=now))
        case asked.TakeSome():
            return _counted(ledger, request, now)
        case _:
            return _seen(ledger, request, now)


def _seen(
    ledger: Ledger,
    request: asked.LookWhatIsFree
    | asked.LookAtShelf
    | asked.LookAtLine
    | asked.LookAtNumber
    | asked.LookAtSlip,
    now: datetime,
) -> v.Answer:
    here = ledger.station
    with ledger.reading() as conn:
        match request:
            case asked.LookWhatIsFree():
                return v.LinesAre(availability.free_now(conn, here, now=now))
            case asked.LookAtShelf(shelf=shelf):
                return v.LinesAre(availability.on_shelf(conn, here, shelf=shelf, now=now))
            case asked.LookAtLine(label=shelf_label, product=line):
                return v.LineIs(availability.line_now(conn, here, line=line, label=shelf_label, now=now))
            case asked.LookAtNumber(label=label):
                line = numbers.meant(conn, label, here.country).line
                navs = isinstance(label, NavLabel) and here.country != numbers.DENMARK
                return v.NumberIs(label, line, navs)
            case asked.LookAtSlip(slip=slip):
                return v.SlipIs(holds.by_slip(conn, here, slip=slip, now=now))
            case _:
                assert_never(request)


def _counted(ledger: Ledger, request: asked.TakeSome, now: datetime) -> v.Answer:
    deed = quantities.bring_back if request.back else quantities.take
    return ledger.perform(lambda conn, here: deed(conn, here, line=request.product, n=request.n, now=now))
