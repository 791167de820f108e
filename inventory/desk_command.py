"""The verbs `depot desk` and `depot desk serve`. Textual and the web server are imported only when they run."""

from __future__ import annotations

import gc
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from depot.settings import LANGUAGES

if TYPE_CHECKING:
    from depot.clock import Clock
    from depot.settings import Settings
    from inventory.desk.acting import Acting

LONGEST_IDLE_AT_A_STATION = 240
"""Seconds without a key after which a station's desk has ended, whatever is set: citizens want their screen back,
and `scripts/station` ends a desk that has hung a minute later."""
_LONGEST_LOG = 5 * 1024 * 1024
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the screen; else that of the settings."
)


@click.group(invoke_without_command=True)
@click.option("--station", is_flag=True, help="On the kiosk's own screen: signing out ends it.")
@_LANGUAGE
@click.pass_context
def desk(context: click.Context, *, station: bool, language: str | None) -> int | None:
    """Open the storekeeper's desk in this terminal; `serve` opens it for browsers."""
    if context.invoked_subcommand is not None:
        if station or language is not None:
            raise click.UsageError("--station and --language belong to the desk in this terminal")
        return None
    gc.disable()  # imports make no garbage, and looking for it in them takes a fifth of the start
    from depot import clock
    from depot.settings import load

    return run(load(), clock.SystemClock(), station=station, language=language)


@desk.command
@click.option("--host", help="Which of this machine's addresses to listen at; else `desk.serve_host`.")
@click.option("--port", type=click.IntRange(1, 65535), help="On which port; else `desk.serve_port`.")
@click.option("--url", help="The address that people type, where it is another one; else `desk.serve_url`.")
@_LANGUAGE
def serve(host: str | None, port: int | None, url: str | None, language: str | None) -> int:
    """Open the desk for browsers, behind a login with badge and PIN, until this is interrupted."""
    from depot import clock
    from depot.settings import load
    from inventory import serving

    settings = load()
    try:
        address = serving.where(settings.desk, host=host, port=port, url=url)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    if not address.is_secret and not serving.is_this_machine(address.host):
        click.echo(f"depot: whoever is on the way to {address.url} can read badges, PINs and names", err=True)
    click.echo(f"The desk is at {address.url}; Ctrl-C ends it.")
    tell_more()
    try:
        serving.serve(settings, clock.SystemClock(), address, language=language or settings.desk.language)
    except OSError as failed:
        raise click.ClickException(f"{address.host} port {address.port}: {failed.strerror}") from failed
    return 0


def run(settings: Settings, clock: Clock, *, station: bool, language: str | None) -> int:
    """Open the desk in this process's terminal until it ends.

    Args:
        station: whether it shares its screen with a kiosk, whose word for who showed a badge it takes.
        language: of the screen; None for that of the settings.

    Returns:
        The exit status, as `console.run_app` has it.
    """
    from depot.ledger import open_ledger
    from inventory.desk import acting
    from inventory.desk.app import DeskApp
    from kiosk.terminal.console import run_app

    tell_more()
    with open_ledger(settings) as ledger:
        who: Acting | None = None
        idle = settings.desk.idle_seconds
        if station:
            idle = min(idle, LONGEST_IDLE_AT_A_STATION)
            now = clock.now()
            who = ledger.perform(lambda conn, here: acting.take_over(conn, here, now=now))
        app = DeskApp(
            ledger,
            settings,
            clock,
            sounds_folder=sounds_folder(),
            language=language or settings.desk.language,
            idle_seconds=idle,
            station=station,
            may_quit=not station,
            acting=who,
        )
        gc.freeze()
        gc.enable()
        return run_app(app, log=log_file(), mouse=True)


def sounds_folder() -> Path:
    """Name the folder where the sound files are kept, the same as the kiosk's."""
    from platformdirs import user_cache_path

    return user_cache_path("depot") / "sounds"


def log_file() -> Path:
    """Name the file for what libraries print; at 5 MB it becomes the older one of two."""
    from platformdirs import user_state_path

    log = user_state_path("depot") / "desk.log"
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    return log


def tell_more() -> None:
    """Have a line logged for each scan and each signing in: in depot.log, which masks cards and numbers."""
    for room in ("depot", "inventory", "kiosk"):
        logging.getLogger(room).setLevel(logging.INFO)
