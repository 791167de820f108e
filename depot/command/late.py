"""`depot late-entry`: what was written on the paper list while the ledger could not be asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import Connection

from depot import attempts, borrowers, clock, late, settings
from depot.command.given import card_of
from depot.command.loans import ITEMS, KEY, each
from depot.command.people import in_journal, phone_of
from depot.command.saying import as_json, line
from depot.ledger import Ledger
from depot.outcomes import Outcome, Refused
from depot.station import Station

_AT = click.option(
    "--at",
    "happened_at",
    required=True,
    metavar="TIME",
    help='When it happened, by the depot\'s clock: "2026-11-20 14:30", or "14:30" for today.',
)


@click.group("late-entry")
def late_entry() -> None:
    """Enter afterwards what was written on paper, with the time it happened."""


@late_entry.command
@click.argument("card")
@ITEMS
@_AT
@click.option("--phone", help="The number on the paper, for a card from the box that nobody has used yet.")
@KEY
@as_json
def lend(
    card: str,
    items: tuple[str, ...],
    happened_at: str,
    phone: str | None,
    key: uuid.UUID | None,
    as_json: bool,
) -> int:
    """Enter a loan. Nothing that has happened is refused, only what nobody knows."""
    at = _time(happened_at, settings.load(), as_json=as_json)

    def deed(ledger: Ledger, item: str, key: str | None) -> Outcome:
        said: dict[str, Any] = {
            "card": card_of(card),
            "item": item,
            "entry": late.Entry(at, in_journal(), key),
        }

        def enter(conn: Connection, station: Station, now: datetime) -> Outcome:
            if phone is not None:
                refused = _start(conn, station, said["card"], phone, ledger, now)
                if refused is not None:
                    return refused
            return late.check_out(conn, station, now=now, **said)

        return ledger.perform(lambda conn, station: enter(conn, station, clock.SystemClock().now()))

    return each(items, key, deed, as_json=as_json)


def _start(
    conn: Connection, station: Station, card: str, phone: str, ledger: Ledger, now: datetime
) -> Refused | None:
    """Take a card from the box into use with the number that stands beside it; a card in use stays as it is."""
    limits = attempts.CardLimits(per_number=100, per_hour=1000)  # staff enter a day's list in an hour
    started = borrowers.start(
        conn, station, card_code=card, phone=phone_of(ledger, phone), now=now, limits=limits
    )
    return started if isinstance(started, Refused) else None


@late_entry.command("return")
@ITEMS
@_AT
@KEY
@as_json
def return_(items: tuple[str, ...], happened_at: str, key: uuid.UUID | None, as_json: bool) -> int:
    """Enter a return."""
    at = _time(happened_at, settings.load(), as_json=as_json)

    def deed(ledger: Ledger, item: str, key: str | None) -> Outcome:
        return ledger.perform(
            lambda conn, station: late.check_in(
                conn,
                station,
                item=item,
                entry=late.Entry(at, in_journal(), key),
                now=clock.SystemClock().now(),
            )
        )

    return each(items, key, deed, as_json=as_json)


_TIMES: tuple[tuple[str, Callable[[datetime, datetime], datetime]], ...] = (
    ("%Y-%m-%d %H:%M", lambda read, _today: read),
    ("%Y-%m-%dT%H:%M", lambda read, _today: read),
    ("%H:%M", lambda read, today: datetime.combine(today.date(), read.time())),
)


def _time(text: str, chosen: settings.Settings, *, as_json: bool) -> datetime:
    """Read a time by the depot's clock, and tell a person which one was understood: a row of last Friday's is
    easily typed without its day. The hour that comes twice in October is taken for the first of the two.
    """
    now = clock.SystemClock().now()
    today = now.astimezone(chosen.time_zone)
    for form, complete in _TIMES:
        try:
            read = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the depot's zone is put in below
        except ValueError:
            continue
        there = complete(read, today).replace(tzinfo=chosen.time_zone)
        at = there.astimezone(UTC)
        if now - late.LONGEST <= at <= now:
            if not as_json:
                line(f"entered for {there:%A} {there.day} {there:%B %Y}, {there:%H:%M}")
            return at
        wanted = f"wanted a time within the last {late.LONGEST.days} days and not after now, got {there:%Y-%m-%d %H:%M}"
        raise click.BadParameter(wanted, param_hint="--at")
    raise click.BadParameter(
        f'wanted a time such as "2026-11-20 14:30" or "14:30", got {text}', param_hint="--at"
    )
