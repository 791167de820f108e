"""What a session shows, laid out in rows of cells: title, what to do, the work, what the digits do, the answer, keys.

From 80 x 24 to 200 x 60. The answer to the last act and the keys stand at the bottom of every page, the title
and the counts at its top; between them the table takes whatever the rest leaves. A page that is too short cuts
paragraphs first and the side lists next, never the form and never the chosen row.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size

from inventory.desk.views import Column as Heading
from inventory.desk.views import Field, Form, Pixel, Shown, Side, Table, Takes, Tone, View
from kiosk.terminal.safe import shown
from kiosk.terminal.theme import RULE

LEAST = (40, 12)
"""Cells that a page is laid out on however small the terminal is, which then shows a corner of it."""
SIDE_FROM = 110
"""Cells across from which side lists stand beside the table and not under it."""
_GAP = 2
_LABEL = 26
_LEAST_ROWS = 8
"""Rows of a table that stay in sight before what is cut in the chosen one is said under it."""
_DOT = "●"


class Ink(StrEnum):
    """How cells are drawn. Each has a contrast of 7:1 or more, and none means anything by itself."""

    PLAIN = "plain"
    STRONG = "strong"
    CHOSEN = "chosen"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Span:
    """Some cells of a row; `target` is what a click on them means to the session.

    `dots` are the two colours of a cell of a picture, 0xRRGGBB, upper and lower.
    """

    text: str
    ink: Ink = Ink.PLAIN
    target: tuple[str, str] | None = None
    dots: tuple[int, int] | None = None


Line = tuple[Span, ...]
_EMPTY: Line = ()


def lay_out(page: Shown, columns: int, rows: int) -> list[Line]:
    """Lay a page out.

    Args:
        columns, rows: the terminal's cells; below `LEAST` the page is laid out for that.

    Returns:
        Exactly as many lines as there are rows to lay out on.
    """
    columns, rows = max(columns, LEAST[0]), max(rows, LEAST[1])
    head = _head(page, columns)
    foot = _foot(page, columns)
    room = max(0, rows - len(head) - len(foot))
    body, part = _body(page, columns, room)
    body = [*body, *[_EMPTY] * (room - len(body))][:room]
    rule = next(at for at, line in enumerate(foot) if line == _rule(columns))
    foot[rule] = _rule(columns, part)
    return [*head, *body, *foot][:rows]


# --- top and bottom ---


def _head(page: Shown, columns: int) -> list[Line]:
    right = "  ".join(part for part in (shown(page.who), page.clock) if part)
    path = " > ".join(_begun(shown(one)) for one in (*page.path, page.view.title))
    room = columns - cell_len(right) - 3
    title = _cut_left(path, room)
    lines: list[Line] = [
        (Span(" "), Span(_pad(title, room), Ink.STRONG), Span(" "), Span(right)),
        _rule(columns),
    ]
    counts = "   ".join(f"{shown(word)} {number}" for word, number in page.view.counts)
    lead = _begun(shown(page.view.lead))
    if not lead and not counts:
        return lines
    beside = columns - 2 - (cell_len(counts) + 3 if counts else 0)
    said = textwrap.wrap(lead, max(20, beside)) or [""]
    for at, text in enumerate(said[:3]):
        last = Span(f"{counts} ", Ink.STRONG) if counts and at == 0 else Span("")
        lines.append((Span(" "), Span(_pad(text, columns - 1 - cell_len(last.text)), Ink.BOLD), last))
    return lines


def _foot(page: Shown, columns: int) -> list[Line]:
    bad = page.said.tone is Tone.BAD
    text = shown(page.said.text)
    marked = f"!! {text}" if bad and text else text
    said = textwrap.wrap(marked, columns - 2)[:2] or [""]
    ink = Ink.STRONG if page.said.tone is not Tone.PLAIN else Ink.BOLD
    acts = [] if _is_a_menu(page.view) else _acts(page.view)
    keys = [(f"{hint.key} {shown(hint.label)}", ("key", hint.name)) for hint in page.hints]
    return [
        *(_flow(acts, columns, Ink.BOLD)),
        _rule(columns),
        *((Span(" "), Span(line, ink)) for line in said),
        _rule(columns),
        *(_flow(keys, columns, Ink.PLAIN)),
    ]


def _acts(view: View) -> list[tuple[str, tuple[str, str]]]:
    return [(f"{number} {shown(act.label)}", ("act", act.key)) for number, act in enumerate(view.acts, 1)]


def _is_a_menu(view: View) -> bool:
    """Whether there is nothing on the page but what the digits do, which then stand in it one below the other."""
    return view.table is None and view.form is None and not view.picture and bool(view.acts)


def _menu(view: View, columns: int) -> list[Line]:
    return [
        (Span("   "), Span(_pad(text, columns - 4), Ink.BOLD, target))
        for text, target in (_acts(view) if _is_a_menu(view) else ())
    ]


def _rule(columns: int, part: str = "") -> Line:
    """A line across; `part` says at its end which part of a long table is seen."""
    said = f" {part} {RULE}" if part else ""
    return (Span(RULE * (columns - cell_len(said)) + said),)


def _flow(things: Iterable[tuple[str, tuple[str, str]]], columns: int, ink: Ink) -> list[Line]:
    """Set words one after the other, and begin a new row where one is full."""
    lines: list[list[Span]] = []
    used = columns
    for text, target in things:
        wide = cell_len(text)
        if used + wide + 3 > columns:
            lines.append([Span(" ")])
            used = 1
        elif used > 1:
            lines[-1].append(Span("   "))
            used += 3
        lines[-1].append(Span(set_cell_size(text, min(wide, columns - 2)), ink, target))
        used += wide
    return [tuple(line) for line in lines]


# --- the work ---


def _body(page: Shown, columns: int, room: int) -> tuple[list[Line], str]:
    """Lay out what is between head and foot; and say which part of a long table is seen."""
    view = page.view
    beside = bool(view.side) and view.table is not None and columns >= SIDE_FROM
    facts = _facts(view.facts, columns)
    form = _form(view.form, page, columns) if view.form else []
    listed = sum(len(one.lines) + 1 for one in view.side)
    under = 0 if beside else min(listed, 2 + len(view.side))
    least = min(len(view.table.rows) + 1, 4) if view.table else 0
    picture = _picture(view.picture, columns - 2, room - len(facts) - len(form) - least - under - 1)
    menu = _menu(view, columns)
    left = room - len(facts) - len(form) - len(picture) - len(menu) - least - under
    paragraphs = _paragraphs(view.text, columns, max(0, left))
    groups = [one for one in (facts, paragraphs, form, picture, menu) if one]
    lines = _with_gaps(groups, room - least - under)
    room -= len(lines)
    part = ""
    if view.table is not None:
        wide = columns * 3 // 5 if beside else columns
        under = 0 if beside else max(under, min(room // 3, listed))
        table, part = _table(view.table, page.cursor, wide, max(2, room - under))
        if beside:
            table = _beside(table, _side(view.side, columns - wide - 1, room), wide)
        lines += table
        room -= len(table)
    if view.side and not beside:
        if not lines and room > 1:
            lines.append(_EMPTY)
            room -= 1
        lines += _side(view.side, columns - 1, room)
    return lines, part


def _with_gaps(groups: Sequence[list[Line]], room: int) -> list[Line]:
    """Put an empty row above each group, as far as there is room for it."""
    spare = room - sum(map(len, groups))
    lines: list[Line] = []
    for group in groups:
        if spare > 0:
            lines.append(_EMPTY)
            spare -= 1
        lines += group
    if groups and spare > 0:
        lines.append(_EMPTY)
    return lines


def _facts(facts: Sequence[tuple[str, str]], columns: int) -> list[Line]:
    if not facts:
        return []
    across = 2 if columns >= SIDE_FROM and len(facts) > 3 else 1
    wide = columns // across
    label = min(_LABEL, max(cell_len(shown(word)) for word, _ in facts) + _GAP)
    cells = [
        (Span(" "), Span(_pad(shown(word), label)), Span(_pad(shown(what), wide - label - 2), Ink.BOLD))
        for word, what in facts
    ]
    high = -(-len(cells) // across)
    return [
        tuple(span for at in range(across) if n + at * high < len(cells) for span in cells[n + at * high])
        for n in range(high)
    ]


def _paragraphs(text: Sequence[str], columns: int, room: int) -> list[Line]:
    wide = min(columns - 2, 100)
    lines = [line for one in text for line in (textwrap.wrap(shown(one), wide) or [""])]
    return [(Span(" "), Span(line)) for line in lines[:room]]


def _form(form: Form, page: Shown, columns: int) -> list[Line]:
    label = min(_LABEL + 8, max(cell_len(shown(one.label)) for one in form.fields) + _GAP)
    lines: list[Line] = []
    for at, one in enumerate(form.fields):
        here = at == page.at_field
        typed = _typed(one, page.typed.get(one.name, one.value))
        target = ("field", str(at))
        marker = "> " if here else "  "
        room = columns - label - 6
        text = _cut_left(typed, room)
        line = [
            Span(f" {marker}", Ink.STRONG if here else Ink.PLAIN),
            Span(_pad(shown(one.label), label), Ink.STRONG if here else Ink.PLAIN, target),
            Span(text, Ink.BOLD, target),
        ]
        if here:
            line.append(Span("_", Ink.CHOSEN))
        said = one.wrong or (one.hint if here else "")
        if said and cell_len(text) + cell_len(said) + 4 <= room:
            line.append(Span(f"   {shown(said)}", Ink.STRONG if one.wrong else Ink.PLAIN))
            said = ""
        lines.append(tuple(line))
        if said:
            before = label + 3 if room >= _LABEL else 3
            under = textwrap.wrap(shown(said), columns - before - 1)
            lines += [(Span(" " * before), Span(text, Ink.STRONG)) for text in under]
    return lines


def _typed(one: Field, text: str) -> str:
    return _DOT * len(text) if one.takes is Takes.SECRET else shown(text)


def _picture(picture: Sequence[Sequence[Pixel]], wide: int, high: int) -> list[Line]:
    fitting = _shrunk(picture, max(1, wide), max(1, high))
    return [(Span(" "), *(Span("▀", dots=(cell.upper, cell.lower)) for cell in row)) for row in fitting]


def _shrunk(picture: Sequence[Sequence[Pixel]], wide: int, high: int) -> Sequence[Sequence[Pixel]]:
    """Make a picture as small as there is room for, in its own proportions; each dot the mean of those it stands for."""
    if not picture or (len(picture) <= high and len(picture[0]) <= wide):
        return picture
    dots = [
        [cell.lower if below else cell.upper for cell in row] for row in picture for below in (False, True)
    ]
    scale = min(wide / len(picture[0]), high / len(picture))
    columns, rows = max(1, int(len(picture[0]) * scale)), max(1, int(len(picture) * scale))
    small = [
        [_mean(dots, (x, x + 1, columns), (y, y + 1, 2 * rows)) for x in range(columns)]
        for y in range(2 * rows)
    ]
    return [
        [Pixel(above, below) for above, below in zip(upper, lower, strict=True)]
        for upper, lower in zip(small[::2], small[1::2], strict=True)
    ]


def _mean(dots: Sequence[Sequence[int]], across: tuple[int, int, int], down: tuple[int, int, int]) -> int:
    """Mix the colours of a field of dots; `across` and `down` say which part of how many it is."""
    left, right = (len(dots[0]) * at // across[2] for at in across[:2])
    top, bottom = (len(dots) * at // down[2] for at in down[:2])
    field = [dot for row in dots[top : max(bottom, top + 1)] for dot in row[left : max(right, left + 1)]]
    red, green, blue = (sum(dot >> shift & 0xFF for dot in field) // len(field) for shift in (16, 8, 0))
    return red << 16 | green << 8 | blue


def _side(side: Sequence[Side], wide: int, room: int) -> list[Line]:
    lines: list[Line] = []
    for one in side:
        number = len(one.lines) if one.of is None else one.of
        title = f"{shown(one.title)} ({number})" if number else shown(one.title)
        lines.append((Span(" "), Span(_pad(title, wide - 1), Ink.STRONG if one.strong else Ink.BOLD)))
        lines += [(Span("   "), Span(_pad(shown(line), wide - 3))) for line in one.lines]
    if len(lines) > room > 0:
        return [*lines[: room - 1], (Span("   …"),)]
    return lines[: max(0, room)]


def _beside(left: list[Line], right: list[Line], wide: int) -> list[Line]:
    """Set two blocks beside each other."""
    high = max(len(left), len(right))
    lines = []
    for at in range(high):
        one = left[at] if at < len(left) else _EMPTY
        used = sum(cell_len(span.text) for span in one)
        other = right[at] if at < len(right) else _EMPTY
        lines.append((*one, Span(" " * max(0, wide - used)), Span("│"), *other))
    return lines


# --- tables ---


def _table(table: Table, cursor: str | None, wide: int, room: int) -> tuple[list[Line], str]:
    if not table.rows:
        return [(Span(" "), Span(shown(table.empty)))], ""
    kept = [at for at, one in enumerate(table.columns) if wide >= one.from_width and _longest.of(table, at)]
    widths = _widths([table.columns[at] for at in kept], [_longest.of(table, at) for at in kept], wide - 3)
    whole = _whole(table, cursor, kept, widths, wide - 3)
    below = whole if room >= min(_LEAST_ROWS, len(table.rows) + 1) + len(whole) else []
    titles = tuple(one.title for one in table.columns)
    titled = any(titles[at] for at in kept)
    high = max(1, room - (1 if titled else 0) - len(below))
    here = next((at for at, row in enumerate(table.rows) if row.key == cursor), 0)
    first = max(0, min(len(table.rows) - high, here - high // 2))
    seen = table.rows[first : first + high]
    lines: list[Line] = []
    if titled:
        lines.append((Span("  "), Span(_cells(titles, kept, widths, table.columns))))
    for row in seen:
        text = _cells(row.cells, kept, widths, table.columns)
        ink = Ink.CHOSEN if row.key == cursor else Ink.STRONG if row.strong else Ink.PLAIN
        marker = ">" if row.key == cursor else " "
        lines.append((Span(marker, Ink.STRONG), Span(_pad(f" {text}", wide - 2), ink, ("row", row.key))))
    if below and len(lines) + len(below) < room:
        lines.append(_EMPTY)
    part = f"{first + 1}–{first + len(seen)} / {len(table.rows)}" if len(seen) < len(table.rows) else ""
    return [*lines, *below], part


def _whole(
    table: Table, cursor: str | None, kept: Sequence[int], widths: Sequence[int], wide: int
) -> list[Line]:
    """Say the cells of the chosen row that are cut in it. As many lines whichever row is chosen: no row jumps."""
    cut = {at: one for at, one in zip(kept, widths, strict=True) if _longest.of(table, at) > one}
    high = min(2, max((-(-_longest.of(table, at) // wide) for at in cut), default=0))
    cells = next((row.cells for row in table.rows if row.key == cursor), ())
    texts = [
        shown(cells[at]) for at, one in cut.items() if cell_len(shown("".join(cells[at : at + 1]))) > one
    ]
    said = textwrap.wrap("  ".join(texts), wide)[:high]
    return [*((Span("  "), Span(text, Ink.BOLD)) for text in said), *[_EMPTY] * (high - len(said))]


class _Longest:
    """How long the longest cell of a column is: measured once for a table, however often it is drawn.

    A list of a thousand rows takes 7 ms, and every arrow on it draws it again.
    """

    def __init__(self) -> None:
        self._table: Table | None = None
        self._found: dict[int, int] = {}

    def of(self, table: Table, at: int) -> int:
        """Say how many cells the longest text of a column takes."""
        if table is not self._table:
            self._table, self._found = table, {}
        if at not in self._found:
            texts = (shown(row.cells[at]) for row in table.rows if at < len(row.cells))
            self._found[at] = max(map(cell_len, texts), default=0)
        return self._found[at]


_longest = _Longest()


def _widths(columns: Sequence[Heading], longest: Sequence[int], room: int) -> list[int]:
    """Share the room out: fixed columns what they ask for and need, the others what they need, or a part of the rest.

    None is wider than its longest cell: on a large screen the eye has no way to go from a name to its number.
    """
    room -= _GAP * (len(columns) - 1)
    widths = [
        max(cell_len(one.title), min(one.width, need)) if one.width else 0
        for one, need in zip(columns, longest, strict=True)
    ]
    flexible = [at for at, one in enumerate(columns) if not one.width]
    left = max(room - sum(widths), 6 * len(flexible))
    wanted = {at: max(6, longest[at], cell_len(columns[at].title)) + _GAP for at in flexible}
    needs = sum(wanted.values())
    for at in flexible:
        widths[at] = wanted[at] if needs <= left else max(6, left * wanted[at] // needs)
    spare = room - sum(widths)
    for at, need in enumerate(longest):  # what nobody needs is for those who asked for too little
        more = max(0, min(spare, need - widths[at]))
        widths[at] += more
        spare -= more
    over = sum(widths) - room
    while over > 0 and max(widths, default=0) > 6:  # the widest give first
        at = widths.index(max(widths))
        widths[at] -= 1
        over -= 1
    return widths


def _cells(
    cells: Sequence[str], kept: Sequence[int], widths: Sequence[int], columns: Sequence[Heading]
) -> str:
    said = []
    for at, wide in zip(kept, widths, strict=True):
        text = shown(cells[at]) if at < len(cells) else ""
        said.append(_pad_left(text, wide) if columns[at].right else _pad(text, wide))
    return (" " * _GAP).join(said)


# --- cells ---


def _begun(text: str) -> str:
    """Begin with a capital letter, as a title and a sentence do, also where the words stand small in a list."""
    return f"{text[:1].upper()}{text[1:]}"


def _pad(text: str, wide: int) -> str:
    """Fill a text up to a width, or cut it there, its last cell saying so."""
    wide = max(0, wide)
    if cell_len(text) > wide:
        return set_cell_size(text, wide - 1) + "…" if wide else ""
    return set_cell_size(text, wide)


def _pad_left(text: str, wide: int) -> str:
    return " " * max(0, wide - cell_len(text)) + _pad(text, min(wide, cell_len(text)))


def _cut_left(text: str, wide: int) -> str:
    """Keep the end of a text that is too long: what is being typed, the page that is open."""
    if cell_len(text) <= wide:
        return text
    while text and cell_len(text) > wide - 1:
        text = text[1:]
    return f"…{text}"
