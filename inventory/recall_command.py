"""The verb `depot recall`: a maker's recall, from the first minute to the last call, at a shell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from depot import clock, settings
from depot.command import saying
from depot.command.given import Words, line_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import Ledger, open_ledger
from depot.station import Station
from depot.tables import depot
from depot.tables import recall as recalled
from depot.words import words_in
from inventory import names, papers, recall_papers, recalls
from inventory.papers import Letter
from inventory.recalls import Meant, No, Outcome, Person, Piece, Recall

WORDED: dict[No, str] = {
    No.NO_LINE: "the catalogue has no such line",
    No.NO_RECALL: "there is no such recall; see: depot recall list --all",
    No.OPEN_ALREADY: "this recall is open already",
    No.BACKWARDS: "the last serial number comes before the first, or the first is not given",
    No.TOO_LONG: f"a lot, a serial number and a reason have at most {recalls.LONGEST} characters",
    No.IS_CLOSED: "it is closed already",
    No.IS_OPEN: "it is open already",
    No.NOT_IN_IT: "one of these loans is of no piece that the recall is about",
}
_LANGUAGE = click.option(
    "--language", type=click.Choice(settings.LANGUAGES), default="nb", show_default=True, help="Of the paper."
)


@click.group
def recall() -> None:
    """A maker's recall: stop a line, a lot or some serial numbers, and tell who has them."""


def key_of(conn: Connection, text: str) -> str:
    """Find a recall by its key or the beginning of it. Raises click.BadParameter for none, or several."""
    begins = select(recalled.c.key).where(recalled.c.key.startswith(text.strip().lower(), autoescape=True))
    found = conn.scalars(begins).all()
    if len(found) != 1 or not text.strip():
        raise click.BadParameter(f"{text!r} names no one recall; see: depot recall list --all")
    return str(found[0])


@recall.command("open")
@click.argument("product")
@click.option("--lot", type=Words(recalls.LONGEST), help="Only this lot.")
@click.option(
    "--serial", type=Words(recalls.LONGEST), help="Only this serial number; with --to, the first of a range."
)
@click.option("--to", "serial_to", type=Words(recalls.LONGEST), help="The last serial number of the range.")
@click.option("--why", type=Words(recalls.LONGEST), default=None, help="Who recalls it and why, for people.")
@click.option("--dry-run", is_flag=True, help="Only list what it would be about.")
@as_json
def open_(
    product: str,
    lot: str | None,
    serial: str | None,
    serial_to: str | None,
    why: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Open a recall: from now on nothing that it is about is lent. Lists what it is about."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line = line_of(conn, product)
        meant = Meant(product=line, lot=lot, serial=serial, serial_to=serial_to)
        if dry_run:
            with ledger.reading() as conn:
                pieces = recalls.about(conn, ledger.station, meant)
            return _said(None, pieces, as_json=as_json)
        key = ledger.perform(
            lambda conn, _: recalls.open_one(conn, meant, why=why or "", now=now, by=at_shell())
        )
        if isinstance(key, No):
            return _no(key, as_json=as_json)
        with ledger.reading() as conn:
            pieces = recalls.about(conn, ledger.station, meant, key=key)
    return _said(key, pieces, as_json=as_json)


def _no(why: No, *, as_json: bool) -> int:
    if as_json:
        saying.document({"outcome": "refused", "reasons": [why.value]})
    else:
        saying.line(f"no: {WORDED[why]}")
    return 1


def _said(key: str | None, pieces: tuple[Piece, ...], *, as_json: bool) -> int:
    rows = [_row(one) for one in pieces]
    if as_json:
        saying.document({"recall": key, "pieces": rows})
        return 0
    if key is not None:
        saying.line(f"recall {key}")
    saying.listing(("item", "serial", "lot", "state", "where", "due", "told", "sure"), rows, as_json=False)
    return 0


def _row(one: Piece) -> dict[str, Any]:
    return {
        "item": one.item,
        "serial": one.serial,
        "lot": one.lot,
        "state": one.state.value,
        "where": one.where,
        "loan": one.loan,
        "due": one.due.isoformat() if one.due else None,
        "told": one.outcome.value if one.outcome else None,
        "sure": one.sure,
    }


@recall.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are closed.")
@as_json
def list_(everything: bool, as_json: bool) -> None:
    """List the recalls, the newest first, and how far each has come."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [_recall(one) for one in recalls.listing(conn, ledger.station, everything=everything)]
    columns = (
        "recall",
        "product",
        "lot",
        "serial",
        "serial_to",
        "open",
        "inside",
        "apart",
        "out",
        "told",
        "unsure",
        "why",
    )
    saying.listing(columns, rows, as_json=as_json)


def _recall(one: Recall) -> dict[str, Any]:
    return {
        "recall": one.key,
        "product": one.meant.product,
        "lot": one.meant.lot,
        "serial": one.meant.serial,
        "serial_to": one.meant.serial_to,
        "why": one.why,
        "opened_at": clock.iso(one.opened_at),
        "closed_at": clock.iso(one.closed_at) if one.closed_at else None,
        "open": one.is_open,
        "inside": one.inside,
        "apart": one.apart,
        "out": one.out,
        "told": one.told,
        "tried": one.tried,
        "unsure": one.unsure,
    }


@recall.command
@click.argument("key")
@as_json
def show(key: str, as_json: bool) -> int:
    """List the pieces that the recall KEY is about; names nobody."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        whole = key_of(conn, key)
        found = recalls.find(conn, whole)
        pieces = recalls.about(conn, ledger.station, found.meant, key=whole) if found else ()
    return _said(whole, pieces, as_json=as_json)


@recall.command
@click.argument("key")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the list as a PDF.")
@_LANGUAGE
@as_json
def calls(key: str, out: Path | None, language: str, as_json: bool) -> int:
    """Say who has recalled things at home, with names and numbers. That you asked is logged."""
    with open_ledger(settings.load()) as ledger:
        found, told = _asked(ledger, key, why="depot recall calls")
        if out is not None:
            from inventory import typesetting

            w = words_in(language)
            with ledger.reading() as conn:
                name = names.of_line(conn, found.meant.product, language)
            listed = recall_papers.call_list(w, found, name, told, country=ledger.station.country)
            papers.keep(out.parent, out.name, typesetting.list_pdf(listed))
    rows = [_person(one) for one in told]
    if as_json:
        saying.document({"recall": found.key, "people": rows, "out": str(out) if out else None})
    elif out is not None:
        saying.line(f"{saying.number(len(told), 'row')} in {out}")
    else:
        saying.listing(("name", "phone", "died", "items", "told"), rows, as_json=False)
    return 0


def _asked(ledger: Ledger, key: str, *, why: str) -> tuple[Recall, tuple[Person, ...]]:
    """Ask who has recalled things, and log it."""
    now = clock.SystemClock().now()

    def look(conn: Connection, station: Station) -> tuple[Recall, tuple[Person, ...]]:
        whole = key_of(conn, key)
        found = recalls.find(conn, whole)
        if found is None:
            raise click.BadParameter(f"{key!r} names no one recall; see: depot recall list --all")
        return found, recalls.people(conn, station, whole, by=at_shell(), now=now, why=why)

    return ledger.perform(look)


def _person(one: Person) -> dict[str, Any]:
    return {
        "card": one.card,
        "name": one.name,
        "phone": None if one.died else one.phone,
        "died": one.died,
        "items": [piece.item for piece in one.pieces],
        "loans": list(one.loans),
        "told": one.outcome.value if one.outcome else None,
    }


@recall.command
@click.argument("key")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF; a page a person."
)
@_LANGUAGE
@as_json
def letters(key: str, out: Path, language: str, as_json: bool) -> int:
    """Write a letter to everybody who has recalled things and was not reached, each in their own language.

    Nobody is written to who has died, or whose name is not known. That you asked is logged; that letters were sent is
    noted by `depot recall tell`.
    """
    from inventory import typesetting

    chosen = settings.load()
    with open_ledger(chosen) as ledger:
        found, told = _asked(ledger, key, why="depot recall letters")
        with ledger.reading() as conn:
            written = letters_of(
                conn,
                ledger.station,
                found,
                told,
                chosen=chosen,
                language=language,
                now=clock.SystemClock().now(),
            )
    papers.keep(out.parent, out.name, typesetting.letters_pdf(written, title="Recall"))
    if as_json:
        saying.document({"recall": found.key, "letters": len(written), "out": str(out)})
    else:
        saying.line(f"{saying.number(len(written), 'letter')} in {out}")
    return 0


