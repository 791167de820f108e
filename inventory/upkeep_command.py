"""The verbs of upkeep: `depot wash`, `inspect`, `repair`, `write-off`, `place` and `checklist`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import click
from sqlalchemy import Connection

from depot import clock, settings
from depot.command import saying
from depot.command.given import Words, asked_item, item_of
from depot.command.logs import masked
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.command.wording import REASONS, telling
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Outcome, Reason, Refused
from depot.settings import LANGUAGES
from depot.station import Station
from inventory import checklists, inspections, notes, places, repairs, scrapping, upkeep
from inventory.inspections import Checked, Signed
from inventory.repairs import FAULTS, Order
from inventory.upkeep import Fate, Washed

FATES: dict[Fate, str] = {
    Fate.FREE: "clean and free",
    Fate.SET_ASIDE: "clean, and set aside for whoever is first in line",
    Fate.TO_INSPECT: "not free yet: its inspection is due; see: depot inspect",
    Fate.FAULT: "not washed: something is wrong with it; see: depot repair",
    Fate.INFECTED: "not washed: it is kept apart and has to be disinfected; see: depot done",
    Fate.RECALLED: "not washed: it is recalled",
    Fate.SINGLE_USER: "not washed: it is one person's only; see: depot write-off",
    Fate.CAME_HOME: "not washed: it was not at home, and has come home by this",
    Fate.CLEAN_ALREADY: "not washed: it was clean already",
    Fate.NOT_SHELVED: "not washed: it has never been put on a shelf",
    Fate.UNKNOWN: "no: we do not know this code",
}
"""What became of a thing, in words for a person at a shell."""
_DONE = (Fate.FREE, Fate.SET_ASIDE, Fate.TO_INSPECT)


class _Kroner(click.ParamType[int]):
    """An amount in kroner, with a point or comma for the øre."""

    name = "kroner"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            amount = Decimal(value.replace(",", ".")) * 100
        except InvalidOperation:
            amount = Decimal(-1)
        if not 0 <= amount <= 100_000_000 or amount % 1:
            self.fail("wanted kroner, e.g. 450 or 450,50", param, ctx)
        return int(amount)


def _now() -> datetime:
    return clock.SystemClock().now()


# --- washing ---


@click.command
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--stdin", is_flag=True, help="Read the things' codes from standard input, a line each.")
@as_json
def wash(items: tuple[str, ...], stdin: bool, as_json: bool) -> int:
    """Say of each thing that it was washed and looked over: one of many stops none of the others."""
    if not items and not stdin:
        raise click.UsageError("wanted things' codes, or --stdin")
    rows: list[dict[str, Any]] = []
    with open_ledger(settings.load()) as ledger:
        for text in (*items, *(_lines() if stdin else ())):
            row = _washed(ledger, text)
            rows.append(row)
            if not as_json:
                where = f"; it belongs at {row['place']}" if row["place"] else ""
                saying.line(f"{row['item']}  {_words(row)}{where}")
    if as_json:
        saying.document(rows)
    else:
        done = sum(row["outcome"] == "done" for row in rows)
        saying.line(f"{saying.number(done, 'thing')} washed, {len(rows) - done} not")
    return int(any(row["outcome"] == "refused" for row in rows))


def _lines() -> Iterator[str]:
    return (line.strip() for line in sys.stdin if line.strip())


def _washed(ledger: Ledger, text: str) -> dict[str, Any]:
    code = item_of(text)
    if isinstance(code, Reason):
        row = {"item": masked(text), "product": None, "outcome": "refused", "fate": code.value}
        return {**row, "why": None, "place": None}
    found: Washed = ledger.perform(lambda conn, here: upkeep.wash(conn, here, item=code, now=_now()))
    done = found.fate in _DONE and found.deed is not None
    return {
        "item": code,
        "product": found.product,
        "outcome": "done" if done else "refused",
        "fate": found.fate.value,
        "why": found.why,
        "place": found.place,
    }


def _words(row: dict[str, Any]) -> str:
    fate = row["fate"]
    if fate in set(Reason):
        return f"no: {REASONS[Reason(fate)]}"
    why = f" ({str(row['why']).replace('_', ' ')})" if row["why"] else ""
    return f"{FATES[Fate(fate)]}{why}"


# --- inspecting ---


@click.command
@click.argument("item")
@click.option("--passed", "verdict", flag_value="passed", help="Every point of its list is in order.")
@click.option("--failed", "verdict", flag_value="failed", help="Something is not; it goes to the workshop.")
@click.option(
    "--list", "verdict", flag_value="list", help="Say what is to be looked at, and what was before."
)
@click.option(
    "--fault", type=click.Choice(FAULTS), default="other", help="What is the matter, with --failed."
)
@click.option(
    "--not-in-order", "points", type=click.IntRange(1), multiple=True, help="The number of such a point."
)
@click.option("--remark", type=Words(inspections.LONGEST), default=None, help="Goes into the record.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Of the checklist.")
@as_json
def inspect(
    item: str,
    verdict: str | None,
    fault: str,
    points: tuple[int, ...],
    remark: str | None,
    language: str,
    as_json: bool,
) -> int:
    """Record the timed inspection of a thing, with its checklist and who did it."""
    if verdict is None:
        raise click.UsageError("wanted --passed, --failed or --list")
    if points and verdict != "failed":
        raise click.UsageError("--not-in-order goes with --failed")
    code = asked_item(item) or ""

    def deed(conn: Connection, here: Station) -> Outcome:
        said = _points(conn, code, language)
        if points and max(points) > len(said):
            raise click.BadParameter(f"the list has {len(said)} points", param_hint="--not-in-order")
        looked = [Checked(text, n not in points) for n, text in enumerate(said, 1)]
        signed = Signed(at_shell(), looked, remark or "")
        if verdict == "passed":
            return inspections.passed(conn, here, item=code, signed=signed, now=_now())
        return inspections.failed(conn, here, item=code, fault=fault, signed=signed, now=_now())

    if verdict == "list":
        return _tell_inspections(code, language, as_json=as_json)
    return _do(code, deed, as_json=as_json)


def _points(conn: Connection, code: str, language: str) -> tuple[str, ...]:
    line = inspections.line_of(conn, code)
    return checklists.for_inspection(conn, line, language).points if line is not None else ()


def _tell_inspections(code: str, language: str, *, as_json: bool) -> int:
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        points = _points(conn, code, language)
        until = inspections.good_until(conn, code)
        before = [
            {
                "at": clock.iso(one.at),
                "by": one.by,
                "passed": one.passed,
                "points": [{"text": point.text, "in_order": point.in_order} for point in one.points],
                "remark": one.remark,
            }
            for one in inspections.of_thing(conn, code)
        ]
    if as_json:
        good = until.isoformat() if until else None
        saying.document({"item": code, "points": points, "good_until": good, "records": before})
        return 0
    for n, text in enumerate(points, 1):
        saying.line(f"{n:>2}  {text}")
    for one in before:
        saying.line(f"{one['at']}  {'passed' if one['passed'] else 'failed'}  {one['remark'] or ''}".rstrip())
    saying.line(f"good until {until.isoformat()}" if until else "its line has no timed inspection")
    return 0


def _do(code: str, deed: Callable[[Connection, Station], Outcome], *, as_json: bool) -> int:
    with open_ledger(settings.load()) as ledger, telling(ledger, as_json=as_json) as tell:
        outcome = ledger.perform(deed)
        tell(code, outcome)
    return int(isinstance(outcome, Refused))


# --- mending ---


@click.group
def repair() -> None:
    """The workshop: what is the matter, which part it waits for, what it cost, and how it ended."""


@repair.command("open")
@click.argument("item")
@click.option(
    "--fault", type=click.Choice(FAULTS), default="broken", show_default=True, help="What is the matter."
)
@click.option("--note", type=Words(notes.LONGEST), help="What else is to be known, in words.")
@as_json
def open_repair(item: str, fault: str, note: str | None, as_json: bool) -> int:
    """Send a thing to the workshop."""
    code = asked_item(item) or ""

    def deed(conn: Connection, here: Station) -> Outcome:
        outcome = repairs.send(conn, here, item=code, fault=fault, now=_now(), signed=at_shell())
        if note and not isinstance(outcome, Refused):
            repairs.add_note(conn, code, note, by=at_shell(), now=_now())
        return outcome

    return _do(code, deed, as_json=as_json)


@repair.command("list")
@as_json
def list_repairs(as_json: bool) -> None:
    """List what is in the workshop, the longest waiting first."""
    columns = ("item", "product", "fault", "state", "part", "cost", "since", "notes")
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [_order(one, notes.about(conn, one.key)) for one in repairs.listing(conn, ledger.station)]
    saying.listing(columns, rows, as_json=as_json)


def _order(one: Order, written: tuple[notes.Note, ...]) -> dict[str, Any]:
    return {
        "item": one.item,
        "product": one.product,
        "fault": one.fault,
        "state": one.state.value,
        "part": one.waits_for,
        "cost": one.cost_ore / 100 if one.cost_ore is not None else None,
        "since": clock.iso(one.since),
        "notes": [note.text for note in written],
    }


@repair.command
@click.argument("item")
@click.argument("part", type=Words(60))
@as_json
def wait(item: str, part: str, as_json: bool) -> int:
    """Say that a thing's repair waits for PART."""
    code = asked_item(item) or ""
    return _note(code, "waiting_for_part", lambda conn: repairs.wait(conn, code, part), as_json=as_json)


