"""What a bench shows: frozen values without a screen and without a database.

Every text in them is shown as it stands, never as markup. A bench says what it shows; where it stands on the
screen, which columns find room and which row is chosen is the screen's business, so that all benches look
and answer alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        title: its heading.
        width: cells; 0 takes what the others leave, shared among all that say 0.
        right: whether its cells stand to the right, as numbers do.
        from_width: the least width of the table, in cells, at which it is shown at all: the screen's, or three
            fifths of it where side lists stand beside the table (from 110 cells on).
    """

    title: str
    width: int = 0
    right: bool = False
    from_width: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `key` is what the bench is told when it is chosen, `strong` draws it in yellow."""

    key: str
    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; a row is chosen with the arrows. `empty` is said where there is none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str = ""


class Takes(StrEnum):
    """What a typing line takes."""

    TEXT = "text"
    DIGITS = "digits"
    SECRET = "secret"  # noqa: S105 - what is typed is one, this is a name
    """Digits, of which only dots are shown."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line to type on.

    Args:
        name: what the bench is told it by.
        label: what stands before it.
        value: what stands in it to begin with; what somebody has typed there since is kept.
        longest: the most characters.
        hint: said after it while it is the one that is typed on.
        wrong: what is the matter with it, said in its place until it is typed on again.
    """

    name: str
    label: str
    value: str = ""
    takes: Takes = Takes.TEXT
    longest: int = 60
    hint: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Lines to type on. Enter goes to the next and from the last sends them; the arrows go up and down.

    Args:
        live: whether the bench is told after every key (searching as you type); it has one line then, and
            the arrows choose a row of the table.
    """

    fields: tuple[Field, ...]
    live: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What a digit does: `key` is what the bench is told. They are numbered from 1 in their order."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Side:
    """A list beside the work: what was put aside while a run went on, what was counted.

    Args:
        of: how many there are, said beside the title, where the lines are not one each; else their number is.
    """

    title: str
    lines: tuple[str, ...]
    strong: bool = False
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Pixel:
    """Two dots of a picture in one cell, the upper and the lower one, each 0xRRGGBB."""

    upper: int
    lower: int


@dataclass(frozen=True, slots=True)
class View:
    """What a bench shows now.

    Args:
        title: what is being done, in a few words.
        lead: what to do next, one sentence; it stands large under the title.
        facts: pairs of a word and what it is, above the table.
        text: paragraphs: a checklist, an explanation, a formula.
        table: what there is to choose from.
        side: lists beside it (on a narrow screen under it).
        counts: pairs of a word and a number that are always in sight at the top right.
        form: what is typed on.
        acts: what the digits 1 to 9 do; with a table, to the chosen row.
        yes: what Enter does where there is no form, if it is not to open the chosen row; empty where it does nothing.
        picture: rows of cells, for a preview of a label.
    """

    title: str
    lead: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    table: Table | None = None
    side: tuple[Side, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    form: Form | None = None
    acts: tuple[Act, ...] = ()
    yes: str = ""
    picture: tuple[tuple[Pixel, ...], ...] = ()


class Tone(StrEnum):
    """How an answer is meant: it decides its sound and how it is drawn."""

    PLAIN = "plain"
    """Nothing happened to the ledger; no sound."""
    READ = "read"
    """A scan was read and counted: the short sound."""
    GOOD = "good"
    """A deed was done."""
    BAD = "bad"
    """Not this: the three equal sounds."""


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to the last act: one line that stands until the next."""

    text: str = ""
    tone: Tone = Tone.PLAIN


SILENT = Said()
"""Nothing is said."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One key in the footer: `key` as it is printed on the keyboard, `name` as the session calls it."""

    key: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is on the screen: the bench's view, and around it what is the session's.

    Args:
        path: the titles of the benches below this one.
        who: the name of whoever acts; empty while nobody is signed in.
        cursor: the key of the chosen row.
        typed: what stands on each line of the form.
        at_field: the index of the line that is typed on.
    """

    view: View
    said: Said = SILENT
    path: tuple[str, ...] = ()
    who: str = ""
    clock: str = ""
    cursor: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    at_field: int = 0
    hints: tuple[Hint, ...] = ()
