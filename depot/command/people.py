"""`depot borrower` and `borrowers`: people, by their cards.

Nobody is told about a person more than was asked for, and asking for names and numbers is logged.
"""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection

from depot import borrowers as persons
from depot import clock, settings
from depot.attempts import CardLimits
from depot.borrowers import Listed
from depot.command import saying
from depot.command.given import Words, card_of
from depot.command.logs import masked
from depot.command.saying import as_json
from depot.command.wording import REASONS
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Reason, Refused
from depot.phone import Phone, parse_phone
from depot.settings import LANGUAGES
from depot.station import Station

_PHONE_HELP = "A telephone number that somebody answers; a foreign one with + or 00."
_LANGUAGE = click.option("--language", type=click.Choice(LANGUAGES), help="What the card remembers.")


def at_shell() -> str:
    """Name who sits at this shell, for the log of look-ups and for revisions."""
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:  # a container may run under a number that has no name
        return f"os:{os.getuid()}"


def in_journal() -> str:
    """Say who sits at this shell by their user number: a name would stand in the journal for good."""
    return f"os:{os.getuid()}"


def phone_of(ledger: Ledger, typed: str) -> Phone:
    """Read a number that was typed at a shell. Raises click.BadParameter for one that cannot be rung."""
    phone = parse_phone(typed, region=ledger.station.country)
    if phone is None:
        raise click.BadParameter("wanted a number that can be rung", param_hint="--phone")
    return phone


@click.group
def borrower() -> None:
    """People who borrow, by their cards."""


@borrower.command
@click.argument("name", type=Words(100))
@click.option("--phone", help=_PHONE_HELP)
@click.option("--card", help="Give them this unassigned card; a new one otherwise.")
@click.option("--birth-year", type=click.IntRange(1900, 2100), help="For whoever pays no fee for their age.")
@_LANGUAGE
@as_json
def add(
    name: str,
    phone: str | None,
    card: str | None,
    birth_year: int | None,
    language: str | None,
    as_json: bool,
) -> int:
    """Register somebody who is known: confirmed from the first day. Says their card's code."""
    given = card_of(card) if card is not None else None

    def deed(ledger: Ledger, now: datetime) -> str:
        number = phone_of(ledger, phone).e164 if phone else None
        who: dict[str, Any] = {"name": name, "phone": number, "card_code": given, "language": language}
        who["birth_year"] = birth_year
        return ledger.perform(lambda conn, _: persons.add(conn, now=now, by=at_shell(), **who))

    return _do(given or "", "added", deed, as_json=as_json)


@borrower.command
@click.argument("card")
@click.option("--phone", required=True, help=_PHONE_HELP)
@_LANGUAGE
@as_json
def start(card: str, phone: str, language: str | None, as_json: bool) -> int:
    """Take a card from the box into use with a telephone number, as the kiosk does."""
    code = card_of(card)

    def deed(ledger: Ledger, now: datetime) -> str | Refused:
        chosen, number = settings.load().kiosk, phone_of(ledger, phone)
        limits = CardLimits(per_number=chosen.cards_per_number, per_hour=chosen.cards_per_hour)
        said: dict[str, Any] = {"phone": number, "limits": limits, "language": language, "now": now}
        outcome = ledger.perform(lambda conn, station: persons.start(conn, station, card_code=code, **said))
        return outcome if isinstance(outcome, Refused) else outcome.card

    return _do(code, "started", deed, as_json=as_json)


@borrower.command
@click.argument("card")
@click.option("--name", type=Words(100), help="Their name, where it is known now.")
@as_json
def confirm(card: str, name: str | None, as_json: bool) -> int:
    """Confirm the borrower behind a card: they were reached by telephone or showed who they are."""
    return _with(card, "confirmed", persons.confirm, as_json=as_json, name=name)


@borrower.command
@click.argument("card")
@click.argument("into")
@as_json
def merge(card: str, into: str, as_json: bool) -> int:
    """Make CARD's borrower the same person as INTO's. Both cards go on working."""
    return _with(card, "merged", persons.merge, card_of(into), as_json=as_json)


