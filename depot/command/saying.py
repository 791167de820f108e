"""How a verb says what it has to say: a table for people, or one JSON document for machines."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import click

_Verb = TypeVar("_Verb", bound=Callable[..., Any])

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def as_json(verb: _Verb) -> _Verb:
    """Give a verb the option `--json`, as its argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(verb)


def printable(value: object) -> str:
    """Write a value for a terminal: what could steer one, or turn the line around, becomes U+FFFD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(printable(one) for one in value)
    return "".join("\ufffd" if unicodedata.category(one) in _UNSEEN else one for one in str(value))


def line(text: str) -> None:
    """Say one line to a person."""
    click.echo(printable(text))


def number(n: int, what: str) -> str:
    """Say how many there are of something whose plural ends in s."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def document(value: object) -> None:
    """Say one whole JSON document. ASCII only, so that no locale and no terminal can misread it."""
    click.echo(json.dumps(value, indent=1))


def listing(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Say a list: as JSON a row a line, whole rows; as a table these columns, aligned."""
    if as_json:
        with Document() as told:
            for row in rows:
                told.add(row)
        return
    cells = [[name.upper().replace("_", " ") for name in columns]]
    cells += [[printable(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line_of_cells in cells:
        padded = (cell.ljust(width) for cell, width in zip(line_of_cells, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


class Document(AbstractContextManager["Document"]):
    """A JSON list that is said one element a line, each when it is known; closed whatever happens."""

    def __init__(self, *, at_once: bool = False) -> None:
        self._before, self._at_once = "[\n", at_once

    def add(self, value: object) -> None:
        """Say one more element; `at_once` it leaves this process before anything else is done."""
        sys.stdout.write(self._before + json.dumps(value))
        self._before = ",\n"
        if self._at_once:
            sys.stdout.flush()

    def __exit__(self, *_: object) -> None:
        sys.stdout.write("[]\n" if self._before == "[\n" else "\n]\n")
