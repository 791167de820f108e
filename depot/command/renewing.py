"""`depot renew` and `depot kept`: a loan goes on for longer, or for good."""

from __future__ import annotations

import uuid
from typing import Any

import click

from depot import clock, renewals
from depot.command.loans import ITEMS, KEY, PAST, each
from depot.command.saying import as_json
from depot.ledger import Ledger
from depot.outcomes import NextStep, Outcome, Reason, Refused


@click.command
@ITEMS
@PAST
@KEY
@as_json
def renew(items: tuple[str, ...], past: str | None, key: uuid.UUID | None, as_json: bool) -> int:
    """Renew the loans that things are out by. Needs no card and shows no person.

    ITEM is a whole code or its eight digits; of a pair either piece stands for both. Exits with 1 if anything
    was refused.
    """

    def deed(ledger: Ledger, item: str, its_key: str | None) -> Outcome:
        if ledger.is_full:
            return Refused(item=item, reasons=(Reason.LEDGER_FULL,), next_step=NextStep.CALL)
        said: dict[str, Any] = {"item": item, "key": its_key, "root": str(key) if key else None}
        now = clock.SystemClock().now()
        if past is None:
            return ledger.perform(lambda conn, here: renewals.renew(conn, here, now=now, **said))
        from depot import on_behalf
        from depot.command.people import at_shell, in_journal

        helps = on_behalf.Help(in_journal(), past, noted_by=at_shell())
        return ledger.perform(lambda conn, here: on_behalf.renew(conn, here, helps=helps, now=now, **said))

    return each(items, key, deed, as_json=as_json)


@click.command
@ITEMS
@KEY
@as_json
def kept(items: tuple[str, ...], key: uuid.UUID | None, as_json: bool) -> int:
    """Say that things on loan went over to the state and stay where they are. Their loans end as kept.

    ITEM is a whole code or its eight digits; of a pair either piece stands for both. Exits with 1 if anything
    was refused.
    """

    def deed(ledger: Ledger, item: str, its_key: str | None) -> Outcome:
        now, root = clock.SystemClock().now(), str(key) if key else None
        return ledger.perform(
            lambda conn, station: renewals.kept(conn, station, item=item, key=its_key, root=root, now=now)
        )

    return each(items, key, deed, as_json=as_json)
