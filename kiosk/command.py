"""The verb `depot kiosk`. Textual is imported only when it runs."""

from __future__ import annotations

import gc
import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from platformdirs import user_cache_path, user_state_path

if TYPE_CHECKING:
    from depot.settings import Settings


@click.command()
@click.option("--locked", is_flag=True, help="As installed: no key or code leads out of it but a badge's.")
@click.option("--practice", is_flag=True, help="On a copy of the ledger that is thrown away afterwards.")
def kiosk(*, locked: bool, practice: bool) -> None:
    """Open the citizen's screen in this terminal."""
    gc.disable()  # imports make no garbage, and looking for it in them takes a fifth of the start
    from depot import clock
    from depot.ledger import open_ledger
    from depot.settings import load
    from kiosk.app import Kiosk
    from kiosk.practice import codes_to_try
    from kiosk.terminal.console import STAFF, run_app

    with _chosen(load(), practice=practice) as settings, open_ledger(settings) as ledger:
        ledger.claim()
        footer = () if locked else _footer(codes_to_try(ledger))
        _say_before(footer)
        app = Kiosk(
            ledger,
            settings,
            clock.SystemClock(),
            sounds_folder=user_cache_path("depot") / "sounds",
            may_quit=not locked,
            practice=practice,
            footer=footer,
        )
        gc.freeze()
        gc.enable()
        status = run_app(app, log=_log_file())
    if status == STAFF and not locked:
        click.echo(
            "A badge ended the kiosk. On an installed station the desk comes next; see docs/station.md."
        )
    sys.exit(status)


@contextmanager
def _chosen(settings: Settings, *, practice: bool) -> Iterator[Settings]:
    """The settings as they are, or for a practice those of a copy that lasts as long."""
    if not practice:
        yield settings
        return
    from depot import clock
    from kiosk.practice import on_a_copy

    with on_a_copy(settings, now=clock.SystemClock().now()) as copied:
        yield copied


_LONGEST_LOG = 5 * 1024 * 1024


def _log_file() -> Path:
    """Name the file for what libraries print; at 5 MB it becomes the older one of two.

    Our own lines, one for each scan, go where the command's go: to depot.log, which masks cards and numbers.
    """
    for room in ("depot", "kiosk"):
        logging.getLogger(room).setLevel(logging.INFO)
    log = user_state_path("depot") / "kiosk.log"
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    return log


def _footer(practice: tuple[str, ...]) -> tuple[str, ...]:
    return (*practice, "Ctrl-Q avslutter / quits")


def _say_before(footer: tuple[str, ...]) -> None:
    """On a terminal too small to hold them under the page, print the lines before it opens."""
    from kiosk.screens.view import SMALLEST

    size = shutil.get_terminal_size()
    if size.lines < SMALLEST[1] + len(footer) or size.columns < SMALLEST[0]:
        for line in footer:
            click.echo(line)
