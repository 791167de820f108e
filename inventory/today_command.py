"""`depot today` and `depot jobs`: what waits for somebody in the depot. They only read, and name nobody."""

from __future__ import annotations

from typing import Any

import click

from depot import clock, settings
from depot.calendar import local_day
from depot.command import saying
from depot.command.saying import as_json
from depot.ledger import open_ledger
from depot.stock import Job
from inventory import today as house
from inventory.today import JOBS
from inventory.waiting import Kind, Next, Pile, Row

WHAT_TO_DO: dict[Next, str] = {
    Next.SEE_TO_RECALL:           "take what is in off its shelf, and ring whoever has the rest",
    Next.DISINFECT:               "clean and disinfect it, apart from the rest",
    Next.CLEAN:                   "clean it as its class asks",
    Next.FINISH_CLEANING:         "finish cleaning it",
    Next.WRITE_OFF:               "throw it away: it is one person's only",
    Next.INSPECT:                 "inspect it",
    Next.CALL_IN:                 "take it off its shelf and inspect it",
    Next.REPAIR:                  "repair it, or write it off",
    Next.END_QUARANTINE:          "decide whether it still has to be kept apart",
    Next.SET_ASIDE:               "set it aside for whoever is first in line",
    Next.FETCH_PARTNER:           "fetch the pair's other piece and put it beside the first",
    Next.END_HOLD:                "end the hold: nobody has fetched it",
    Next.PUT_ON_SHELF:            "take it from the pick-up place back to its shelf",
    Next.ASK_FOR_IT:              "ask for it back, or renew it",
    Next.COLLECT:                 "fetch it: its borrower has died",
    Next.LOOK_FOR_IT:             "look for it; any scan finds it",
    Next.HAND_OVER:               "hand it over to its owner",
    Next.SEE_TO_PRINTER:          "see to the printer",
    Next.SEE_WHETHER_IT_CAME_OUT: "see whether it came out, or print it again",
    Next.LABEL_AND_SHELVE:        "put its label on and shelve it",
    Next.ORDER:                   "order more, or send some here",
    Next.ASK_FOR_PART:            "ask for the part, or put another on",
    Next.FIND_PIECE:              "find the piece, or put another into the kit",
    Next.DECIDE:                  "decide what really happened",
    Next.COUNT:                   "count the shelf",
    Next.LOOK_AT_LABEL:           "look for the label that does not read",
    Next.LOOK_INTO_IT:            "look into why people are told no",
    Next.RING:                    "ring",
    Next.CONFIRM:                 "ring and confirm the card",
    Next.MERGE:                   "see whether they are one person",
}  # fmt: skip
"""What is done, in words for a person at a shell."""

_COLUMNS = (
    *("item", "product", "name", "place", "shelf", "since", "age_days"),
    *("day", "why", "count", "what_to_do", "subject"),
)


@click.command
@click.option(
    "--kind", type=click.Choice([str(one) for one in Kind]), help="The rows of this kind, the oldest first."
)
@as_json
def today(kind: str | None, as_json: bool) -> None:
    """Say what waits, in the order in which it is done: how many of each kind, and how long. Names nobody."""
    kinds = None if kind is None else (Kind(kind),)
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        found = house.today(conn, ledger.station, now=clock.SystemClock().now(), kinds=kinds)
        zone = ledger.station.time_zone
    if as_json:
        saying.document(
            {"kinds": [_pile(one) for one in found.piles], "rows": [_row(one) for one in found.rows]}
        )
    elif not found.piles:
        saying.line("nothing waits" if kind is None else f"nothing waits of the kind {kind}")
    elif kind is None:
        saying.listing(
            ("kind", "count", "oldest_days", "places", "what_to_do"),
            map(_in_words, found.piles),
            as_json=False,
        )
    else:
        rows = (
            {**_row(one), "since": local_day(one.since, zone), "what_to_do": WHAT_TO_DO[one.next]}
            for one in found.rows
        )
        saying.listing(_COLUMNS, rows, as_json=False)


def _pile(pile: Pile) -> dict[str, Any]:
    places = [{"place": place, "count": count} for place, count in pile.places]
    return {
        "kind": pile.kind.value,
        "count": pile.count,
        "oldest_days": pile.oldest_days,
        "next": pile.next.value,
        "places": places,
    }


def _in_words(pile: Pile) -> dict[str, Any]:
    places = ", ".join(f"{place} {count}" for place, count in pile.places)
    return {**_pile(pile), "places": places, "what_to_do": WHAT_TO_DO[pile.next]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "subject": row.subject,
        "item": row.item,
        "product": row.product,
        "name": row.name,
        "place": row.place,
        "shelf": row.shelf,
        "since": clock.iso(row.since),
        "age_days": row.age_days,
        "day": row.day.isoformat() if row.day else None,
        "why": row.why,
        "count": row.count,
        "next": row.next.value,
    }


@click.command
@click.option("--kind", type=click.Choice([str(one) for one in Job]), help="Only this job.")
@as_json
def jobs(kind: str | None, as_json: bool) -> None:
    """List the things whose next job is due: cleaning, inspection, repair, quarantine. `depot done` does it."""
    columns = ("item", "product", "name", "kind", "since", "place", "shelf")
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        now = clock.SystemClock().now()
        found = house.jobs(conn, ledger.station, now=now, only=Job(kind) if kind else None)
    saying.listing(columns, [_job(one) for one in found], as_json=as_json)


def _job(row: Row) -> dict[str, Any]:
    return {
        "item": row.item,
        "product": row.product,
        "name": row.name,
        "kind": JOBS[row.kind].value,
        "since": clock.iso(row.since),
        "place": row.place,
        "shelf": row.shelf,
        "infected": row.kind is Kind.INFECTED,
        "why": row.why,
    }