@borrower.command
@click.argument("card")
@click.option("--why", type=Words(60), default="desk", help="A short reason, for the desk.")
@as_json
def block(card: str, why: str, as_json: bool) -> int:
    """Block the borrower behind a card, or a card that is nobody's. What is out stays out."""
    return _with(card, "blocked", persons.block, why, as_json=as_json)


@borrower.command
@click.argument("card")
@as_json
def unblock(card: str, as_json: bool) -> int:
    """Lift a block."""
    return _with(card, "unblocked", persons.block, None, as_json=as_json)


@borrower.command
@click.argument("card")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input, for scripts.")
@as_json
def pin(card: str, pin_stdin: bool, as_json: bool) -> int:
    """Give the borrower behind a card a PIN for seeing their loans at the kiosk. Asks for it: 4 to 8 digits."""
    from depot import pins  # Argon2 takes a tenth of a second, and only PINs need it

    code, chosen = card_of(card), asked_pin(from_stdin=pin_stdin)
    if not pins.is_made_of_digits(chosen, pins.SHORTEST, pins.LONGEST):
        raise click.UsageError(f"wanted a PIN of {pins.SHORTEST} to {pins.LONGEST} digits")
    return _with(code, "pin_set", pins.set_pin, chosen, as_json=as_json)


@borrower.command
@click.argument("card")
@click.argument("number")
@as_json
def phone(card: str, number: str, as_json: bool) -> int:
    """Change the telephone NUMBER of the borrower behind a card."""
    code = card_of(card)

    def perform(ledger: Ledger, now: datetime) -> str:
        said = phone_of(ledger, number).e164
        ledger.perform(lambda conn, _: persons.change(conn, code, now=now, by=at_shell(), phone=said))
        return code

    return _do(code, "changed", perform, as_json=as_json)


@borrower.command("lost-card")
@click.argument("card")
@click.option("--new", help="Give them this unassigned card; a new one is drawn otherwise.")
@as_json
def lost_card(card: str, new: str | None, as_json: bool) -> int:
    """Give another card for a lost one, which opens nothing from then on. What is out stays theirs."""
    code, given = card_of(card), card_of(new) if new is not None else None

    def perform(ledger: Ledger, now: datetime) -> str:
        return ledger.perform(
            lambda conn, _: persons.renew_card(conn, code, new=given, now=now, by=at_shell())
        )

    return _do(code, "renewed", perform, as_json=as_json)


@borrower.command
@click.argument("card")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day, such as 2026-12-24; today otherwise.")
@as_json
def died(card: str, on: datetime | None, as_json: bool) -> int:
    """Note a death: nobody is rung, the cards open nothing, what is owed is waived, what is out is fetched."""
    from depot import deaths

    code = card_of(card)

    def perform(ledger: Ledger, now: datetime) -> str:
        day = on.date() if on else ledger.station.today(now)
        if day > ledger.station.today(now):
            raise click.BadParameter("wanted a day that is not after today", param_hint="--on")
        ledger.perform(
            lambda conn, here: deaths.died(conn, here, card_code=code, on=day, now=now, by=at_shell())
        )
        return code

    return _do(code, "died", perform, as_json=as_json)


@borrower.command
@click.argument("card")
@click.option("--phone", help=_PHONE_HELP)
@as_json
def alive(card: str, phone: str | None, as_json: bool) -> int:
    """Take a death back that was noted by mistake. What was waived stays waived."""
    from depot import deaths

    code = card_of(card)

    def perform(ledger: Ledger, now: datetime) -> str:
        number = phone_of(ledger, phone).e164 if phone else None
        ledger.perform(
            lambda conn, _: deaths.alive(conn, card_code=code, now=now, by=at_shell(), phone=number)
        )
        return code

    return _do(code, "alive", perform, as_json=as_json)


