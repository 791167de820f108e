"""`depot lend` and `depot return`. Each thing is its own deed and its own commit; what is said is on disk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import click

from depot import clock, lending, refusals, settings
from depot.command.given import Words, card_of, item_of
from depot.command.logs import masked
from depot.command.saying import as_json
from depot.command.wording import telling
from depot.ledger import Ledger, open_ledger
from depot.outcomes import NextStep, Outcome, Reason, Refused

KEY = click.option(
    "--key", type=click.UUID, help="A UUID of your own: the same again gives the first outcome, written once."
)
ITEMS = click.argument("items", nargs=-1, required=True, metavar="ITEM...")


PAST = click.option(
    "--past",
    type=Words(120),
    metavar="WHY",
    help="Go past a refusal, as staff may at the desk. Why is noted beside the loan: no names, nobody's health.",
)


@click.command
@click.argument("card")
@ITEMS
@click.option(
    "--collector", metavar="CARD", help='Somebody else fetches it: the code of their card, or "-" for none.'
)
@PAST
@KEY
@as_json
def lend(
    card: str,
    items: tuple[str, ...],
    collector: str | None,
    past: str | None,
    key: uuid.UUID | None,
    as_json: bool,
) -> int:
    """Lend things to the borrower behind a card.

    CARD and ITEM are whole codes or their eight digits. Exits with 1 if anything was refused.
    """
    if collector is not None or past is not None:
        return _lend_for(card, items, collector, past, key, as_json=as_json)

    def deed(ledger: Ledger, item: str, key: str | None) -> Outcome:
        if ledger.is_full:
            return Refused(item=item, reasons=(Reason.LEDGER_FULL,), next_step=NextStep.CALL)
        said: dict[str, Any] = {"card": card_of(card), "item": item, "key": key}
        return ledger.perform(
            lambda conn, station: lending.check_out(conn, station, now=clock.SystemClock().now(), **said)
        )

    return each(items, key, deed, as_json=as_json)


def _lend_for(
    card: str,
    items: tuple[str, ...],
    collector: str | None,
    past: str | None,
    key: uuid.UUID | None,
    *,
    as_json: bool,
) -> int:
    """Lend past a refusal, or to somebody who fetches it for another."""
    from depot import on_behalf
    from depot.command.people import at_shell, in_journal

    other = card_of(collector) if collector not in (None, "-") else None
    if other == "" or (other is not None and other == card_of(card)):
        raise click.BadParameter("wanted a card that is not the borrower's, or -", param_hint="--collector")
    helps = on_behalf.Help(
        in_journal() if past is not None else None,
        past,
        on_behalf.Collector(other) if collector is not None else None,
        at_shell(),
    )

    def deed(ledger: Ledger, item: str, key: str | None) -> Outcome:
        if ledger.is_full:
            return Refused(item=item, reasons=(Reason.LEDGER_FULL,), next_step=NextStep.CALL)
        said: dict[str, Any] = {"card": card_of(card), "item": item, "helps": helps, "key": key}
        try:
            return ledger.perform(
                lambda conn, here: on_behalf.lend(conn, here, now=clock.SystemClock().now(), **said)
            )
        except LookupError as nobody:
            if type(nobody) is not LookupError:  # a KeyError is a mistake of ours, not an answer
                raise
            raise click.BadParameter("that card is nobody's", param_hint="--collector") from nobody

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
