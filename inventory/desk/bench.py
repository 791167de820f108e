"""What every bench is: a piece of work that shows a view and answers scans, digits, rows and lines.

A bench knows no screen. It is told what happened, does its deeds through `At`, and answers with a `Turn`: what
is said, how it sounds, and where to go. Whatever it wants to find again after the screen has been locked it
keeps in the ledger (`inventory.work`), in the transaction of the deed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

from depot import codes
from inventory.desk.views import SILENT, Act, Column, Field, Form, Row, Said, Table, Tone, View

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from depot.clock import Clock
    from depot.codes import Scan
    from depot.ledger import Ledger
    from depot.settings import Settings
    from depot.station import Station
    from depot.words import Words
    from inventory.desk.acting import Acting, Right
    from inventory.desk.cameras import Camera

T = TypeVar("T")


class At:
    """Where a bench works: the ledger, the words, the clock, who is acting, and the cameras among the scanners."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        clock: Clock,
        words: Words,
        acting: Acting,
        cameras: Sequence[Camera] = (),
    ) -> None:
        self.ledger, self.settings, self.clock = ledger, settings, clock
        self.words, self.acting, self.cameras = words, acting, cameras

    @property
    def by(self) -> str:
        """The pseudonym of whoever acts, for events and revisions."""
        return self.acting.id

    @property
    def language(self) -> str:
        """The language of the screen."""
        return self.words.language

    @property
    def station(self) -> Station:
        """The station where this desk stands."""
        return self.ledger.station

    def now(self) -> datetime:
        """Ask the clock."""
        return self.clock.now()

    def t(self, sentence: str, **facts: object) -> str:
        """Say a sentence, as `Words.t`."""
        return self.words.t(sentence, **facts)

    def n(self, one: str, many: str, number: int, **facts: object) -> str:
        """Say a sentence about a number of things, as `Words.n`."""
        return self.words.n(one, many, number, **facts)

    def perform(self, deed: Callable[[Connection, Station], T]) -> T:
        """Do one deed in one transaction and commit it, as `Ledger.perform`."""
        return self.ledger.perform(deed)

    def ask(self, question: Callable[[Connection], T]) -> T:
        """Look something up without taking a turn."""
        with self.ledger.reading() as conn:
            return question(conn)


