"""The command `depot`: one front door for people at a shell and for scripts.

A verb's module is imported when the verb is used and not before, and the other rooms' verbs (entry points
of the group `depot.verbs`) are looked up only for a name that is not in the table below: `depot lend` has
half a second from the shell's prompt to the outcome, and on this path nobody needs a screen or a migration.

Exit statuses: 0 done, 1 refused or failed, 2 bad usage or bad settings. What went wrong is one line on
standard error, never a traceback; that goes to the log (see `logs`), without anybody's card in it.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

import click

import depot
from depot.command import logs
from depot.errors import DepotError, SettingsError

_VERBS = {
    "init": "operations",
    "lend": "loans",
    "return": "loans",
    "renew": "renewing",
    "kept": "renewing",
    "late-entry": "late",
    "paper": "paper",
    "hold": "waiting",
    "unhold": "waiting",
    "holds": "waiting",
    "rings": "waiting",
    "rung": "waiting",
    "find": "looking",
    "items": "looking",
    "loans": "looking",
    "products": "looking",
    "borrowers": "people",
    "events": "looking",
    "product": "stock",
    "item": "stock",
    "shelf": "stock",
    "quantity": "parts",
    "part": "parts",
    "done": "stock",
    "borrower": "people",
    "forget": "people",
    "staff": "staff",
    "close": "calendar",
    "open": "calendar",
    "reopen": "calendar",
    "closed": "calendar",
    "check": "operations",
    "rebuild": "operations",
    "backup": "operations",
    "restore": "operations",
}
"""Each verb and its module, which holds a command of that name (`return_`, because Python has the word)."""

_DONE, _FAILED, _BAD_USAGE = 0, 1, 2
_INTERRUPTED = 128 + 2  # what a shell says of SIGINT


class Front(click.Group):
    """The front door: finds a verb in the table, or else among those that other rooms have hung on it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name every verb, ours first; for the help, which is the only one to ask for all."""
        from importlib.metadata import entry_points

        others = {one.name for one in entry_points(group="depot.verbs")}
        return [*_VERBS, *sorted(others - set(_VERBS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a verb; None where nobody has it. (`ctx` is click's; nothing depends on it.)"""
        if cmd_name in _VERBS:
            module = import_module(f"depot.command.{_VERBS[cmd_name]}")
            name = cmd_name.replace("-", "_")
            verb = getattr(module, name, None) or getattr(module, f"{name}_")
        else:
            verb = _hung_on(cmd_name)
        if not gc.isenabled():  # see `main`
            gc.freeze()
            gc.enable()
        return verb if isinstance(verb, click.Command) else None


_LAST_STANDARD_STREAM = 2


def _hung_on(name: str) -> object:
    from importlib.metadata import entry_points

    return next((one.load() for one in entry_points(group="depot.verbs", name=name)), None)


@click.group(cls=Front, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(depot.__version__, prog_name="depot", message="%(prog)s %(version)s")
def front() -> None:
    """Lend mobility and assistive aids, and keep a ledger of it.

    Settings come from depot.toml and from DEPOT_* variables; see docs/settings.md.
    """


def run(args: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        args: what stands behind `depot`; the process's own arguments by default.

    Returns:
        The exit status. Everything that went wrong has been said on standard error.
    """
    with logs.kept():
        try:
            status = front.main(args, prog_name="depot", standalone_mode=False)
            sys.stdout.flush()  # that nobody reads any longer shows here, and not when the interpreter ends
        except click.ClickException as wrong:
            wrong.show()
            return wrong.exit_code
        except click.Abort:
            return _INTERRUPTED
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered has nowhere to go
            return _FAILED
        except Exception as failed:  # noqa: BLE001 - a person at a shell gets a sentence, the log gets the rest
            return _failed(failed)
    return status if isinstance(status, int) else _DONE


def _failed(failed: Exception) -> int:
    broken = failed if isinstance(failed, DepotError) else _of_the_file(failed)
    if isinstance(broken, SettingsError):
        return _say(broken, _BAD_USAGE)
    if broken is not None:
        return _say(broken)
    if isinstance(failed, OSError) and failed.filename is not None:
        return _say(f"{failed.filename}: {failed.strerror}")
    return _say(logs.unexpected(failed))


def _of_the_file(failed: Exception) -> DepotError | None:
    """Say what an error of the database means, if it is one that the deeds' own door has not met."""
    orig = getattr(failed, "orig", failed)
    if not isinstance(orig, sqlite3.Error):
        return None
    from depot import settings
    from depot.sqlite import meaning_of

    logs.unexpected(failed)
    return meaning_of(orig, settings.load().ledger_file)


def _say(what: object, status: int = _FAILED) -> int:
    click.echo(f"depot: {logs.masked(str(what))}", err=True)
    return status


def _open_what_is_closed() -> None:
    """Have every standard stream lead somewhere: a ledger's file must not be what a library takes for its output."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD_STREAM:
        pass
    os.close(fd)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8")  # noqa: SIM115 - the same


def main() -> NoReturn:
    """Run this process's command line and end the process.

    The garbage collector rests while the verb's modules are imported and leaves them alone afterwards:
    with it, two of `depot lend`'s five tenths of a second went to looking through modules for garbage.
    """
    gc.disable()
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an ø is no reason to fail in an odd locale
    sys.exit(run())
