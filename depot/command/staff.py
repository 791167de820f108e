"""`depot staff`: the people who work here, their badges and what they are.

A badge's code is said in full only to whoever asks this command, for printing it; no screen shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click
from sqlalchemy import Connection

from depot import clock, settings
from depot.codes import BadgeCode, Kind, parse_typed
from depot.command import saying
from depot.command.given import Words
from depot.command.people import asked_pin, at_shell
from depot.command.saying import as_json
from depot.ledger import open_ledger
from depot.roles import Role

if TYPE_CHECKING:
    from depot.badges import Member

_ROLE = click.Choice([str(one) for one in Role])
_PIN_STDIN = click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input, for scripts.")


@click.group
def staff() -> None:
    """Storekeepers and their badges. WHO is a badge's code, its eight digits, or a pseudonym."""


@staff.command
@click.argument("name", type=Words(100))
@click.option("--role", type=_ROLE, default=Role.STOREKEEPER.value, show_default=True, help="What they are.")
@_PIN_STDIN
@as_json
def add(name: str, role: str, pin_stdin: bool, as_json: bool) -> int:
    """Register a member of staff. Asks for a PIN, and says the badge's code."""
    from depot import badges  # Argon2 takes a tenth of a second, and only staff need it

    pin = _chosen_pin(from_stdin=pin_stdin)
    with open_ledger(settings.load()) as ledger:
        now = clock.SystemClock().now()
        who, badge = ledger.perform(
            lambda conn, _: badges.add(conn, name=name, pin=pin, role=role, now=now, by=at_shell())
        )
    if as_json:
        saying.document({"staff": who, "badge": badge})
    else:
        saying.line(f"{badge}  {name}'s badge")
    return 0


@staff.command("list")
@click.option("--all", "everybody", is_flag=True, help="Those who have left, too.")
@as_json
def list_staff(everybody: bool, as_json: bool) -> None:
    """List who works here, with their badges."""
    from depot import badges

    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [one for one in badges.members(conn) if everybody or one.ended_at is None]
    columns = ["name", "role", "badge", "staff", "ended_at"]
    told = (
        {
            "name": one.name,
            "role": one.role,
            "badge": one.badge,
            "staff": one.id,
            "ended_at": clock.iso(one.ended_at) if one.ended_at is not None else None,
        }
        for one in rows
    )
    saying.listing(columns, told, as_json=as_json)


@staff.command
@click.argument("who")
@as_json
def end(who: str, as_json: bool) -> int:
    """Note that somebody has left. Their badge opens nothing from this moment."""
    from depot import badges

    return _do(who, "ended", badges.end, as_json=as_json)


@staff.command
@click.argument("who")
@_PIN_STDIN
@as_json
def pin(who: str, pin_stdin: bool, as_json: bool) -> int:
    """Give somebody another PIN. Asks for it; wrong tries with the old one are forgotten."""
    from depot import badges

    chosen = _chosen_pin(from_stdin=pin_stdin)

    def deed(conn: Connection, member: str, *, now: datetime, by: str) -> None:
        badges.set_pin(conn, member, chosen, now=now, by=by)

    return _do(who, "pin_set", deed, as_json=as_json)


@staff.command
@click.argument("who")
@click.argument("role", type=_ROLE)
@as_json
def role(who: str, role: str, as_json: bool) -> int:
    """Make somebody a storekeeper, staff or a manager; it counts from the next time they sign in."""
    from depot import badges

    def deed(conn: Connection, member: str, *, now: datetime, by: str) -> None:
        badges.set_role(conn, member, Role(role), now=now, by=by)

    return _do(who, "role_set", deed, as_json=as_json)


@staff.command
@click.argument("who")
@as_json
def badge(who: str, as_json: bool) -> int:
    """Give somebody a new badge for a lost one, which opens nothing from this moment. Says its code."""
    from depot import badges

    return _do(who, "renewed", badges.renew, as_json=as_json)


def _do(who: str, done: str, deed: Callable[..., str | None], *, as_json: bool) -> int:
    """Do something to somebody who is here; say how it went, and their badge as it is then."""
    from depot import badges

    scan = parse_typed(who, expect=Kind.BADGE)
    said = scan.code if isinstance(scan, BadgeCode) else who
    now = clock.SystemClock().now()

    def perform(conn: Connection) -> Member | None:
        found = badges.find(conn, said)
        if found is None or found.ended_at is not None:
            return None
        deed(conn, found.id, now=now, by=at_shell())
        return badges.find(conn, found.id)

    with open_ledger(settings.load()) as ledger:
        member = ledger.perform(lambda conn, _: perform(conn))
    if as_json:
        outcome = "refused" if member is None else done
        known = (
            {"staff": None, "badge": None} if member is None else {"staff": member.id, "badge": member.badge}
        )
        saying.document({**known, "outcome": outcome})
    elif member is None:
        saying.line("no: nobody who is here has that badge or pseudonym; see: depot staff list")
    else:
        saying.line(f"{member.badge}  {member.name}: {done.replace('_', ' ')}")
    return int(member is None)


def _chosen_pin(*, from_stdin: bool) -> str:
    from depot import badges

    chosen = asked_pin(from_stdin=from_stdin)
    if not badges.is_a_pin(chosen):
        raise click.UsageError(f"wanted a PIN of {badges.SHORTEST_PIN} to {badges.LONGEST_PIN} digits")
    return chosen
