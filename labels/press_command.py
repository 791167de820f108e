"""The verb `depot press`: the service that prints the queue, and what staff ask of the queue."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import click

from depot import clock, presses, settings
from depot.command import saying
from depot.command.given import item_of
from depot.command.saying import as_json
from depot.ledger import open_ledger
from depot.outcomes import Reason
from depot.settings import Printer, Settings


@click.group(invoke_without_command=True)
@click.pass_context
def press(ctx: click.Context) -> None:
    """Print the label queue, until ended: a service. Or, with a verb, look at the queue and change it."""
    if ctx.invoked_subcommand is None:
        ctx.exit(_serve())


def _serve() -> int:
    from labels.press import PressRoom

    chosen = _with_printers()
    _speak()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with open_ledger(chosen) as ledger:
        room = PressRoom(ledger, chosen, clock.SystemClock())
        click.echo(f"press: {', '.join(one.name for one in chosen.printers)}; ends with Ctrl-C or SIGTERM")
        sys.stdout.flush()
        room.run(ended)
    return 0


def _speak() -> None:
    """Say on standard error, too, what goes into the log: a service manager keeps it."""
    heard = logging.StreamHandler()
    heard.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    room = logging.getLogger("labels")
    room.setLevel(logging.INFO)
    room.addHandler(heard)


def _with_printers() -> Settings:
    chosen = settings.load()
    if not chosen.printers:
        raise click.UsageError("the settings name no [[printer]]; see docs/printers.md")
    return chosen


@press.command()
@click.option(
    "--patience",
    type=click.FloatRange(0, 3600),
    default=60,
    show_default=True,
    help="How many seconds to wait for each printer; what it has by then stays with it.",
)
@as_json
def once(patience: float, as_json: bool) -> int:
    """Try every job that waits once, then end: 0 when nothing is left, 1 when something is."""
    from labels.press import PressRoom

    chosen = _with_printers()
    with open_ledger(chosen) as ledger:
        room = PressRoom(ledger, chosen, clock.SystemClock())
        try:
            left = room.drain(patience)
        finally:
            room.close()
    if as_json:
        saying.document({"left": left})
    else:
        saying.line(f"{saying.number(left, 'job')} left")
    return int(left > 0)


@press.command()
@click.option("--all", "everything", is_flag=True, help="Also what has ended, of the last 30 days.")
@as_json
def status(everything: bool, as_json: bool) -> None:
    """Say whether a press is running, how its printers are, and what waits and why."""
    from labels import queue

    chosen, now = settings.load(), clock.SystemClock().now()
    states: tuple[str, ...] = (*queue.OPEN, queue.UNSURE)
    if everything:
        states = (*states, queue.PRINTED, queue.LAPSED, queue.CANCELLED)
    running = list(presses.alive(chosen.ledger_file))
    with open_ledger(chosen) as ledger, ledger.reading() as conn:
        jobs = [_job(one, chosen, now) for one in queue.read(conn, states=states)]
    printers = [_printer(one, running, chosen) for one in chosen.printers]
    if as_json:
        presses_now = [{"pid": one.pid, "printers": sorted(one.printers)} for one in running]
        saying.document({"presses": presses_now, "printers": printers, "jobs": jobs})
        return
    saying.line(_how_many_run(len(running)))
    if printers:
        saying.listing(("printer", "where", "medium", "is", "waiting"), printers, as_json=False)
    if jobs:
        saying.line("")
        saying.listing(("job", "design", "state", "printer", "why", "tries", "minutes"), jobs, as_json=False)


def _how_many_run(number: int) -> str:
    if number == 0:
        return "no press is running; start one with: depot press"
    return "a press is running" if number == 1 else f"{number} presses are running"


def _job(job: Any, chosen: Settings, now: datetime) -> dict[str, Any]:
    from labels.printers import Why

    printer = job.request.printer or chosen.station.printer
    known = chosen.printer(printer) is not None
    return {
        "job": job.key,
        "design": job.request.design,
        "state": job.state,
        "printer": printer,
        "why": job.why if known else str(Why.NO_SUCH_PRINTER),
        "said": job.said,
        "tries": job.tries,
        "minutes": max(0, (clock.millis(now) - job.made_at) // 60_000),
    }


def _printer(said: Printer, running: list[presses.PressNow], chosen: Settings) -> dict[str, Any]:
    parts = urlsplit(said.uri)
    at = (
        parts.path
        if parts.scheme == "folder"
        else f"{parts.hostname}{f':{parts.port}' if parts.port else ''}"
    )
    now = next((one.printers[said.name] for one in running if said.name in one.printers), None)
    return {
        "printer": said.name,
        "where": f"{parts.scheme}://{at}",
        "medium": said.medium,
        "is": "not asked" if now is None else (now.why or "ready"),
        "waiting": now.waiting if now else None,
        "loan_labels": said.name == chosen.station.printer,
    }


@press.command()
@click.argument("what")
@as_json
def again(what: str, as_json: bool) -> int:
    """Print once more what has ended: a job by its key, or the newest job for a thing by its code."""
    from labels import queue

    now = clock.SystemClock().now()
    item = item_of(what)
    with open_ledger(settings.load()) as ledger:
        key: str | None = what
        if not isinstance(item, Reason):
            with ledger.reading() as conn:
                key = queue.newest_of(conn, item)
        new = ledger.perform(lambda conn, _: queue.again(conn, key or "", now=now))
    return _told("queued", new, "nothing has ended under that", as_json=as_json)


@press.command()
@click.argument("job")
@as_json
def cancel(job: str, as_json: bool) -> int:
    """Take a job back that waits, or that a dead press had in its hands."""
    from labels import queue

    chosen, now = settings.load(), clock.SystemClock().now()
    with open_ledger(chosen) as ledger:
        with ledger.reading() as conn:
            holder = queue.holder_of(conn, job)
        dead = holder is not None and not presses.is_alive(chosen.ledger_file, holder)
        done = ledger.perform(
            lambda conn, _: queue.cancel(conn, job, now=now, out_of=holder if dead else None)
        )
    return _told("cancelled", job if done else None, "no job waits under that", as_json=as_json)


def _told(done: str, key: str | None, otherwise: str, *, as_json: bool) -> int:
    if as_json:
        saying.document({"outcome": done if key else "refused", "job": key})
    else:
        saying.line(f"{done}  {key}" if key else f"no: {otherwise}")
    return int(key is None)
