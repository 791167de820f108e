"""What will become of each row of a file, decided before anything is written. A plan is a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from depot.csv_file import Flaw

T = TypeVar("T")


class Fate(StrEnum):
    """What a row of a file would do to the ledger."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that would be another: its column, and both values as a file says them, empty for none."""

    column: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.column}: {self.before or 'nothing'} -> {self.after or 'nothing'}"


@dataclass(frozen=True, slots=True)
class RowFate(Generic[T]):
    """One row's fate.

    Args:
        row: its number; 0 is the file itself.
        code: the item's or line's, where it has one yet.
        what: what would be written.
        note: what the row says and nothing is done about.
    """

    row: int
    fate: Fate
    code: str | None = None
    what: T | None = None
    changes: tuple[Change, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan(Generic[T]):
    """Every row's fate, and how the file was understood: its encoding, and what stands between its cells."""

    encoding: str
    delimiter: str
    rows: tuple[RowFate[T], ...]

    @property
    def counts(self) -> dict[Fate, int]:
        """How many rows have each fate."""
        counted = Counter(row.fate for row in self.rows)
        return {fate: counted[fate] for fate in Fate}

    @property
    def is_refused(self) -> bool:
        """Whether a row is refused, so that none may be written."""
        return any(row.fate is Fate.REFUSED for row in self.rows)

    def refusals(self) -> Iterator[tuple[int, Flaw]]:
        """Everything that is wrong, in the order of the rows."""
        for row in self.rows:
            for flaw in row.flaws:
                yield row.row, flaw

    def having(self, fate: Fate) -> list[RowFate[T]]:
        """The rows with a fate."""
        return [row for row in self.rows if row.fate is fate]


def of_the_file(wrong: tuple[tuple[int, Flaw], ...]) -> tuple[RowFate[T], ...]:
    """Make fates of what is wrong with a file itself."""
    return tuple(RowFate(row, Fate.REFUSED, flaws=(flaw,)) for row, flaw in wrong)
