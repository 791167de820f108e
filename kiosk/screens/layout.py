"""A page laid out in rows of cells: title, rule, body, rule, keys.

Designed for 56 x 16, which is what EN 301 549 5.1.4 leaves of a 15.6 inch screen at 60 cm. The gaps between
blocks give way first, from the bottom up; the tests see to it that no text has to. On a larger terminal the
page keeps to 80 x 24 in the middle: longer lines and wider gaps are harder to read, not easier.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from kiosk.sentences import Block, Choice, Name, Page, Para, Typed
from kiosk.terminal.safe import shown
from kiosk.terminal.theme import RULE

WIDEST, TALLEST = 80, 24
_MARGIN = 3
_FRAME = 4
"""Rows that are not body: title, two rules, keys."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells. `strong` is drawn yellow and bold."""

    text: str
    strong: bool = False


def lay_out(page: Page, columns: int, rows: int, *, help_word: str) -> tuple[Row, ...]:
    """Lay a page out.

    Args:
        page: the words.
        columns, rows: the cells that there are; 20 x 8 at least.
        help_word: what the plus key is called.

    Returns:
        Exactly `rows` rows, none wider than `columns`.
    """
    width, height = min(columns, WIDEST), min(rows, TALLEST)
    left, top = (columns - width) // 2, (rows - height) // 2
    body = _body(page, width, height - _FRAME)
    keys = _ends(f" {_key('Enter', page.yes):<16} {_key('-', page.no)}", f"+ {help_word} ", width)
    rule = Row(" " + RULE * (width - 2))
    page_rows = (
        Row(_ends(" " + page.title, page.count + " ", width), strong=True),
        rule,
        *body,
        rule,
        Row(keys),
    )
    blank = Row("")
    shifted = tuple(Row((" " * left + row.text).rstrip()[:columns], row.strong) for row in page_rows)
    return ((blank,) * top + shifted + (blank,) * rows)[:rows]


def _key(name: str, does: str) -> str:
    return f"{name} {does}" if does else ""


def _ends(left: str, right: str, width: int) -> str:
    left, right = shown(left), shown(right)
    return left + " " * max(1, width - len(left) - len(right)) + right


def _body(page: Page, width: int, height: int) -> tuple[Row, ...]:
    room = height - (1 if page.hint else 0)
    groups = [_rows_of(block, width) for block in page.blocks]
    gaps = [False] + [
        _gap_before(before, block) for before, block in zip(page.blocks, page.blocks[1:], strict=False)
    ]
    needed = sum(len(group) for group in groups)
    spare = room - needed
    for at in [at for at, gap in enumerate(gaps) if gap][max(0, spare) :]:
        gaps[at] = False
    rows: list[Row] = []
    if needed + sum(gaps) < room and page.blocks:
        rows.append(Row(""))
    for gap, group in zip(gaps, groups, strict=True):
        rows.extend([Row("")] if gap else [])
        rows.extend(group)
    rows = rows[:room] + [Row("")] * (room - len(rows))
    if page.hint:
        rows.append(Row(" " * _MARGIN + shown(page.hint), strong=True))
    return tuple(rows)


def _gap_before(before: Block, block: Block) -> bool:
    if isinstance(block, Para) and block.close:
        return False
    return not (isinstance(before, Choice) and isinstance(block, Choice))


def _rows_of(block: Block, width: int) -> list[Row]:
    room = width - 2 * _MARGIN
    indent = " " * _MARGIN
    match block:
        case Name(text=text):
            return [Row(indent + line, strong=True) for line in _wrapped(text, room)]
        case Typed(text=text):
            return [Row(indent + text, strong=True)]
        case Choice(key=key, text=text):
            lines = _wrapped(text, room - 7)
            return [Row(f"{indent}{key if at == 0 else '':<7}{line}") for at, line in enumerate(lines)]
        case Para(text=text, strong=strong):
            return [Row(indent + line, strong) for line in _wrapped(text, room)]


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(shown(text), room, break_long_words=True, break_on_hyphens=False) or [""]


def overflow(page: Page, columns: int, rows: int) -> int:
    """Say by how many rows or cells a page does not fit; 0 when everything is to be seen.

    For the tests, which ask it for every screen, line and language.
    """
    width, height = min(columns, WIDEST), min(rows, TALLEST)
    room = height - _FRAME - (1 if page.hint else 0)
    body = sum(len(_rows_of(block, width)) for block in page.blocks)
    title = len(page.title) + len(page.count) + 3
    keys = len(f" {_key('Enter', page.yes):<16} {_key('-', page.no)}") + 16
    hint = _MARGIN + len(page.hint)
    return max(0, body - room) + sum(max(0, used - width) for used in (title, keys, hint))