def letters_of(
    conn: Connection,
    station: Station,
    one: Recall,
    told: tuple[Person, ...],
    *,
    chosen: settings.Settings,
    language: str,
    now: datetime,
) -> tuple[Letter, ...]:
    """Write the letters of a recall to who was not reached, in the words of this depot.

    Args:
        chosen: the settings, for who writes and who can be rung.
        language: of those who have chosen none; now: aware, UTC.
    """
    here = conn.scalar(select(depot.c.name).where(depot.c.id == station.depot)) or ""
    languages = {language, *(each.language for each in told if each.language)}
    return recall_papers.letters(
        one,
        [each for each in told if each.outcome is not Outcome.REACHED],
        words=words_in,
        called={each: names.of_line(conn, one.meant.product, each) for each in languages},
        language=language,
        today=station.today(now),
        sender=[line for line in (here, chosen.labels.owner, chosen.labels.address) if line],
        phones=chosen.phones,
    )


@recall.command
@click.argument("key")
@click.argument("loans", nargs=-1, required=True)
@click.option(
    "--outcome",
    required=True,
    type=click.Choice([*(str(one) for one in Outcome), "none"]),
    help="How; `none` takes the note away.",
)
@as_json
def tell(key: str, loans: tuple[str, ...], outcome: str, as_json: bool) -> int:
    """Note how the borrowers of LOANS were told, by the loans' keys."""
    said = None if outcome == "none" else Outcome(outcome)
    return _do(
        key,
        "noted",
        lambda conn, station, whole, now: recalls.tell(
            conn, station, whole, loans, said, by=at_shell(), now=now
        ),
        as_json=as_json,
    )


@recall.command
@click.argument("key")
@as_json
def close(key: str, as_json: bool) -> int:
    """Close the recall KEY: what it was about may be lent again."""
    return _do(
        key,
        "closed",
        lambda conn, _, whole, now: recalls.close(conn, whole, now=now, by=at_shell()),
        as_json=as_json,
    )


@recall.command
@click.argument("key")
@as_json
def reopen(key: str, as_json: bool) -> int:
    """Open a recall again that was closed."""
    return _do(
        key,
        "open",
        lambda conn, _, whole, now: recalls.reopen(conn, whole, now=now, by=at_shell()),
        as_json=as_json,
    )


def _do(key: str, done: str, deed: Any, *, as_json: bool) -> int:
    now = clock.SystemClock().now()

    def do(conn: Connection, station: Station) -> tuple[str, No | None]:
        whole = key_of(conn, key)
        return whole, deed(conn, station, whole, now)

    with open_ledger(settings.load()) as ledger:
        whole, refused = ledger.perform(do)
    if refused is not None:
        return _no(refused, as_json=as_json)
    if as_json:
        saying.document({"recall": whole, "outcome": done})
    else:
        saying.line(f"{whole}  {done}")
    return 0