@repair.command
@click.argument("item")
@as_json
def part(item: str, as_json: bool) -> int:
    """Say that the part has come that a thing's repair waited for."""
    code = asked_item(item) or ""
    return _note(code, "open", lambda conn: repairs.go_on(conn, code), as_json=as_json)


@repair.command
@click.argument("item")
@click.argument("kroner", type=_Kroner())
@as_json
def cost(item: str, kroner: int, as_json: bool) -> int:
    """Say what a thing's repair has cost in all, parts and work."""
    code = asked_item(item) or ""
    return _note(code, "noted", lambda conn: repairs.spend(conn, code, kroner), as_json=as_json)


@repair.command
@click.argument("item")
@click.argument("text", type=Words(notes.LONGEST))
@as_json
def note(item: str, text: str, as_json: bool) -> int:
    """Write something down about a thing's repair."""
    code = asked_item(item) or ""

    def deed(conn: Connection) -> bool:
        return repairs.add_note(conn, code, text, by=at_shell(), now=_now()) is not None

    return _note(code, "noted", deed, as_json=as_json)


def _note(code: str, done: str, deed: Callable[[Connection], bool], *, as_json: bool) -> int:
    """Change an order; a thing that is not in the workshop has none."""
    with open_ledger(settings.load()) as ledger:
        is_there = ledger.perform(lambda conn, _: deed(conn))
    if as_json:
        reasons = [] if is_there else [Reason.WRONG_STATE.value]
        saying.document({"item": code, "outcome": done if is_there else "refused", "reasons": reasons})
    else:
        said = done.replace("_", " ") if is_there else "no: it is not in the workshop"
        saying.line(f"{code}  {said}")
    return int(not is_there)


