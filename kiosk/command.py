"""The verb `depot kiosk`. Textual is imported only when it runs."""

from __future__ import annotations

import shutil
import sys

import click
from platformdirs import user_cache_path, user_state_path


@click.command()
def kiosk() -> None:
    """Open the citizen's screen in this terminal."""
    from depot import clock
    from depot.ledger import open_ledger
    from depot.settings import load
    from kiosk.app import Kiosk
    from kiosk.terminal.console import run_app

    settings = load()
    with open_ledger(settings) as ledger:
        ledger.claim()
        footer = _footer(())
        _say_before(footer)
        app = Kiosk(
            ledger,
            settings,
            clock.SystemClock(),
            sounds_folder=user_cache_path("depot") / "sounds",
            may_quit=True,
            footer=footer,
        )
        status = run_app(app, log=user_state_path("depot") / "kiosk.log")
    sys.exit(status)


def _footer(practice: tuple[str, ...]) -> tuple[str, ...]:
    return (*practice, "Ctrl-Q avslutter / quits")


def _say_before(footer: tuple[str, ...]) -> None:
    """On a terminal too small to hold them under the page, print the lines before it opens."""
    from kiosk.screens.view import SMALLEST

    size = shutil.get_terminal_size()
    if size.lines < SMALLEST[1] + len(footer) or size.columns < SMALLEST[0]:
        for line in footer:
            click.echo(line)
