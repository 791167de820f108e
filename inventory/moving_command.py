"""The verb `depot move`: things between shelves and depots, and where and to whom they belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import click
from sqlalchemy import Connection

from depot import clock, settings
from depot.command import saying
from depot.command.given import Words, item_of, shelf_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.command.wording import REASONS, telling
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Outcome, Reason, Refused
from depot.station import Station
from inventory import moving
from inventory.moving import Away, Depot

_items = click.argument("items", nargs=-1, required=True)


class _Move(click.Group):
    """A group that moves things where its first word is none of its verbs."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; `things` where there is none."""
        if args and args[0] not in self.commands:
            args = ["things", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Move, context_settings={"ignore_unknown_options": True})
def move() -> None:
    """Move things between shelves and depots: depot move ITEM... --to SHELF."""


@move.command
@_items
@click.option("--to", "shelf", help="The shelf where they stand now: its name or code.")
@click.option("--to-depot", "other", help="The depot to which they are on their way from now on.")
@as_json
def things(items: tuple[str, ...], shelf: str | None, other: str | None, as_json: bool) -> int:
    """Put things on a shelf of this depot, or send them to another depot."""
    if (shelf is None) == (other is None):
        raise click.UsageError("say where to: --to SHELF or --to-depot NAME")
    with open_ledger(settings.load()) as ledger:
        if shelf is not None:
            on = _shelf_here(ledger, shelf)
            return _each(ledger, items, lambda *at, **said: moving.put(*at, shelf=on, **said), as_json)
        to = _depot(ledger, cast("str", other))
        if to.here:
            raise click.BadParameter(f"{to.name} is this depot", param_hint="--to-depot")
        return _each(ledger, items, lambda *at, **said: moving.send(*at, to=to.id, **said), as_json)


@move.command
@_items
@click.option(
    "--shelf", help="The shelf on which they stand, clean and whole; without it they are to be washed."
)
@as_json
def arrive(items: tuple[str, ...], shelf: str | None, as_json: bool) -> int:
    """Say that things which were on their way have arrived here."""
    with open_ledger(settings.load()) as ledger:
        on = _shelf_here(ledger, shelf) if shelf is not None else None
        return _each(ledger, items, lambda *at, **said: moving.arrive(*at, shelf=on, **said), as_json)


def _each(ledger: Ledger, items: Sequence[str], deed: Callable[..., Outcome], as_json: bool) -> int:
    """Do one deed after the other, each its own commit, and tell each before the next is begun."""
    refused = False
    with telling(ledger, as_json=as_json) as tell:
        for text in items:
            code, now = item_of(text), clock.SystemClock().now()
            outcome: Outcome = (
                Refused(item=text, reasons=(code,))
                if isinstance(code, Reason)
                else ledger.perform(lambda *at, code=code, now=now: deed(*at, item=code, now=now))
            )
            tell(text, outcome)
            refused |= isinstance(outcome, Refused)
    return int(refused)


def _shelf_here(ledger: Ledger, text: str) -> str:
    with ledger.reading() as conn:
        code = shelf_of(conn, text)
        if not moving.is_here(conn, ledger.station, code):
            raise click.BadParameter(f"{text!r} is no shelf of this depot")
    return code


def _depot(ledger: Ledger, text: str) -> Depot:
    with ledger.reading() as conn:
        found = moving.depot_named(conn, ledger.station, text)
    if found is None:
        raise click.BadParameter(f"no depot is called {text!r}; see: depot move depots")
    return found


# --- lists ---


def _listed(
    read: Callable[[Connection, Station], Sequence[Away]], columns: tuple[str, ...], as_json: bool
) -> None:
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [_row(one) for one in read(conn, ledger.station)]
    saying.listing(columns, rows, as_json=as_json)


def _row(one: Away) -> dict[str, Any]:
    return {
        "item": one.item,
        "product": one.product,
        "state": str(one.state),
        "depot": one.depot,
        "other": one.other or None,
        "shelf": one.shelf,
        "since": clock.iso(one.since),
    }


@move.command
@as_json
def expected(as_json: bool) -> None:
    """List what is on its way to this depot, and from which."""
    _listed(moving.expected, ("item", "product", "other", "since"), as_json)