@repair.command
@click.argument("item")
@as_json
def done(item: str, as_json: bool) -> int:
    """Say that a thing is mended; it is cleaned before it is lent."""
    code = asked_item(item) or ""
    return _do(code, lambda conn, here: repairs.done(conn, here, item=code, now=_now()), as_json=as_json)


_reason = click.option("--reason", type=click.Choice(scrapping.REASONS), help="Why.")
_to = click.option(
    "--to",
    type=click.Choice(scrapping.DESTINATIONS),
    default="scrap",
    show_default=True,
    help="Where it goes.",
)
_value = click.option("--value", type=_Kroner(), help="What it was worth, in kroner.")


@repair.command("give-up")
@click.argument("item")
@_reason
@_value
@_to
@as_json
def give_up(item: str, reason: str | None, value: int | None, to: str, as_json: bool) -> int:
    """Give a repair up: the thing is written off."""
    return _write_off(item, reason or "not_worth_repair", value, to, as_json=as_json)


# --- writing off ---


@click.command("write-off")
@click.argument("item")
@_reason
@_value
@_to
@click.option("--found", is_flag=True, help="Take it back: the thing is here after all.")
@as_json
def write_off(item: str, reason: str | None, value: int | None, to: str, found: bool, as_json: bool) -> int:
    """Write a thing off: why, what it was worth, and where it goes."""
    if found and reason is not None:
        raise click.UsageError("--found takes a write-off back; it has no --reason")
    if found:
        code = asked_item(item) or ""
        return _do(
            code, lambda conn, here: scrapping.find_again(conn, here, item=code, now=_now()), as_json=as_json
        )
    if reason is None:
        raise click.UsageError(f"wanted --reason: {', '.join(scrapping.REASONS)}")
    return _write_off(item, reason, value, to, as_json=as_json)


