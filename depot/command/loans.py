"""`depot lend` and `depot return`. Each thing is its own deed and its own commit; what is said is on disk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import click

from depot import clock, lending, refusals, settings
from depot.command.given import card_of, item_of
from depot.command.logs import masked
from depot.command.saying import as_json
from depot.command.wording import telling
from depot.ledger import Ledger, open_ledger
from depot.outcomes import NextStep, Outcome, Reason, Refused

KEY = click.option(
    "--key", type=click.UUID, help="A UUID of your own: the same again gives the first outcome, written once."
)
ITEMS = click.argument("items", nargs=-1, required=True, metavar="ITEM...")


@click.command
@click.argument("card")
@ITEMS
@KEY
@as_json
def lend(card: str, items: tuple[str, ...], key: uuid.UUID | None, as_json: bool) -> int:
    """Lend things to the borrower behind a card.

    CARD and ITEM are whole codes or their eight digits. Exits with 1 if anything was refused.
    """

    def deed(ledger: Ledger, item: str, key: str | None) -> Outcome:
        if ledger.is_full:
            return Refused(item=item, reasons=(Reason.LEDGER_FULL,), next_step=NextStep.CALL)
        said: dict[str, Any] = {"card": card_of(card), "item": item, "key": key}
        return ledger.perform(
            lambda conn, station: lending.check_out(conn, station, now=clock.SystemClock().now(), **said)
        )

    return each(items, key, deed, as_json=as_json)


@click.command("return")
@ITEMS
@KEY
@as_json
def return_(items: tuple[str, ...], key: uuid.UUID | None, as_json: bool) -> int:
    """Take things home. Needs no card.

    ITEM is a whole code or its eight digits. Exits with 1 if anything was refused: only what is not ours is.
    """

    def deed(ledger: Ledger, item: str, key: str | None) -> Outcome:
        return ledger.perform(
            lambda conn, station: lending.check_in(
                conn, station, item=item, key=key, now=clock.SystemClock().now()
            )
        )

    return each(items, key, deed, as_json=as_json)


def each(
    items: tuple[str, ...],
    key: uuid.UUID | None,
    deed: Callable[[Ledger, str, str | None], Outcome],
    *,
    as_json: bool,
) -> int:
    """Do a deed with each thing in turn, and say each outcome before the next is begun."""
    refused = False
    with open_ledger(settings.load()) as ledger, telling(ledger, as_json=as_json) as tell:
        for text in items:
            code = item_of(text)
            if isinstance(code, Reason):
                outcome: Outcome = no(ledger, code)
            else:
                outcome = deed(ledger, code, _key_for(key, code, alone=len(items) == 1))
            tell(masked(text) if isinstance(code, Reason) else code, outcome)
            refused |= isinstance(outcome, Refused)
    return int(refused)


def _key_for(key: uuid.UUID | None, code: str, *, alone: bool) -> str | None:
    """Derive an event's key: one thing has the key that was given, of several each has one that follows."""
    if key is None:
        return None
    return str(key if alone else uuid.uuid5(key, code))


def no(ledger: Ledger, reason: Reason) -> Refused:
    """Refuse, and count, what is nothing of ours."""
    now = clock.SystemClock().now()
    ledger.perform(lambda conn, station: refusals.count(conn, station, (reason,), None, now=now))
    step = NextStep.SCAN_AGAIN if reason is Reason.UNKNOWN_CODE else NextStep.CALL
    return Refused(item="", reasons=(reason,), next_step=step)
