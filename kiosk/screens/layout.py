"""A page laid out in rows of cells: title, rule, body, rule, keys.

Designed for 56 x 16, which is what EN 301 549 5.1.4 leaves of a 15.6 inch screen at 60 cm. The gaps between
blocks give way first, from the bottom up; the tests see to it that nothing else has to in the languages that
come along. In a language with longer words, or on a smaller terminal, the margins give way next and then the
rules, before a word is cut. On a larger terminal the page keeps to 80 x 24 in the middle: longer lines and
wider gaps are harder to read, not easier.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from kiosk.sentences import Block, Choice, Name, Page, Para, Typed
from kiosk.terminal.safe import shown
from kiosk.terminal.theme import RULE

WIDEST, TALLEST = 80, 24
_TIGHTNESS = ((3, True), (1, True), (1, False))
"""Margin in cells, and whether there are rules: as designed, then tighter and tighter."""
_BOUND = re.compile(
    r"(?<=\d) (?=\w)|(?<=\d\.) (?=[a-zæøå])|(?<=[a-z]) (?=20\d\d\b)|(?<=\w) (?=[A-Z]\d{1,2}\b)"
)
"""Spaces at which no row ends: "27. november 2026", "8 things", "shelf B12"."""
_BOND = "\ue000"
"""Stands for one of them while a text is broken into rows; of Unicode's private use, so in no text."""
_KEY_COLUMN = 7
"""Cells for a choice's key, before what it does."""
_KEY_WIDTH = 16
"""Cells for Enter and what it does, so that minus stands in the same place on every screen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells. `strong` is drawn yellow and bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """A page's rows before there are gaps between them."""

    head: list[Row]
    groups: list[list[Row]]
    hint: list[Row]
    foot: list[Row]

    def room(self, height: int) -> int:
        """How many rows there are for the groups."""
        return height - len(self.head) - len(self.hint) - len(self.foot)

    def lacking(self, height: int) -> int:
        """How many rows too few there are for the groups."""
        return max(0, sum(map(len, self.groups)) - self.room(height))


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
    parts = _fitting(page, width, height, help_word)
    page_rows = (*parts.head, *_spread(page, parts, height), *parts.hint, *parts.foot)
    blank = Row("")
    placed = tuple(Row((" " * left + row.text).rstrip()[:columns], row.strong) for row in page_rows)
    return ((blank,) * top + placed + (blank,) * rows)[:rows]


def _fitting(page: Page, width: int, height: int, help_word: str) -> _Parts:
    """Make the parts as loose as they fit; when they never do, as tight as can be."""
    for margin, ruled in _TIGHTNESS:
        parts = _parts(page, width, margin, help_word, ruled=ruled)
        if not parts.lacking(height):
            break
    return parts


def _parts(page: Page, width: int, margin: int, help_word: str, *, ruled: bool) -> _Parts:
    indent, room = " " * margin, width - 2 * margin
    rule = [Row(" " + RULE * (width - 2))] if ruled else []
    hint = _wrapped(page.hint, width - margin) if page.hint else []
    keys = [len(block.key) for block in page.blocks if isinstance(block, Choice)]
    column = _KEY_COLUMN if margin == _TIGHTNESS[0][0] else max(keys, default=0) + 3
    return _Parts(
        head=[*_title(page, width), *(_marked(page.mark, width) or rule)],
        groups=[_rows_of(block, indent, room, column) for block in page.blocks],
        hint=[Row(indent + line, strong=True) for line in hint],
        foot=[*rule, Row(_keys(page, width, help_word))],
    )


def _marked(mark: str, width: int) -> list[Row]:
    """The upper rule with a word in it that stands on every page; no rows without such a word."""
    room = width - 8
    return [Row(f" {RULE * 3} {shown(mark)[:room]} ".ljust(width - 1, RULE), strong=True)] if mark else []


