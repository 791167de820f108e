"""`depot quantity` and `depot part`: what has no label of its own, counted by the line or owed by the thing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click
from sqlalchemy import Connection

from depot import clock, defects, lists, quantities, settings
from depot.command import saying
from depot.command.given import item_of, line_of, shelf_of
from depot.command.logs import masked
from depot.command.saying import as_json
from depot.command.wording import telling
from depot.ledger import open_ledger
from depot.outcomes import Outcome, Reason, Refused
from depot.sqlite import read_only
from depot.station import Station

_PRODUCT = click.argument("product")
_NUMBER = click.argument("number", type=click.IntRange(1, quantities.MOST))
_KEY = click.option("--key", type=click.UUID, help="Makes the call safe to repeat: see docs/command.md.")
_SHELF = click.option("--shelf", help="Where they stand: the shelf's name or code.")


@click.group
def quantity() -> None:
    """The lines that are counted and not labelled."""


@quantity.command
@_PRODUCT
@_NUMBER
@_SHELF
@_KEY
@as_json
def receive(product: str, as_json: bool, **said: Any) -> int:
    """Take NUMBER new pieces of a counted line in."""
    return _do(quantities.received, product, as_json=as_json, **said)


@quantity.command
@_PRODUCT
@click.argument("number", type=click.IntRange(0, quantities.MOST))
@_SHELF
@_KEY
@as_json
def count(product: str, as_json: bool, **said: Any) -> int:
    """Say that there are NUMBER of a counted line, whatever was believed before."""
    return _do(quantities.counted, product, as_json=as_json, **said)


@quantity.command
@_PRODUCT
@_NUMBER
@click.option(
    "--why",
    type=click.Choice([one.value for one in quantities.Why]),
    help="Staff took them: used them up, or threw them away.",
)
@_KEY
@as_json
def take(product: str, why: str | None, as_json: bool, **said: Any) -> int:
    """Note that somebody has taken NUMBER of a counted line."""
    took = partial(quantities.take, why=quantities.Why(why) if why else None)
    return _do(took, product, as_json=as_json, **said)


@quantity.command
@_PRODUCT
@_NUMBER
@_KEY
@as_json
def back(product: str, as_json: bool, **said: Any) -> int:
    """Note that NUMBER of a counted line were brought back."""
    return _do(quantities.bring_back, product, as_json=as_json, **said)


def _do(
    deed: Callable[..., Outcome],
    product: str,
    *,
    number: int,
    as_json: bool,
    key: object = None,
    shelf: str | None = None,
) -> int:
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line, said = line_of(conn, product), {"shelf": shelf_of(conn, shelf)} if shelf else {}

        def doing(conn: Connection, station: Station) -> Outcome:
            now = clock.SystemClock().now()
            return deed(conn, station, line=line, n=number, key=str(key) if key else None, now=now, **said)

        with telling(ledger, as_json=as_json) as tell:
            outcome = ledger.perform(doing)
            tell(line, outcome)
    return int(isinstance(outcome, Refused))


@click.group
def part() -> None:
    """The unlabelled parts of things."""


_ITEM = click.argument("item")
_PART = click.argument("part", required=False)
_PIECES = click.argument("number", type=click.IntRange(1, 99), default=1)


@part.command("back")
@_ITEM
@_PART
@_PIECES
@as_json
def part_back(item: str, part: str | None, number: int, as_json: bool) -> int:
    """Take in a PART that had stayed out when its ITEM came home; without PART, all that is owed of it."""
    return _owed_no_more(defects.parts_back, item, part, number, as_json=as_json)


@part.command("give-up")
@_ITEM
@_PART
@_PIECES
@as_json
def part_given_up(item: str, part: str | None, number: int, as_json: bool) -> int:
    """Wait no longer for a PART of an ITEM: it will not come; without PART, for all that is owed of it."""
    return _owed_no_more(defects.parts_given_up, item, part, number, as_json=as_json)


def _owed_no_more(
    deed: Callable[..., Outcome], item: str, part: str | None, number: int, *, as_json: bool
) -> int:
    code = item_of(item)
    parts = ((part, number),) if part else ()

    def doing(conn: Connection, station: Station) -> Outcome:
        if isinstance(code, Reason):
            return Refused(item="", reasons=(code,))
        return deed(conn, station, item=code, parts=parts, now=clock.SystemClock().now())

    with open_ledger(settings.load()) as ledger, telling(ledger, as_json=as_json) as tell:
        outcome = ledger.perform(doing)
        tell(masked(item) if isinstance(code, Reason) else code, outcome)
    return int(isinstance(outcome, Refused))


@part.command
@as_json
def owed(as_json: bool) -> None:
    """List the parts that stayed out when their things came home. Never tells who has them."""
    columns = ("item", "product", "part", "name", "pieces", "returned_at")
    with read_only(settings.load().ledger_file) as conn:
        saying.listing(columns, lists.owed(conn), as_json=as_json)
