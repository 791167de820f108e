"""The verb `depot read`. What reads is imported only when it runs."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from labels.reading.values import Code

_STDIN = "-"


@click.command
@click.argument("paths", metavar="IMAGE...", nargs=-1, required=True)
@click.option(
    "--json", is_flag=True, expose_value=False, help="Change nothing: this verb always prints JSON."
)
@click.pass_context
def read(ctx: click.Context, paths: tuple[str, ...]) -> None:
    """Find the codes in pictures. Prints a line of JSON for each, when it is read; - is standard input.

    The exit status is 1 if one of them could not be opened as a picture, not if there is no code in one.
    """
    opened = [_say(path) for path in paths]
    ctx.exit(0 if all(opened) else 1)


def _say(path: str) -> bool:
    """Read one picture and print its line; tell whether it was one."""
    from labels.reading import files

    begun = time.perf_counter()
    if path == _STDIN:
        reading = files.read_bytes(sys.stdin.buffer.read(files.MOST_BYTES + 1))
    else:
        reading = files.read_file(Path(path))
    said: dict[str, object] = {"path": path, "codes": [_as_json(code) for code in reading.codes]}
    said["ms"] = round((time.perf_counter() - begun) * 1000, 1)
    if reading.flaw is not None:
        said["error"] = reading.flaw
    # ASCII only, so that nothing in a code steers a terminal; of ASCII json lets one control character through.
    click.echo(json.dumps(said).replace("\x7f", "\\u007f"))
    sys.stdout.flush()
    return reading.flaw is None


def _as_json(code: Code) -> dict[str, object]:
    first: dict[str, object] = {"text": code.text, "symbology": code.symbology, "kind": code.kind}
    return first | {"aim": code.aim, "corners": code.corners, "by": code.by}