@move.command
@as_json
def sent(as_json: bool) -> None:
    """List what was sent from here to other depots and has not arrived."""
    _listed(moving.sent, ("item", "product", "depot", "since"), as_json)


@move.command
@as_json
def homeward(as_json: bool) -> None:
    """List what is in this depot and has its home in another."""
    _listed(moving.homeward, ("item", "product", "state", "shelf", "other", "since"), as_json)


@move.command
@as_json
def depots(as_json: bool) -> None:
    """List the depots that this ledger knows, with the keys by which other ledgers call them."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [
            {"id": one.id, "name": one.name, "here": one.here} for one in moving.depots(conn, ledger.station)
        ]
    saying.listing(("id", "name", "here"), rows, as_json=as_json)


@move.command("add-depot")
@click.argument("name", type=Words(moving.LONGEST_NAME))
@click.option("--id", "key", type=click.UUID, help="The key by which that depot's own ledger calls it.")
@as_json
def add_depot(name: str, key: object, as_json: bool) -> None:
    """Make another depot known, so that things can be sent to it."""
    with open_ledger(settings.load()) as ledger:
        made = ledger.perform(
            lambda conn, station: moving.add_depot(
                conn,
                station,
                name=name,
                now=clock.SystemClock().now(),
                by=at_shell(),
                key=str(key) if key else "",
            )
        )
    if as_json:
        saying.document({"id": made, "name": name})
    else:
        saying.line(f"{made}  {name}")


# --- home and owner ---


@move.command
@_items
@click.option("--depot", "name", help="The depot where they are at home: its name or key.")
@click.option("--none", "nowhere", is_flag=True, help="Where each was received.")
@as_json
def home(items: tuple[str, ...], name: str | None, nowhere: bool, as_json: bool) -> int:
    """Say in which depot things are at home."""
    _one_of(name, nowhere, "--depot NAME")
    with open_ledger(settings.load()) as ledger:
        to = _depot(ledger, name).id if name is not None else None
        return _said(ledger, items, lambda *at, **said: moving.set_home(*at, home=to, **said), to, as_json)


@move.command
@_items
@click.option("--owner", "name", type=Words(moving.LONGEST_NAME), help="The organisation that owns them.")
@click.option("--none", "nobody", is_flag=True, help="Nobody has said.")
@as_json
def owner(items: tuple[str, ...], name: str | None, nobody: bool, as_json: bool) -> int:
    """Say which organisation owns things."""
    _one_of(name, nobody, "--owner NAME")
    with open_ledger(settings.load()) as ledger:
        return _said(
            ledger, items, lambda *at, **said: moving.set_owner(*at, owner=name, **said), name, as_json
        )


def _one_of(name: str | None, none: bool, option: str) -> None:
    if (name is None) != none:
        raise click.UsageError(f"say one of {option} and --none")


def _said(
    ledger: Ledger,
    items: Sequence[str],
    deed: Callable[..., moving.Belongs | Refused],
    value: str | None,
    as_json: bool,
) -> int:
    rows = []
    for text in items:
        outcome = _say(ledger, text, deed, clock.SystemClock().now())
        refused = isinstance(outcome, Refused)
        rows.append(
            {
                "item": outcome.item,
                "outcome": "refused" if refused else "done",
                "before": None if isinstance(outcome, Refused) else outcome.before,
                "now": None if refused else value,
                "reason": str(outcome.reasons[0]) if isinstance(outcome, Refused) else None,
            }
        )
        if not as_json:
            why = f"no: {REASONS[outcome.reasons[0]]}" if isinstance(outcome, Refused) else value or "none"
            saying.line(f"{outcome.item}  {why}")
    if as_json:
        saying.document(rows)
    return int(any(row["reason"] for row in rows))


def _say(
    ledger: Ledger, text: str, deed: Callable[..., moving.Belongs | Refused], now: datetime
) -> moving.Belongs | Refused:
    code = item_of(text)
    if isinstance(code, Reason):
        return Refused(item=text, reasons=(code,))
    return ledger.perform(lambda *at: deed(*at, item=code, now=now, by=at_shell()))
