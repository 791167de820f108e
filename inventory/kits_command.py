"""The verb `depot kit`: things that stand together under a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import Connection

from depot import clock, settings
from depot.command import saying
from depot.command.given import Words, asked_item
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import Ledger, open_ledger
from inventory import kits
from inventory.kits import Kit, Marked, Piece, Unfit, Why

_item = click.argument("item")
_kit = click.argument("name")

_WHY = {
    Why.UNKNOWN_CODE: "we do not know this code",
    Why.NO_LONGER_OURS: "it is written off or was given away",
    Why.IN_ANOTHER_KIT: "it is a piece of a kit already",
    Why.IN_NO_KIT: "it is in no kit",
    Why.NO_SUCH_KIT: "there is no such kit",
    Why.TOO_FEW: "a kit has at least two pieces; to take one apart: depot kit split",
    Why.TOO_LATE: "something has happened to it since",
}


@click.group
def kit() -> None:
    """Things that stand together under a name; each of them is lent by itself."""


@kit.command
@click.argument("name", type=Words(kits.LONGEST_NAME))
@click.argument("items", nargs=-1, required=True)
@as_json
def compose(name: str, items: tuple[str, ...], as_json: bool) -> int:
    """Put things together as a kit called NAME."""
    codes = [_code(one) for one in items]
    with open_ledger(settings.load()) as ledger:
        made = ledger.perform(
            lambda conn, station: kits.compose(
                conn, station, name=name, items=codes, now=clock.SystemClock().now(), by=at_shell()
            )
        )
    return _tell(made, "composed", as_json=as_json)


def _code(text: str) -> str:
    return asked_item(text) or ""


@kit.command("list")
@click.option("--incomplete", "lacking", is_flag=True, help="Only those that lack something.")
@as_json
def list_(lacking: bool, as_json: bool) -> None:
    """List the kits of this depot, with what each lacks and what of it is elsewhere."""
    read = kits.incomplete if lacking else kits.every
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        found = read(conn, ledger.station)
    if as_json:
        saying.document([_row(one) for one in found])
    else:
        rows = [{**_row(one), "pieces": len(one.pieces)} for one in found]
        saying.listing(("name", "pieces", "lacking", "away", "made_at"), rows, as_json=False)


@kit.command
@_kit
@as_json
def show(name: str, as_json: bool) -> None:
    """Show the pieces of the kit NAME, or of the one with that key."""
    with open_ledger(settings.load()) as ledger:
        found = _asked(ledger, name)
    if as_json:
        saying.document(_row(found))
    else:
        columns = ("item", "product", "state", "shelf", "missing_since")
        saying.listing(columns, [_piece(one) for one in found.pieces], as_json=False)


def _asked(ledger: Ledger, name: str) -> Kit:
    with ledger.reading() as conn:
        found = kits.named(conn, ledger.station, name)
    if found is None:
        raise click.BadParameter(f"no kit is called {name!r}; see: depot kit list")
    return found


@kit.command
@_kit
@as_json
def split(name: str, as_json: bool) -> int:
    """Take a kit apart: its things stand for themselves again."""
    with open_ledger(settings.load()) as ledger:
        key, now = _asked(ledger, name).key, clock.SystemClock().now()
        done = ledger.perform(lambda conn, _: kits.split(conn, key=key, now=now, by=at_shell()))
    return _tell(done, "split", as_json=as_json)


@kit.command
@_kit
@_item
@as_json
def add(name: str, item: str, as_json: bool) -> int:
    """Put one more thing into a kit."""
    code = _code(item)
    with open_ledger(settings.load()) as ledger:
        key, now = _asked(ledger, name).key, clock.SystemClock().now()
        done = ledger.perform(lambda conn, _: kits.add(conn, kit=key, item=code, now=now, by=at_shell()))
    return _tell(done, "added", as_json=as_json)


@kit.command("take-out")
@_item
@as_json
def take_out(item: str, as_json: bool) -> int:
    """Take a thing out of its kit for good."""

    def do(conn: Connection) -> Kit | Unfit:
        before = kits.take_out(conn, item=code, now=clock.SystemClock().now(), by=at_shell())
        return before if isinstance(before, Unfit) else kits.find(conn, before.key) or before

    code = _code(item)
    with open_ledger(settings.load()) as ledger:
        done = ledger.perform(lambda conn, _: do(conn))
    return _tell(done, "taken_out", as_json=as_json)


@kit.command
@_item
@as_json
def missing(item: str, as_json: bool) -> int:
    """Say that a piece is missing from its kit; one that should stand free on a shelf becomes missing."""
    return _mark(kits.missing, item, as_json=as_json)


@kit.command
@_item
@as_json
def found(item: str, as_json: bool) -> int:
    """Say that a piece is with its kit again; one that was given up is taken in, to be washed."""
    return _mark(kits.found, item, as_json=as_json)


def _mark(deed: Callable[..., Marked | Unfit], item: str, *, as_json: bool) -> int:
    code, now = _code(item), clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        done = ledger.perform(lambda *at: deed(*at, item=code, now=now, by=at_shell()))
    if isinstance(done, Unfit):
        return _tell(done, "", as_json=as_json)
    said = "missing" if done.missing else "found"
    state, place = (str(done.moved.state), done.moved.place) if done.moved else (None, None)
    if as_json:
        told = {"item": code, "kit": done.name, "outcome": said, "state": state, "place": place}
        saying.document({**told, "reason": None})
    else:
        now_is = f"; is now {state.replace('_', ' ')}" if state else ""
        saying.line(f"{code}  {said}: {done.name}{now_is}")
    return 0


def _tell(done: Kit | Unfit, what: str, *, as_json: bool) -> int:
    if isinstance(done, Unfit):
        if as_json:
            saying.document(
                {"item": done.item, "kit": done.kit, "outcome": "refused", "reason": str(done.why)}
            )
        else:
            of = f": {done.kit}" if done.kit else ""
            saying.line(f"{done.item}  no: {_WHY[done.why]}{of}".strip())
        return 1
    if as_json:
        saying.document({**_row(done), "outcome": what})
    else:
        saying.line(f"{done.name}  {what.replace('_', ' ')}: {saying.number(len(done.pieces), 'piece')}")
    return 0


def _row(one: Kit) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "made_at": clock.iso(one.made_at),
        "pieces": [_piece(each) for each in one.pieces],
        "lacking": [each.item for each in one.lacking],
        "away": [each.item for each in one.away],
    }


def _piece(one: Piece) -> dict[str, Any]:
    return {
        "item": one.item,
        "product": one.product,
        "state": str(one.state),
        "shelf": one.shelf,
        "missing_since": clock.iso(one.missing_since) if one.missing_since else None,
    }
