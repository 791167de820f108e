"""`depot hold`, `holds`, `unhold`, `rings` and `rung`: who waits for what, and who is to be rung about it.

No list here names a person. Whom to ring, and where, is told by `--contact` alone, and that is logged.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import ColumnElement, Connection, select

from depot import borrowers, clock, queue, settings
from depot import holds as places
from depot import rings as calls
from depot.codes import Kind, SlipCode, parse_typed
from depot.command import saying
from depot.command.given import card_of, known_line, line_of
from depot.command.loans import no
from depot.command.logs import masked
from depot.command.people import at_shell
from depot.command.saying import Document, as_json
from depot.command.wording import named, telling
from depot.fold import HoldState
from depot.ledger import Ledger, open_ledger
from depot.outcomes import NextStep, Outcome, Reason, Refused
from depot.tables import hold as hold_table

_KEY = click.option(
    "--key", type=click.UUID, help="A UUID of your own: the same again gives the first outcome."
)


@click.command
@click.argument("card")
@click.argument("product")
@_KEY
@as_json
def hold(card: str, product: str, key: uuid.UUID | None, as_json: bool) -> int:
    """Put the borrower behind a card in a line's queue; what stands free is set aside at once.

    CARD is a whole code or its eight digits, PRODUCT a line of the catalogue or the code on its shelf label.
    Exits with 1 if it was refused.
    """
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line = known_line(conn, product)
        if line is None:
            return _tell(ledger, masked(product), no(ledger, Reason.UNKNOWN_CODE), as_json=as_json)
        if ledger.is_full:
            full = Refused(item="", product=line, reasons=(Reason.LEDGER_FULL,), next_step=NextStep.CALL)
            return _tell(ledger, line, full, as_json=as_json)
        said: dict[str, Any] = {"card": card_of(card), "line": line, "key": str(key) if key else None}
        now = clock.SystemClock().now()
        outcome = ledger.perform(
            lambda conn, station: places.place(conn, station, at_desk=True, now=now, **said)
        )
        return _tell(ledger, line, outcome, as_json=as_json)


@click.command
@click.argument("which", metavar="HOLD")
@as_json
def unhold(which: str, as_json: bool) -> int:
    """Take a hold out of its queue. HOLD is its key, or the code on its slip.

    What was set aside goes to the next in line, or back to its shelf. Exits with 1 if the hold is over.
    """
    with open_ledger(settings.load()) as ledger:
        now = clock.SystemClock().now()
        with ledger.reading() as conn:
            key = _key_of(conn, ledger, which)
        if key is None:
            return _tell(ledger, masked(which), no(ledger, Reason.UNKNOWN_CODE), as_json=as_json)
        outcome = ledger.perform(lambda conn, station: places.cancel(conn, station, key=key, now=now))
        return _tell(ledger, which, outcome, as_json=as_json)


def _key_of(conn: Connection, ledger: Ledger, text: str) -> str | None:
    """Find a hold's key by itself, or by the code on its slip; None where there is no such hold."""
    scan = parse_typed(text, expect=Kind.SLIP)
    if not isinstance(scan, SlipCode):
        known = hold_table.c.key == text.strip().lower()
        return conn.scalar(select(hold_table.c.key).where(known))
    found = places.by_slip(conn, ledger.station, slip=scan.code, now=clock.SystemClock().now())
    return found.key if found else None


def _tell(ledger: Ledger, what: str, outcome: Outcome, *, as_json: bool) -> int:
    """Say one outcome; to a machine `item` is the piece that is or was set aside, null where there is none."""
    if as_json:
        with Document() as told:
            told.add(named(outcome, "") | {"item": outcome.item or None})
    else:
        with telling(ledger, as_json=False) as tell:
            tell(outcome.item or what, outcome)
    return int(isinstance(outcome, Refused))