@borrower.command("same-number")
@as_json
def same_number(as_json: bool) -> None:
    """List the cards of borrowers who gave one telephone number. Names nobody."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [{"cards": list(cards)} for cards in persons.to_merge(conn)]
    saying.listing(("cards",), rows, as_json=as_json)


@click.command
@as_json
def forget(as_json: bool) -> int:
    """Do at once what a kiosk or desk does once a day: cut the ties and delete the people whose time has come."""
    from depot import privacy

    now, done = clock.SystemClock().now(), privacy.Forgotten()
    with open_ledger(settings.load()) as ledger:
        while True:
            some = ledger.perform(lambda conn, here: privacy.advance(conn, here, now=now))
            done += some
            if some.is_all:
                break
    told = asdict(done)
    if as_json:
        saying.document(told)
    else:
        saying.line(", ".join(f"{name.replace('_', ' ')} {n}" for name, n in told.items()))
    return 0


def _with(
    card: str, done: str, deed: Callable[..., None], *more: str | None, as_json: bool, **said: Any
) -> int:
    """Do something to the borrower behind a card."""
    code = card_of(card)

    def perform(ledger: Ledger, now: datetime) -> str:
        ledger.perform(lambda conn, _: deed(conn, code, *more, now=now, by=at_shell(), **said))
        return code

    return _do(code, done, perform, as_json=as_json)


def _do(card: str, done: str, deed: Callable[[Ledger, datetime], str | Refused], *, as_json: bool) -> int:
    """Do something to a person and say how it went; a card that is not as it must be is a refusal."""
    why = ""
    with open_ledger(settings.load()) as ledger:
        try:
            outcome = deed(ledger, clock.SystemClock().now())
        except LookupError as nobody:
            if type(nobody) is not LookupError:  # a KeyError is a mistake of ours, not an answer
                raise
            outcome, why = Refused(item=card, reasons=(Reason.CARD_UNKNOWN,)), masked(str(nobody))
    refused = isinstance(outcome, Refused)
    code, reasons = (card, outcome.reasons) if isinstance(outcome, Refused) else (outcome, ())
    if as_json:
        told = {"card": code, "outcome": "refused" if refused else done}
        saying.document(told | {"reasons": [reason.value for reason in reasons]})
    else:
        saying.line(
            f"no: {why or ', '.join(REASONS[one] for one in reasons)}" if refused else f"{code}  {done}"
        )
    return int(refused)


@click.command
@click.option("--card", help="Only this card.")
@click.option("--blocked/--unblocked", default=None, help="Only cards that cannot borrow now, or that can.")
@click.option(
    "--standing",
    type=click.Choice(["starter", "confirmed", "unassigned"]),
    help="Only borrowers who stand so, or cards that are nobody's.",
)
@click.option("--contact", is_flag=True, help="Names and telephone numbers, too. That you asked is logged.")
@as_json
def borrowers(
    card: str | None, blocked: bool | None, standing: str | None, contact: bool, as_json: bool
) -> None:
    """List the cards: whether each can borrow, and how many things are out on it."""
    now, who = clock.SystemClock().now(), at_shell()
    code = card_of(card) if card is not None else None

    def look(conn: Connection, station: Station) -> list[Listed]:
        listed = [
            one
            for one in persons.listing(conn, station, now=now, contact_for=who if contact else None)
            if code in (None, one.card)
            and blocked in (None, one.blocked)
            and standing in (None, one.standing)
        ]
        theirs = [one.card for one in listed if one.standing != "unassigned"]
        if contact and theirs:
            persons.log_look_up(conn, by=who, why="depot borrowers --contact", now=now, cards=theirs)
        return listed

    with open_ledger(settings.load()) as ledger:
        if contact:
            listed = ledger.perform(look)
        else:
            with ledger.reading() as conn:
                listed = look(conn, ledger.station)
    columns = ["card", "blocked", "standing", "open_loans", *(["name", "phone"] if contact else [])]
    rows = ({name: value for name, value in asdict(one).items() if name in columns} for one in listed)
    saying.listing(columns, rows, as_json=as_json)


def asked_pin(*, from_stdin: bool) -> str:
    """Ask for a PIN where nobody sees it: never as an argument, which every process list shows."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("the PIN is asked for on a terminal; from a script use --pin-stdin")
    return str(click.prompt("PIN", hide_input=True, confirmation_prompt=True))
