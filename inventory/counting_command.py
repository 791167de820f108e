"""The verb `depot count`: a stocktake at a shell or with a scanner that types into one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection

from depot import clock, settings
from depot.command import saying
from depot.command.given import asked_item, item_of, shelf_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.command.wording import REASONS
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Reason, Refused
from inventory import counting, differences
from inventory.counting import Seen
from inventory.differences import Decision, Differing


@click.group
def count() -> None:
    """Count what stands on the shelves, blind, and settle every difference."""


def _with_count(do: Callable[[Ledger, str, datetime], int]) -> int:
    """Do something with the count that is under way."""
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            key = counting.open_one(conn, ledger.station)
        if key is None:
            raise click.UsageError("no count is under way; begin one with: depot count shelf NAME")
        return do(ledger, key, clock.SystemClock().now())


@count.command("shelf")
@click.argument("name")
@click.argument("items", nargs=-1)
@click.option("--stdin", is_flag=True, help="Read the things' codes from standard input, a line each.")
@click.option("--unfinished", is_flag=True, help="The shelf is not counted to its end yet.")
@as_json
def count_shelf(name: str, items: tuple[str, ...], stdin: bool, unfinished: bool, as_json: bool) -> int:
    """Say what stands on the shelf NAME; begins a count, or goes on with the one that is under way."""
    refused = 0
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            on = shelf_of(conn, name)
        now = clock.SystemClock().now()
        key = ledger.perform(lambda conn, station: counting.begin(conn, station, by=at_shell(), now=now))
        if not ledger.perform(
            lambda conn, _: counting.begin_shelf(conn, key, code=on, by=at_shell(), now=now)
        ):
            raise click.BadParameter(f"{name!r} is no shelf of this depot")
        rows = []
        for text in (*items, *(_lines() if stdin else ())):
            seen = _see(ledger, key, on, text)
            refused += isinstance(seen, Refused)
            rows.append(_told(text, seen))
        if not unfinished:
            ended = clock.SystemClock().now()
            ledger.perform(lambda conn, _: counting.finish_shelf(conn, key, code=on, now=ended))
    if as_json:
        saying.document({"count": key, "shelf": on, "done": not unfinished, "seen": rows})
    else:
        for row in rows:
            saying.line(f"{row['item']}  {row['reason'] or row['number']}")
    return int(refused > 0)


def _lines() -> Iterator[str]:
    return (line.strip() for line in sys.stdin if line.strip())


def _see(ledger: Ledger, key: str, on: str, text: str) -> Seen | Refused:
    code = item_of(text)
    if isinstance(code, Reason):
        return Refused(item=text, reasons=(code,))
    now = clock.SystemClock().now()
    return ledger.perform(lambda conn, _: counting.see(conn, key, on=on, code=code, by=at_shell(), now=now))


def _told(text: str, seen: Seen | Refused) -> dict[str, Any]:
    if isinstance(seen, Refused):
        return {"item": text, "number": None, "before": None, "reason": REASONS[seen.reasons[0]]}
    return {"item": seen.item, "number": seen.number, "before": seen.before, "reason": None}


@count.command("forget")
@click.argument("what")
@as_json
def forget(what: str, as_json: bool) -> int:
    """Take back that a thing was seen, or all that was seen on a shelf, which is then counted again."""
    code = item_of(what)

    def do(ledger: Ledger, key: str, _: datetime) -> int:
        if isinstance(code, Reason):
            with ledger.reading() as conn:
                on = shelf_of(conn, what)
            number = ledger.perform(lambda conn, _: len(counting.afresh(conn, key, code=on)))
        else:
            number = int(ledger.perform(lambda conn, _: counting.unsee(conn, key, code=code)))
        if as_json:
            saying.document({"forgotten": number})
        else:
            saying.line(f"{saying.number(number, 'thing')} forgotten")
        return int(number == 0)

    return _with_count(do)


@count.command
@as_json
def status(as_json: bool) -> int:
    """List the shelves: who counts each, how much was seen on it, and which are done."""

    def look(ledger: Ledger, key: str, _: datetime) -> int:
        with ledger.reading() as conn:
            rows = [
                {"shelf": one.name, "by": one.by, "seen": one.number if one.by else None, "done": one.done}
                for one in counting.shelves(conn, key)
            ]
        saying.listing(("shelf", "by", "seen", "done"), rows, as_json=as_json)
        return 0

    return _with_count(look)


@count.command("differences")
@click.option("--all", "everything", is_flag=True, help="Also those that are settled.")
@as_json
def list_differences(everything: bool, as_json: bool) -> int:
    """List how the count differs from the ledger, and what may be decided about each thing."""

    def look(ledger: Ledger, key: str, _: datetime) -> int:
        with ledger.reading() as conn:
            found = [one for one in differences.of_count(conn, key) if everything or one.decided is None]
        columns = ("item", "product", "difference", "state", "belongs", "seen_on", "decided", "possible")
        saying.listing(columns, map(_row, found), as_json=as_json)
        return 0

    return _with_count(look)


def _row(one: Differing) -> dict[str, Any]:
    return {
        "item": one.item,
        "product": one.product,
        "difference": str(one.difference),
        "state": str(one.state),
        "belongs": one.belongs,
        "seen_on": one.seen_on,
        "decided": str(one.decided) if one.decided else None,
        "possible": [str(each) for each in one.possible],
    }


@count.command
@click.argument("item")
@click.argument("decision", type=click.Choice([str(one) for one in Decision]))
@as_json
def settle(item: str, decision: str, as_json: bool) -> int:
    """Decide about one difference, and do what was decided."""
    code = asked_item(item) or ""

    def do(ledger: Ledger, key: str, now: datetime) -> int:
        outcome = ledger.perform(
            lambda conn, station: differences.settle(
                conn, station, key, code=code, decision=Decision(decision), by=at_shell(), now=now
            )
        )
        refused = isinstance(outcome, Refused)
        place = getattr(outcome, "place", None)
        if as_json:
            done = "refused" if refused else decision
            saying.document({"item": code, "outcome": done, "place": place})
        elif refused:
            saying.line("no: there is no such open difference, or it may not be settled so")
        else:
            saying.line(f"{code}  {decision}" + (f"  put it at: {place}" if place else ""))
        return int(refused)

    return _with_count(do)


@count.command
@click.argument("item")
@as_json
def unsettle(item: str, as_json: bool) -> int:
    """Take a decision back, with what it did to the thing."""
    code = asked_item(item) or ""

    def do(ledger: Ledger, key: str, now: datetime) -> int:
        no = ledger.perform(
            lambda conn, station: differences.unsettle(conn, station, key, code=code, now=now)
        )
        if as_json:
            reason = str(no.reasons[0]) if no is not None else None
            saying.document(
                {"item": code, "outcome": "undone" if no is None else "refused", "reason": reason}
            )
        else:
            saying.line(f"{code}  {'taken back' if no is None else 'no: ' + REASONS[no.reasons[0]]}")
        return int(no is not None)

    return _with_count(do)


@count.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the counts of this depot, the latest first."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [
            {
                "count": one.key,
                "begun_at": clock.iso(one.begun_at),
                "begun_by": one.begun_by,
                "ended_at": clock.iso(one.ended_at) if one.ended_at else None,
                "ended_by": one.ended_by,
                "shelves": one.shelves,
                "seen": one.seen,
                "settled": one.settled,
            }
            for one in counting.every(conn, ledger.station)
        ]
    saying.listing(tuple(rows[0]) if rows else ("count",), rows, as_json=as_json)


@count.command
@click.argument("key", required=False, metavar="[COUNT]")
@as_json
def decisions(key: str | None, as_json: bool) -> None:
    """List what was decided in a count, by default in the latest, also when it is over."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        known = [one.key for one in counting.every(conn, ledger.station)]
        if key is not None and key not in known:
            raise click.BadParameter(f"there is no count {key}; see: depot count list")
        asked = key or next(iter(known), None)
        rows = [
            {
                "item": one.item,
                "difference": str(one.difference),
                "decided": str(one.decided),
                "at": clock.iso(one.at),
                "by": one.by,
            }
            for one in (counting.decisions(conn, asked) if asked else ())
        ]
    saying.listing(("item", "difference", "decided", "at", "by"), rows, as_json=as_json)


@count.command
@as_json
def end(as_json: bool) -> int:
    """End the count; refused while a difference is not settled."""

    def do(ledger: Ledger, key: str, now: datetime) -> int:
        def finish(conn: Connection, _: object) -> tuple[Differing, ...]:
            return counting.end(conn, key, by=at_shell(), now=now)

        left = ledger.perform(finish)
        if as_json:
            told = {"count": key, "ended": not left, "open": [one.item for one in left]}
            saying.document(told)
        elif left:
            saying.line(
                f"no: {saying.number(len(left), 'difference')} to settle; see: depot count differences"
            )
        else:
            saying.line("the count is ended")
        return int(bool(left))

    return _with_count(do)