@click.command
@click.option("--product", help="Only this line: WLK-01, or the code on its shelf label.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(one) for one in HoldState]),
    help="Only in this state.",
)
@click.option("--open", "still_open", is_flag=True, help="Only those that wait, or whose piece is set aside.")
@as_json
def holds(product: str | None, states: tuple[str, ...], still_open: bool, as_json: bool) -> None:
    """List the holds, the earliest first, with their place in the queue. Never tells whose they are."""
    columns = ("slip", "product", "state", "placed_at", "place", "expected", "pick_up_by", "item", "key")
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        wanted: list[ColumnElement[bool]] = []
        if product:
            wanted.append(hold_table.c.product == line_of(conn, product))
        if states:
            wanted.append(hold_table.c.state.in_(states))
        if still_open:
            wanted.append(queue.is_open())
        told = queue.standing(conn, ledger.station, *wanted, now=clock.SystemClock().now())
        rows = (
            {
                "key": one.key,
                "product": one.product,
                "slip": one.slip,
                "state": one.state.value,
                "placed_at": clock.iso(clock.from_millis(one.placed_at)),
                "place": held.place if one.state in (HoldState.WAITING, HoldState.READY) else None,
                "expected": held.expected.isoformat() if held.expected else None,
                "pick_up_by": one.pick_up_by,
                "item": one.item,
            }
            for one, held in told
        )
        saying.listing(columns, rows, as_json=as_json)


@click.command
@click.option(
    "--all", "everything", is_flag=True, help="Also whoever was rung, and what is settled otherwise."
)
@click.option("--contact", is_flag=True, help="Names and telephone numbers, too. That you asked is logged.")
@as_json
def rings(everything: bool, contact: bool, as_json: bool) -> None:
    """List whom to ring and why: a thing is set aside, a date was moved, somebody asked to be rung."""
    columns = ["why", "product", "item", "day", "made_at", "done_at", "key"]
    columns += ["name", "phone"] if contact else []

    def look(conn: Connection) -> list[calls.Call]:
        listed = list(calls.listing(conn, everything=everything, contact=contact))
        if contact and listed:
            why, now = "depot rings --contact", clock.SystemClock().now()
            cards = [one.card for one in listed if one.card]
            if cards:
                borrowers.log_look_up(conn, by=at_shell(), why=why, now=now, cards=sorted(set(cards)))
            if len(cards) < len(listed):  # somebody who typed a number at the kiosk, and nobody knows who
                borrowers.log_look_up(conn, by=at_shell(), why=why, now=now)
        return listed

    with open_ledger(settings.load()) as ledger:
        if contact:
            listed = ledger.perform(lambda conn, _: look(conn))
        else:
            with ledger.reading() as conn:
                listed = look(conn)
    rows = [_row(one, contact=contact) for one in listed]
    saying.listing(columns, rows, as_json=as_json)


def _row(one: calls.Call, *, contact: bool) -> dict[str, Any]:
    row = asdict(one) | {"made_at": clock.iso(clock.from_millis(one.made_at))}
    row["done_at"] = clock.iso(clock.from_millis(one.done_at)) if one.done_at else None
    hidden = ("card",) if contact else ("card", "name", "phone")
    return {name: value for name, value in row.items() if name not in hidden}


@click.command
@click.argument("key", type=click.UUID)
@as_json
def rung(key: uuid.UUID, as_json: bool) -> int:
    """Note that somebody was rung. KEY is a row's of `depot rings`. Exits with 1 if there is no such row."""
    with open_ledger(settings.load()) as ledger:
        now = clock.SystemClock().now()
        try:
            new = ledger.perform(lambda conn, _: calls.rung(conn, str(key), by=at_shell(), now=now))
            outcome = "rung" if new else "already"
        except LookupError:
            outcome = "refused"
    reasons = [Reason.UNKNOWN_CODE.value] if outcome == "refused" else []
    if as_json:
        saying.document({"key": str(key), "outcome": outcome, "reasons": reasons})
    else:
        saying.line("no: nobody is to be rung under this key" if reasons else f"{key}  {outcome}")
    return int(bool(reasons))
