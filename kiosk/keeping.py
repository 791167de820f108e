"""What somebody asks about their own loans, asked of the ledger: seeing them, keeping them longer or for good.

A part of the kiosk's hands at the ledger (`deeds`), which turn anything broken into a `Fault`.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from depot import holds, renewals
from depot.ledger import Ledger
from kiosk.journey import asked
from kiosk.journey import values as v
from kiosk.journey.loans import Kept, Theirs


def kept(ledger: Ledger, request: asked.Keeping, *, now: datetime) -> v.Answer:
    """Ask the ledger what somebody has on loan, or do what they want done about it.

    Args:
        now: aware, UTC.

    Raises:
        LedgerError: the ledger cannot be read or written.
    """
    match request:
        case asked.AskIfPin(card=card):
            return _pin_of(ledger, card)
        case asked.AskForTheirs(card=card):
            return _theirs(ledger, card, now)
        case asked.RenewAll(card=card):
            return Kept(ledger.perform(lambda conn, here: renewals.renew_all(conn, here, card=card, now=now)))
        case asked.Renew(item=item, card=card):
            return ledger.perform(
                lambda conn, here: renewals.renew(conn, here, item=item, card=card, now=now)
            )
        case asked.KeepForGood(item=item, card=card):
            return ledger.perform(lambda conn, here: renewals.kept(conn, here, card=card, item=item, now=now))
        case _:
            assert_never(request)


def _pin_of(ledger: Ledger, card: str) -> v.Done:
    from depot import pins  # a tenth of a second, which most houses never need

    with ledger.reading() as conn:
        return v.Done.HAS_PIN if pins.has_pin(conn, card) else v.Done.HAS_NO_PIN


def _theirs(ledger: Ledger, card: str, now: datetime) -> Theirs:
    with ledger.reading() as conn:
        loans = renewals.loans_of(conn, ledger.station, card=card, now=now)
        return Theirs(loans, holds.of_card(conn, ledger.station, card=card, now=now))
