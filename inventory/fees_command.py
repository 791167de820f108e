"""The verb `depot fee`: what lines cost, what is owed, paid and waived. Records only; names nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection

from depot import clock, settings
from depot.command import saying
from depot.command.given import Words, line_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import Ledger, open_ledger
from inventory import fees, money
from inventory.fees import Fee, No

WORDED: dict[No, str] = {
    No.NO_FEE: "there is no such row; see: depot fee list --all",
    No.NO_LINE: "the catalogue has no such line",
    No.NO_LOAN: "there is no such loan; see: depot loans",
    No.OUT_OF_RANGE: "wanted an amount from 0 to 100000",
    No.NO_REASON: f"say why, in 1 to {fees.LONGEST} characters",
    No.WRONG_STATE: "it does not stand so that this can be done; see: depot fee list --all",
}


class Kroner(click.ParamType[int]):
    """An amount with a decimal comma or point, or none; in hundredths for whoever asked."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        found = money.ore_of(str(value))
        if found is None:
            self.fail("wanted an amount such as 100 or 99,50", param, ctx)
        return found


@click.group
def fee() -> None:
    """Fees and deposits, as records only: no money passes through here. Off until [fees] enabled = true."""


def _no(why: No, *, as_json: bool) -> int:
    if as_json:
        saying.document({"outcome": "refused", "reasons": [why.value]})
    else:
        saying.line(f"no: {WORDED[why]}")
    return 1


@fee.command("set")
@click.argument("product")
@click.option("--fee", "amount", type=Kroner(), default="0", help="What a loan of one piece costs.")
@click.option("--deposit", type=Kroner(), default="0", help="What is left while it is out.")
@as_json
def set_(product: str, amount: int, deposit: int, as_json: bool) -> int:
    """Say what a loan of one piece of PRODUCT costs from now on. Without options: nothing."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line = line_of(conn, product)
        refused = ledger.perform(
            lambda conn, _: fees.set_line(
                conn, line, fee_ore=amount, deposit_ore=deposit, now=now, by=at_shell()
            )
        )
    if refused is not None:
        return _no(refused, as_json=as_json)
    return _lines(as_json=as_json)


@fee.command("lines")
@as_json
def lines_(as_json: bool) -> int:
    """List what lines cost now; the others cost nothing."""
    return _lines(as_json=as_json)


def _lines(*, as_json: bool) -> int:
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [
            {"product": line, "fee": amount / 100, "deposit": deposit / 100}
            for line, (amount, deposit) in sorted(fees.lines(conn).items())
        ]
    saying.listing(("product", "fee", "deposit"), rows, as_json=as_json)
    return 0


@fee.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@as_json
def list_(everything: bool, as_json: bool) -> None:
    """List what is owed and what deposits are to be paid back, the oldest first. Makes the rows of new loans first."""
    chosen, now = settings.load(), clock.SystemClock().now()
    with open_ledger(chosen) as ledger:
        while ledger.perform(lambda conn, here: fees.advance(conn, here, chosen.fees, now=now)) >= fees.BATCH:
            pass
        with ledger.reading() as conn:
            rows = [_row(one) for one in fees.listing(conn, everything=everything)]
    columns = ("fee", "kind", "amount", "state", "item", "product", "made_at", "why")
    saying.listing(columns, rows, as_json=as_json)


def _row(one: Fee) -> dict[str, Any]:
    return {
        "fee": one.key,
        "loan": one.loan,
        "item": one.item,
        "product": one.product,
        "kind": one.kind.value,
        "amount": one.amount_ore / 100,
        "state": one.state.value,
        "to_pay_back": one.to_pay_back,
        "why": one.why,
        "made_at": clock.iso(one.made_at),
        "settled_at": clock.iso(one.settled_at) if one.settled_at else None,
    }


@fee.command
@click.argument("key")
@as_json
def pay(key: str, as_json: bool) -> int:
    """Note that the row KEY was paid."""
    return _do(key, lambda conn, now: fees.pay(conn, key, by=at_shell(), now=now), as_json=as_json)


@fee.command
@click.argument("key")
@click.option("--why", required=True, type=Words(fees.LONGEST), help="Why; no names, nothing about health.")
@as_json
def waive(key: str, why: str, as_json: bool) -> int:
    """Let somebody off the row KEY."""
    return _do(key, lambda conn, now: fees.waive(conn, key, why=why, by=at_shell(), now=now), as_json=as_json)


@fee.command("pay-back")
@click.argument("key")
@as_json
def pay_back(key: str, as_json: bool) -> int:
    """Note that the deposit KEY was paid back."""
    return _do(key, lambda conn, now: fees.pay_back(conn, key, by=at_shell(), now=now), as_json=as_json)


@fee.command("take-back")
@click.argument("key")
@as_json
def take_back(key: str, as_json: bool) -> int:
    """Take the last step of the row KEY back: it was a slip."""
    return _do(key, lambda conn, now: fees.take_back(conn, key, by=at_shell(), now=now), as_json=as_json)


@fee.command
@click.argument("loan")
@click.argument("amount", type=Kroner())
@click.option("--why", required=True, type=Words(fees.LONGEST), help="For what; no names.")
@as_json
def ask(loan: str, amount: int, why: str, as_json: bool) -> int:
    """Ask for a compensation of AMOUNT for LOAN: something was lost or broken."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        key = ledger.perform(lambda conn, _: fees.ask_for(conn, loan, amount_ore=amount, why=why, now=now))
        if isinstance(key, No):
            return _no(key, as_json=as_json)
        return _told(ledger, key, as_json=as_json)


def _do(key: str, deed: Callable[[Connection, datetime], No | None], *, as_json: bool) -> int:
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        refused = ledger.perform(lambda conn, _: deed(conn, now))
        if refused is not None:
            return _no(refused, as_json=as_json)
        return _told(ledger, key, as_json=as_json)


def _told(ledger: Ledger, key: str, *, as_json: bool) -> int:
    with ledger.reading() as conn:
        found = fees.find(conn, key)
    if found is None:
        return _no(No.NO_FEE, as_json=as_json)
    if as_json:
        saying.document(_row(found))
    else:
        amount = money.written(found.amount_ore, language="en", country=ledger.station.country)
        saying.line(f"{found.key}  {found.kind} {amount}  {found.state.replace('_', ' ')}")
    return 0
