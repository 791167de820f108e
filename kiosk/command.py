"""The verb `depot kiosk`. Textual is imported only when it runs."""

from __future__ import annotations

import gc
import logging
import shutil
import sys
from pathlib import Path

import click
from platformdirs import user_cache_path, user_state_path


@click.command()
def kiosk() -> None:
    """Open the citizen's screen in this terminal."""
    gc.disable()  # imports make no garbage, and looking for it in them takes a fifth of the start
    from depot import clock
    from depot.ledger import open_ledger
    from depot.settings import load
    from kiosk.app import Kiosk
    from kiosk.practice import codes_to_try
    from kiosk.terminal.console import run_app

    settings = load()
    with open_ledger(settings) as ledger:
        ledger.claim()
        footer = _footer(codes_to_try(ledger))
        _say_before(footer)
        app = Kiosk(
            ledger,
            settings,
            clock.SystemClock(),
            sounds_folder=user_cache_path("depot") / "sounds",
            may_quit=True,
            footer=footer,
        )
        gc.freeze()
        gc.enable()
        status = run_app(app, log=_log_file())
    sys.exit(status)


_LONGEST_LOG = 5 * 1024 * 1024


def _log_file() -> Path:
    """Name the log, where one line a scan goes; at 5 MB it becomes the older one of two."""
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