def _write_off(item: str, reason: str, value: int | None, to: str, *, as_json: bool) -> int:
    code = asked_item(item) or ""

    def deed(conn: Connection, here: Station) -> Outcome:
        return scrapping.write_off(
            conn, here, item=code, reason=reason, destination=to, value_ore=value, now=_now()
        )

    return _do(code, deed, as_json=as_json)


# --- places and checklists ---


@click.group
def place() -> None:
    """The signs in the house: where a cleaning class, or what is said of a thing, is put."""


@place.command("list")
@as_json
def list_places(as_json: bool) -> None:
    """List this depot's signs."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [{"purpose": one.purpose, "name": one.name} for one in places.listing(conn, ledger.station)]
    saying.listing(("purpose", "name"), rows, as_json=as_json)


@place.command
@click.argument("purpose", type=click.Choice(places.PURPOSES))
@click.argument("name", type=Words(places.LONGEST))
@as_json
def rename(purpose: str, name: str, as_json: bool) -> int:
    """Say what the sign for PURPOSE is called."""
    _perform(partial(places.rename, purpose=purpose, name=name, by=at_shell()))
    if as_json:
        saying.document({"purpose": purpose, "name": name})
    else:
        saying.line(f"{purpose}  {name}")
    return 0


def _perform(deed: Callable[..., object]) -> None:
    with open_ledger(settings.load()) as ledger:
        ledger.perform(lambda conn, here: deed(conn, here, now=_now()))


@click.group
def checklist() -> None:
    """What is done when a thing is cleaned, and looked at when it is inspected."""


_purpose = click.argument("purpose", type=click.Choice(checklists.PURPOSES))
_subject = click.argument("subject", type=Words(40))
_language = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the points."
)


@checklist.command("list")
@_language
@as_json
def list_points(language: str, as_json: bool) -> None:
    """List every list, point by point."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [
            {"purpose": one.purpose, "subject": one.subject, "n": n, "text": text, "own": one.own}
            for one in checklists.listing(conn, language)
            for n, text in enumerate(one.points, 1)
        ]
    saying.listing(("purpose", "subject", "n", "text", "own"), rows, as_json=as_json)


@checklist.command("put")
@_purpose
@_subject
@click.argument("text", type=Words(checklists.LONGEST))
@click.option("--point", type=click.IntRange(1), help="Word this point anew; a new one at the end otherwise.")
@_language
@as_json
def put_point(purpose: str, subject: str, text: str, point: int | None, language: str, as_json: bool) -> int:
    """Word a point of a list. SUBJECT is a class, a line's code, a part of ISO 9999 (12 06) or default."""
    change = partial(checklists.put, text=text, n=point, language=language, now=_now(), by=at_shell())
    return _change(purpose, subject, change, as_json=as_json)


@checklist.command("remove")
@_purpose
@_subject
@click.argument("point", type=click.IntRange(1))
@as_json
def remove_point(purpose: str, subject: str, point: int, as_json: bool) -> int:
    """Take a point off a list."""
    change = partial(checklists.remove, n=point, now=_now(), by=at_shell())
    return _change(purpose, subject, change, as_json=as_json)


@checklist.command
@_purpose
@_subject
@as_json
def reset(purpose: str, subject: str, as_json: bool) -> int:
    """Go back to the list that came along."""
    change = partial(checklists.reset, now=_now(), by=at_shell())
    return _change(purpose, subject, change, as_json=as_json)


def _change(purpose: str, subject: str, change: Callable[..., object], *, as_json: bool) -> int:
    def deed(conn: Connection, _: Station) -> checklists.Checklist:
        change(conn, purpose=purpose, subject=subject)
        return checklists.of(conn, purpose, subject, "en")

    with open_ledger(settings.load()) as ledger:
        try:
            after = ledger.perform(deed)
        except ValueError as wrong:
            raise click.BadParameter(str(wrong)) from wrong
    if as_json:
        saying.document({"purpose": purpose, "subject": subject, "points": after.points, "own": after.own})
    else:
        for n, text in enumerate(after.points, 1):
            saying.line(f"{n:>2}  {text}")
    return 0