@dataclass(frozen=True, slots=True)
class Undo:
    """How the last deed is taken back: what is asked first, and what does it."""

    question: str
    deed: Callable[[], Turn]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a bench answers.

    Args:
        said: what is told in the answer line; an empty one leaves it as it was cleared.
        go: a bench to open on top of this one.
        instead: a bench to open in this one's place.
        leave: whether this bench is done with.
        undo: how what was just done is taken back (F4), if it can be.
        keep_typed: whether what was typed on the form stays (something was wrong with it).
    """

    said: Said = SILENT
    go: Bench | None = None
    instead: Bench | None = None
    leave: bool = False
    undo: Undo | None = None
    keep_typed: bool = False


STAY = Turn()
"""Nothing more to say."""


def plain(text: str) -> Turn:
    """Answer in words alone."""
    return Turn(Said(text))


def read(text: str) -> Turn:
    """Answer a scan that counts."""
    return Turn(Said(text, Tone.READ))


def good(text: str, undo: Undo | None = None) -> Turn:
    """Answer that a deed is done."""
    return Turn(Said(text, Tone.GOOD), undo=undo)


def bad(text: str) -> Turn:
    """Answer: not this."""
    return Turn(Said(text, Tone.BAD), keep_typed=True)


class Bench:
    """One piece of work. A subclass says what it shows and answers what it has an answer to.

    What returns None was not for this bench: the session then does what that means everywhere (a scan of an
    item opens its card) or says that the key does nothing here.
    """

    goes_stale: ClassVar[bool] = False
    """Whether what it shows is changed by others, so that it is looked at again every little while."""
    afresh_seconds: ClassVar[float | None] = None
    """How often that is, in seconds; None for as often as usual."""

    is_run: ClassVar[bool] = False
    """Whether one scan follows the other here: a label that nobody knows is then told, and opens nothing."""

    def __init__(self, at: At) -> None:
        self.at = at

    @property
    def digits_mean(self) -> codes.Kind:
        """Say what eight typed digits are taken for just now: a thing, or what the bench has asked for."""
        return codes.Kind.ITEM

    def view(self) -> View:
        """Say what is shown now. Called at its opening and after every act: what it asks the ledger must be quick.

        Choosing a row, or typing on a form that is not live, is no act.
        """
        raise NotImplementedError

    def scanned(self, scan: Scan) -> Turn | None:  # noqa: ARG002 - a bench that has no answer
        """Answer a scan."""
        return None

    def digits_typed(self, scan: Scan) -> Turn | None:
        """Answer the digits of a label that was not scanned: as its scan, unless that has to prove that it reads."""
        return self.scanned(scan)

    def opened(self, row: str) -> Turn | None:  # noqa: ARG002 - as above
        """Answer Enter on a row of the table."""
        return None

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - as above
        """Answer a digit: `act` is the key of one of the view's acts, `row` the chosen row's."""
        return None

    def confirmed(self) -> Turn | None:
        """Answer Enter where there is neither a table nor a form (`View.yes`)."""
        return None

    def sent(self, typed: Mapping[str, str]) -> Turn | None:  # noqa: ARG002 - as above
        """Answer a form that was filled in; texts are stripped."""
        return None

    def typing(self, typed: str) -> None:
        """Hear what stands on the line of a live form after each key."""

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - as above
        """Answer F3: print what belongs to the chosen row, or to the bench."""
        return None

    def back(self) -> Turn:
        """Answer Esc: leave, unless something has to be asked first."""
        return Turn(leave=True)

    def may(self, right: Right) -> Turn | None:
        """Return the refusal for somebody whose role has not a right; None for one who has it."""
        if self.at.acting.may(right):
            return None
        return bad(self.at.t("Your role does not do this. Ask somebody whose role does."))


class Question(Bench):
    """One question: Enter is yes, Esc is no."""

    def __init__(self, at: At, title: str, text: str | Sequence[str], yes: Callable[[], Turn]) -> None:
        super().__init__(at)
        self._title, self._text, self._yes = title, (text,) if isinstance(text, str) else tuple(text), yes

    def view(self) -> View:
        """Show the question."""
        lead, *rest = self._text
        return View(self._title, lead=lead, text=tuple(rest), yes=self.at.t("yes"))

    def confirmed(self) -> Turn:
        """Do it, and leave the question."""
        return _and_leave(self._yes())


class Choice(Bench):
    """One of several: by its digit, or by its row and Enter.

    Args:
        options: pairs of a key and what is shown.
        chosen: told the key; what it answers is done in this bench's place.
    """

    def __init__(
        self,
        at: At,
        title: str,
        options: Sequence[tuple[str, str]],
        chosen: Callable[[str], Turn],
        *,
        lead: str = "",
    ) -> None:
        super().__init__(at)
        self._title, self._options, self._chosen, self._lead = title, tuple(options), chosen, lead

    def view(self) -> View:
        """Show what there is to choose from: numbered where nine digits are enough, else rows."""
        if len(self._options) <= 9:
            acts = tuple(Act(key, label) for key, label in self._options)
            return View(self._title, lead=self._lead, acts=acts)
        rows = tuple(Row(key, (label,)) for key, label in self._options)
        return View(self._title, lead=self._lead, table=Table((Column(""),), rows))

    def acted(self, act: str, row: str | None) -> Turn:  # noqa: ARG002 - there are no rows
        """Choose by digit."""
        return _and_leave(self._chosen(act))

    def opened(self, row: str) -> Turn:
        """Choose by row."""
        return _and_leave(self._chosen(row))


class Fill(Bench):
    """A form that is filled in once.

    Args:
        done: told what was typed; answers the turn that is taken in this bench's place, or a mapping from
            the names of lines to what is the matter with them, which keeps the form.
        scan: told a scan while the form is open; answers texts for lines, a turn, or None.
    """

    def __init__(
        self,
        at: At,
        title: str,
        fields: Sequence[Field],
        done: Callable[[Mapping[str, str]], Turn | Mapping[str, str]],
        *,
        lead: str = "",
        scan: Callable[[Scan], Turn | Mapping[str, str] | None] | None = None,
    ) -> None:
        super().__init__(at)
        self._title, self._fields, self._done, self._lead, self._scan = (
            title,
            tuple(fields),
            done,
            lead,
            scan,
        )
        self._wrong: Mapping[str, str] = {}
        self.filled: dict[str, str] = {}
        """Texts that a scan has put on lines; the session shows them and empties this."""

    def view(self) -> View:
        """Show the form."""
        fields = tuple(replace(one, wrong=self._wrong.get(one.name, "")) for one in self._fields)
        return View(self._title, lead=self._lead, form=Form(fields))

    def scanned(self, scan: Scan) -> Turn | None:
        """Put what was scanned on its line."""
        found = self._scan(scan) if self._scan is not None else None
        if found is None or isinstance(found, Turn):
            return found
        self.filled.update(found)
        return read(", ".join(filter(None, found.values())))

    def sent(self, typed: Mapping[str, str]) -> Turn:
        """Take what was typed, or say what is the matter with it."""
        answer = self._done(typed)
        if isinstance(answer, Turn):
            return _and_leave(answer)
        self._wrong = answer
        return bad(next(iter(answer.values())))


def _and_leave(turn: Turn) -> Turn:
    """Take a turn in the place of the bench that asked: what it opens comes instead, else the bench is left."""
    if turn.keep_typed and turn.said.tone is Tone.BAD:
        return replace(turn, leave=True, keep_typed=False)
    if turn.go is not None:
        return replace(turn, go=None, instead=turn.go)
    return turn if turn.instead is not None else replace(turn, leave=True)
