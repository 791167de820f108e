"""The verbs `depot life`, what a thing's journal says in words, and `depot settle`, what somebody must decide about."""

from __future__ import annotations

import click

from depot import clock, settings
from depot.command import saying
from depot.command.given import asked_item
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import open_ledger
from depot.outcomes import Refused
from depot.words import SOURCE, words_in
from inventory import discrepancies, foreign, today
from inventory import life as lives
from inventory.discrepancies import Decision
from inventory.waiting import Kind

_TO_SETTLE = (Kind.DISCREPANCY, Kind.FOREIGN)


@click.command
@click.argument("item")
@click.option(
    "--language",
    type=click.Choice(settings.LANGUAGES),
    default=SOURCE,
    show_default=True,
    help="In this language.",
)
@as_json
def life(item: str, language: str, as_json: bool) -> int:
    """Tell the life of the thing ITEM, the newest first: what happened, when, and who of the staff did it."""
    code = asked_item(item) or ""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        told = lives.of_item(conn, ledger.station, code, words_in(language))
    rows = (
        {
            "at": clock.iso(one.at),
            "what": one.text,
            "who": one.who or None,
            "station": one.where or None,
            "kind": one.kind,
            "undone": one.undone,
            "key": one.key,
        }
        for one in told
    )
    saying.listing(("at", "what", "who", "station"), rows, as_json=as_json)
    return int(not told)


@click.group(invoke_without_command=True)
@click.pass_context
@as_json
def settle(ctx: click.Context, as_json: bool) -> None:
    """List what somebody must decide about; or, with a verb, decide: what is not explained, and what is not ours."""
    if ctx.invoked_subcommand is not None:
        return
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        found = today.today(conn, ledger.station, now=clock.SystemClock().now(), kinds=_TO_SETTLE)
        rows = [
            {
                "kind": str(one.kind),
                "why": one.why,
                "subject": one.subject,
                "item": one.item,
                "since": clock.iso(one.since),
                "may_be": _may_be(discrepancies.find(conn, one.why or "", one.subject))
                if one.kind is Kind.DISCREPANCY
                else [],
            }
            for one in found.rows
        ]
    saying.listing(("kind", "why", "subject", "item", "since", "may_be"), rows, as_json=as_json)


def _may_be(found: discrepancies.Strange | None) -> list[str]:
    return [str(one) for one in found.possible] if found is not None else []


@settle.command
@click.argument("why")
@click.argument("event")
@click.argument("decision", type=click.Choice([str(one) for one in Decision]))
@as_json
def decide(why: str, event: str, decision: str, as_json: bool) -> int:
    """Decide what is so about what the ledger could not explain: its kind WHY and the key of its EVENT."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        outcome = ledger.perform(
            lambda conn, station: discrepancies.decide(
                conn, station, why, event, decision=Decision(decision), by=at_shell(), now=now
            )
        )
    refused = isinstance(outcome, Refused)
    place = None if refused else getattr(outcome, "place", None)
    if as_json:
        done = "refused" if refused else decision
        saying.document({"why": why, "event": event, "outcome": done, "place": place})
    elif refused:
        saying.line("no: there is no such open question, or it may not be decided so; see: depot settle")
    else:
        saying.line(f"{decision}" + (f"  put it at: {place}" if place else ""))
    return int(refused)


@settle.command("handed-over")
@click.argument("events", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that waits.")
@as_json
def handed_over(events: tuple[str, ...], everything: bool, as_json: bool) -> int:
    """Say that things that are not ours were handed over to their owner; their numbers are forgotten by it."""
    if bool(events) == everything:
        raise click.UsageError("which? name them as depot settle lists them, or say --all")
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        done = ledger.perform(
            lambda conn, _: foreign.hand_over(
                conn, tuple(one.event for one in foreign.waiting(conn)) if everything else events, now=now
            )
        )
    gone = [one.event for one in done]
    if as_json:
        saying.document({"handed_over": gone})
    else:
        saying.line(f"{saying.number(len(gone), 'thing')} handed over")
    return int(len(gone) < len(events))
