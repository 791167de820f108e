"""`depot close`, `open`, `reopen` and `closed`: on which days somebody is there."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import click
from sqlalchemy import Connection

from depot import calendar, clock, closing, settings
from depot.command import saying
from depot.command.given import Words
from depot.command.saying import as_json, number
from depot.ledger import Ledger, open_ledger
from depot.station import Station

_DAY = click.DateTime(["%Y-%m-%d"])
_PAUSE = 0.0002  # between two batches: without one, whoever waits for a turn may wait for all of them


@click.command
@click.argument("first", type=_DAY, metavar="FROM")
@click.argument("last", type=_DAY, metavar="[TO]", required=False)
@click.option("--name", type=Words(60), required=True, help="Why, as people are told: 'Christmas'.")
@as_json
def close(first: datetime, last: datetime | None, name: str, as_json: bool) -> int:
    """Close the depot from one day to another, both included, and move what is due on them.

    Days are written 2026-12-22. Due dates and last days to fetch something move onto the open days after it,
    evenly, and the people are put on the list of those to be rung. Nothing is ever moved to an earlier day.
    """
    begins, ends = _days(first, last)
    with open_ledger(settings.load()) as ledger:
        moved = _close(ledger, begins, ends, name)
        ledger.learn()
        reopens = calendar.first_open(ends + timedelta(days=1), ledger.station.open_days)
    if as_json:
        day = reopens.isoformat() if reopens else None
        told = {"loans": moved.loans, "holds": moved.holds, "left": moved.left, "opens": day}
        saying.document({"first": begins.isoformat(), "last": ends.isoformat(), **told})
    else:
        open_again = f"open again on {reopens}" if reopens else _NEVER
        saying.line(f"closed from {begins} to {ends}, {open_again}")
        dates, last_days = number(moved.loans, "due date"), number(moved.holds, "last day")
        saying.line(f"moved: {dates}, {last_days} to fetch something")
    return int(moved.left > 0)


_NEVER = "and NO day in the year after is open: nothing could be moved, see: depot closed"


def _close(ledger: Ledger, first: date, last: date, name: str) -> closing.Closed:
    """Close the days, batch by batch, until all is moved or nothing more can be."""

    def batch(conn: Connection, station: Station) -> closing.Closed:
        now = clock.SystemClock().now()
        return closing.close(conn, station, first=first, last=last, name=name, now=now)

    loans = holds = 0
    while True:
        done = ledger.perform(batch)
        loans, holds = loans + done.loans, holds + done.holds
        if not done.left or not (done.loans or done.holds):
            return closing.Closed(loans, holds, done.left)
        time.sleep(_PAUSE)


@click.command("open")
@click.argument("days", type=_DAY, metavar="DAY...", nargs=-1, required=True)
@click.option("--name", type=Words(60), default="open", show_default=True, help="Why, as people are told.")
@as_json
def open_(days: tuple[datetime, ...], name: str, as_json: bool) -> None:
    """Open the depot on days when it is usually closed: on a Saturday, or on a holiday.

    Days are written 2026-12-05. No date that was moved is moved back.
    """
    now, opened = clock.SystemClock().now(), sorted({one.date() for one in days})

    def all_of_them(conn: Connection, station: Station) -> None:
        for day in opened:
            closing.open_on(conn, station, day=day, name=name, now=now)

    with open_ledger(settings.load()) as ledger:
        ledger.perform(all_of_them)
    if as_json:
        saying.document([{"day": day.isoformat(), "open": True} for day in opened])
        return
    for day in opened:
        saying.line(f"open on {day}")


@click.command
@click.argument("first", type=_DAY, metavar="FROM")
@click.argument("last", type=_DAY, metavar="[TO]", required=False)
@as_json
def reopen(first: datetime, last: datetime | None, as_json: bool) -> None:
    """Take back what `close` and `open` have said of some days. Weekends and holidays stay closed.

    Days are written 2026-12-22. No date that was moved is moved back: people were told another one.
    """
    now, (begins, ends) = clock.SystemClock().now(), _days(first, last)
    with open_ledger(settings.load()) as ledger:
        days = ledger.perform(
            lambda conn, station: closing.reopen(conn, station, first=begins, last=ends, now=now)
        )
    if as_json:
        saying.document({"first": begins.isoformat(), "last": ends.isoformat(), "days": days})
    else:
        are = "is" if days == 1 else "are"
        saying.line(f"{number(days, 'day')} from {begins} to {ends} {are} as usual again")


@click.command
@click.option("--all", "everything", is_flag=True, help="Also days that are past.")
@as_json
def closed(everything: bool, as_json: bool) -> None:
    """List the days from today on when the depot is closed or open other than by its weekdays."""
    with open_ledger(settings.load()) as ledger:
        station, today = ledger.station, ledger.station.today(clock.SystemClock().now())
        with ledger.reading() as conn:
            known = closing.calendar_of(conn, station)
    rows = [
        {"day": row.day, "open": row.open, "name": row.name, "source": row.source}
        for day, row in known.items()
        if everything or day >= today
    ]
    saying.listing(("day", "open", "name", "source"), rows, as_json=as_json)
    if not as_json and calendar.first_open(today, station.open_days) is None:
        saying.line("no day in the coming year is open: due dates fall on closed days")


def _days(first: datetime, last: datetime | None) -> tuple[date, date]:
    """Read a first and a last day. Raises click.BadParameter where they are no days to speak of at once."""
    begins, ends = first.date(), (last or first).date()
    try:
        closing.days_from(begins, ends)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong
    return begins, ends