def _title(page: Page, width: int) -> list[Row]:
    """The title, and the count of things at the end of its first row."""
    first, *more = _wrapped(page.title, max(1, width - len(page.count) - 3))
    return [Row(_ends(f" {first}", f"{page.count} ", width), strong=True)] + [
        Row(" " + line, strong=True) for line in more
    ]


def _keys(page: Page, width: int, help_word: str) -> str:
    """The three keys, each in its place as long as there is room for all."""
    enter, no, plus = _key("Enter", page.yes), _key("-", page.no), f"+ {page.plus or help_word} "
    placed = f" {enter:<{_KEY_WIDTH}} {no}"
    if len(placed) + len(plus) >= width:
        placed = f" {enter}  {no}"
    return _ends(placed, plus, width)


def _key(name: str, does: str) -> str:
    return f"{name} {does}" if does else ""


def _ends(left: str, right: str, width: int) -> str:
    left, right = shown(left), shown(right)
    return left + " " * max(1, width - len(left) - len(right)) + right


def _spread(page: Page, parts: _Parts, height: int) -> list[Row]:
    """Put gaps between the groups, as many as there is room for."""
    room = parts.room(height)
    gaps = [False] + [
        _gap_before(before, block) for before, block in zip(page.blocks, page.blocks[1:], strict=False)
    ]
    needed = sum(map(len, parts.groups))
    for at in [at for at, gap in enumerate(gaps) if gap][max(0, room - needed) :]:
        gaps[at] = False
    rows: list[Row] = []
    if needed + sum(gaps) < room and page.blocks:
        rows.append(Row(""))
    for gap, group in zip(gaps, parts.groups, strict=False):
        rows.extend([Row("")] if gap else [])
        rows.extend(group)
    return (rows + [Row("")] * room)[: max(0, room)]


def _gap_before(before: Block, block: Block) -> bool:
    if isinstance(block, Para) and block.close:
        return False
    return not (isinstance(before, Choice) and isinstance(block, Choice))


def _rows_of(block: Block, indent: str, room: int, column: int) -> list[Row]:
    match block:
        case Name(text=text):
            return [Row(indent + line, strong=True) for line in _wrapped(text, room)]
        case Typed(text=text):
            return [Row(indent + text, strong=True)]
        case Choice(key=key, text=text, also=also):
            beside = f"{text}  {also}".rstrip()
            below = also and len(beside) > room - column >= max(len(text), len(also))
            lines = [shown(text), shown(also)] if below else _wrapped(beside, room - column)
            return [Row(f"{indent}{key if at == 0 else '':<{column}}{line}") for at, line in enumerate(lines)]
        case Para(text=text, strong=strong):
            return [Row(indent + line, strong) for line in _wrapped(text, room)]


def _wrapped(text: str, room: int) -> list[str]:
    """Break a text into rows, but no date and no shelf in its middle."""
    bound = _BOUND.sub(_BOND, shown(text))
    rows = textwrap.wrap(bound, room, break_long_words=True, break_on_hyphens=False) or [""]
    return [row.replace(_BOND, " ") for row in rows]


def overflow(page: Page, columns: int, rows: int, *, help_word: str = "", squeezed: bool = False) -> int:
    """Say by how many rows or cells a page does not fit; 0 when everything is to be seen as designed.

    For the tests, which ask it for every screen, line and language.

    Args:
        page: the words.
        columns, rows: the cells that there are.
        help_word: what the plus key is called.
        squeezed: whether tighter margins, no rules and titles and hints of several rows will do as well.
    """
    width, height = min(columns, WIDEST), min(rows, TALLEST)
    keys = max(0, len(_keys(page, width, help_word)) - width)
    if squeezed:
        return keys + _fitting(page, width, height, help_word).lacking(height)
    parts = _parts(page, width, _TIGHTNESS[0][0], help_word, ruled=True)
    return keys + parts.lacking(height) + max(0, len(parts.head) - 2) + max(0, len(parts.hint) - 1)
