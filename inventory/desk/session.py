"""A sitting at the desk: the stack of open benches, and what every key and scan means to the one on top.

It knows no terminal: the application hands it keys and scans and draws what `shown` says, and so do the tests.
What means the same everywhere is decided here and nowhere else: the arrows, Enter, Esc, the digits, the keys
of the footer, a badge, and what the scan of a thing means where the open bench has no answer of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from depot import codes
from depot.clock import Clock
from depot.codes import Command, Scan, Unreadable, UnreadableReason
from depot.errors import DepotError
from depot.ledger import Ledger
from depot.settings import Settings
from depot.words import words_in
from inventory.desk.acting import NOBODY, Acting
from inventory.desk.bench import At, Bench, Fill, Question, Turn, Undo, bad, plain
from inventory.desk.cameras import Camera
from inventory.desk.views import SILENT, Field, Form, Hint, Said, Shown, Takes, Tone, View

log = logging.getLogger(__name__)


class Key(StrEnum):
    """The keys that are no characters. Those of the footer are the same on every bench."""

    ENTER = "enter"
    BACK = "back"
    UP = "up"
    DOWN = "down"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    FIRST = "first"
    LAST = "last"
    NEXT = "next"
    ERASE = "erase"
    HELP = "help"
    SEARCH = "search"
    PRINT = "print"
    UNDO = "undo"
    AFRESH = "afresh"
    OUT = "out"
    CHAR = "char"


SIGNS: Mapping[str, Key] = {"-": Key.BACK, "+": Key.HELP, "/": Key.SEARCH}
"""What signs mean while nothing is typed on: the keypad's own, as at the kiosk."""
WARN_SECONDS = 30.0
"""How long before it locks the desk says so."""
AFRESH_SECONDS = 20.0
"""How often a bench that shows what others do is looked at again while nobody touches a key."""
CARD: Mapping[Command | None, Key] = {
    Command.YES: Key.ENTER,
    Command.NO: Key.BACK,
    Command.FINISH: Key.BACK,
    Command.UNDO: Key.UNDO,
    Command.HELP: Key.HELP,
}
"""What fields of the storekeepers' card mean where the open bench has no answer of its own: wet gloves press no key."""
PAGE = 10
"""Rows that page up and page down go by."""
MOST_UNDOS = 20
_DIGITS_OF_A_LABEL = 8
_STILL = Turn(keep_typed=True)
"""Nothing but the cursor or a line that is being typed has changed: the ledger need not be asked again."""
_NOT_LOOKED_AT = View("")


@dataclass(slots=True, eq=False)
class Seat:
    """One open bench, and where its user is on it."""

    bench: Bench
    view: View = _NOT_LOOKED_AT
    cursor: str | None = None
    typed: dict[str, str] = field(default_factory=dict)
    at_field: int = 0

    @property
    def form(self) -> Form | None:
        """What is typed on."""
        return self.view.form

    @property
    def field(self) -> Field | None:
        """The line that is typed on."""
        return self.view.form.fields[self.at_field] if self.view.form else None

    def look(self) -> None:
        """Look at the bench again, and keep the chosen row and what was typed as far as they are still there."""
        rows = self.view.table.rows if self.view.table else ()
        before = next((at for at, row in enumerate(rows) if row.key == self.cursor), 0)
        self.view = self.bench.view()
        rows = self.view.table.rows if self.view.table else ()
        if not any(row.key == self.cursor for row in rows):
            self.cursor = rows[min(before, len(rows) - 1)].key if rows else None
        fields = self.view.form.fields if self.view.form else ()
        self.typed = {one.name: self.typed.get(one.name, one.value) for one in fields}
        self.at_field = min(self.at_field, max(0, len(fields) - 1))

    def forget(self) -> None:
        """Empty the form."""
        self.typed, self.at_field = {}, 0

    def move(self, by: int) -> None:
        """Choose another row."""
        rows = self.view.table.rows if self.view.table else ()
        if rows:
            here = next((at for at, row in enumerate(rows) if row.key == self.cursor), 0)
            self.cursor = rows[max(0, min(len(rows) - 1, here + by))].key


@dataclass(frozen=True, slots=True)
class Doors:
    """The benches that a session opens by itself.

    Args:
        home: what is open when somebody has signed in.
        sign_in: the page while nobody has, and when another badge was scanned (its code, else empty); it is
            told what to do when somebody has signed in.
        common: what the scan of a code means everywhere: the bench that it opens, None for nothing.
        search: what `/` opens.
    """

    home: Callable[[At], Bench]
    sign_in: Callable[[At, Callable[[Acting], Turn], str], Bench]
    common: Callable[[At, Scan], Bench | None]
    search: Callable[[At], Bench]


class Session:
    """What goes on at one desk.

    Args:
        ledger: open; settings: those it was opened with; clock: where time comes from.
        language: of the screen; doors: the benches that it opens by itself.
        idle_seconds: after how long without a key or scan whoever acts is signed out.
        acting: who is signed in from the start.
        cameras: those among the scanners of this desk.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        clock: Clock,
        *,
        language: str,
        doors: Doors,
        idle_seconds: float = 180.0,
        acting: Acting | None = None,
        cameras: Sequence[Camera] = (),
    ) -> None:
        self._ledger, self._settings, self._clock, self._cameras = ledger, settings, clock, cameras
        self._words = words_in(language)
        self._doors = doors
        self._idle = idle_seconds
        self._undos: list[Undo] = []
        self._said = SILENT
        self._touched = self._looked = clock.monotonic()
        self.is_left = False
        """Whether somebody was signed in and has signed out or was signed out."""
        self._at = self._new_at(NOBODY)
        self._seats: list[Seat] = []
        self._begin(acting or NOBODY)

    # --- who is acting ---

    @property
    def acting(self) -> Acting:
        """Who is signed in; `NOBODY` for nobody."""
        return self._at.acting

    def _new_at(self, acting: Acting) -> At:
        return At(self._ledger, self._settings, self._clock, self._words, acting, self._cameras)

    def _begin(self, acting: Acting) -> None:
        """Open the first page for somebody; where it cannot be shown, everything stays as it was."""
        at = self._new_at(acting)
        first = self._doors.sign_in(at, self._signed_in, "") if acting is NOBODY else self._doors.home(at)
        seat = Seat(first)
        seat.look()
        self._at, self._seats = at, [seat]
        self._undos.clear()

    @property
    def _is_nobody(self) -> bool:
        return self._at.acting is NOBODY

    def _signed_in(self, acting: Acting) -> Turn:
        self._begin(acting)
        log.info("signed_in=%s role=%s", acting.id, acting.role)
        return plain(self._words.t("Good to see you, %(name)s.", name=acting.name))

    def sign_out(self) -> None:
        """Close everything; nothing of anybody's stays on the screen. What was begun is kept in the ledger."""
        if not self._is_nobody:
            log.info("signed_out=%s", self._at.acting.id)
        self._said = SILENT
        self.is_left = True
        self._begin(NOBODY)

    # --- what is shown ---

    @property
    def shown(self) -> Shown:
        """All that is on the screen."""
        seat = self._seats[-1]
        now = self._clock.now().astimezone(self._settings.time_zone)
        return Shown(
            view=seat.view,
            said=self._warning or self._said,
            path=tuple(one.view.title for one in self._seats[:-1]),
            who=self._at.acting.name,
            clock=f"{now:%H:%M}",
            cursor=seat.cursor,
            typed=seat.typed,
            at_field=seat.at_field,
            hints=self._hints(seat),
        )

    @property
    def said(self) -> Said:
        """The answer to the last act."""
        return self._said

    @property
    def wants_digits(self) -> bool:
        """Whether digits are asked for just now, so that a burst of digits alone is typing."""
        now = self._seats[-1].field
        return now is not None and now.takes is not Takes.TEXT

    @property
    def _warning(self) -> Said | None:
        left = self._idle - (self._clock.monotonic() - self._touched)
        if self._is_nobody or left > WARN_SECONDS:
            return None
        return Said(self._words.t("Nobody has touched a key for a while. Press any key to go on."), Tone.BAD)

    def _hints(self, seat: Seat) -> tuple[Hint, ...]:
        t = self._words.t
        enter = self._enter_hint(seat)
        back = () if len(self._seats) == 1 else (Hint("Esc", t("back"), Key.BACK),)
        if self._is_nobody:
            return (*enter, Hint("F1", t("help"), Key.HELP))
        digits = () if seat.form is not None else (Hint("0", t("type digits"), "0"),)
        undo = (Hint("F4", t("undo"), Key.UNDO),) if self._undos else ()
        return (
            *enter,
            *back,
            *digits,
            Hint("F1", t("help"), Key.HELP),
            Hint("F2", t("search"), Key.SEARCH),
            Hint("F3", t("print"), Key.PRINT),
            *undo,
            Hint("F9", t("sign out"), Key.OUT),
        )

    def _enter_hint(self, seat: Seat) -> tuple[Hint, ...]:
        t = self._words.t
        if seat.form is not None and not seat.form.live:
            last = seat.at_field == len(seat.form.fields) - 1
            return (Hint("Enter", t("done") if last else t("next line"), Key.ENTER),)
        if seat.view.table is not None and seat.view.table.rows:
            return (Hint("Enter", seat.view.yes or t("open"), Key.ENTER),)
        return (Hint("Enter", seat.view.yes, Key.ENTER),) if seat.view.yes else ()

    # --- what happens ---

    def pressed(self, key: Key, char: str = "") -> Said:
        """Answer a key.

        Args:
            char: the character, where the key is one.
        """
        if self._wakes():
            return self._said
        return self._answer(lambda: self._key(key, char))

    def scanned(self, scan: Scan, raw: str = "") -> Said:
        """Answer a scan.

        Args:
            raw: what came, where it may have been typed or pasted after all: a line that takes text gets
                what is no code.
        """
        self._wakes()
        return self._answer(lambda: self._scan(scan, raw))

    def clicked(self, target: tuple[str, str]) -> Said:
        """Answer a click on a row, an act, a line of the form or a key of the footer.

        Args:
            target: ("row", its key), ("act", its key), ("field", its index) or ("key", its name).
        """
        if self._wakes():
            return self._said
        return self._answer(lambda: self._click(*target))

    def tick(self) -> bool:
        """Let time pass: look again at what others change, and sign out whoever has gone.

        Returns:
            Whether anything on the screen may have changed.
        """
        now = self._clock.monotonic()
        if not self._is_nobody and now - self._touched >= self._idle:
            self.sign_out()
            return True
        bench = self._seats[-1].bench
        if bench.goes_stale and now - self._looked >= (bench.afresh_seconds or AFRESH_SECONDS):
            self._looked = now
            self._answer(lambda: Turn(self._said))
            return True
        return self._warning is not None

    def seconds_untouched(self) -> float:
        """Say how long nobody has touched a key or scanned anything."""
        return self._clock.monotonic() - self._touched

    def _wakes(self) -> bool:
        """Note that somebody is there; whether that only answered the warning."""
        warned = self._warning is not None
        self._touched = self._clock.monotonic()
        return warned

    def _answer(self, act: Callable[[], Turn | None]) -> Said:
        """Take a turn, whatever goes wrong in it: the desk says so and stands where it stood."""
        self._said = SILENT
        open_before = tuple(self._seats)
        try:
            turn = act()
            self._take(bad(self._words.t("That does nothing here.")) if turn is None else turn)
            has_changed = turn is not None and turn is not _STILL
            if has_changed and self._seats[-1] in open_before:
                self._seats[-1].look()
        except DepotError as broken:
            log.error("desk=failed error=%s", broken)
            self._said = Said(self._words.t("That was not stored. Try again in a moment."), Tone.BAD)
        except Exception:
            log.exception("desk=failed")
            self._said = Said(self._words.t("That did not work, and nothing was changed by it."), Tone.BAD)
            self._retreat()
        return self._said

    def _retreat(self) -> None:
        """Go back to a bench that can still be shown."""
        while len(self._seats) > 1:
            self._seats.pop()
            try:
                self._seats[-1].look()
            except Exception:
                log.exception("desk=failed")
            else:
                return

    def _take(self, turn: Turn) -> None:
        self._said = turn.said
        if turn.undo is not None:
            self._undos = [*self._undos, turn.undo][-MOST_UNDOS:]
        if not turn.keep_typed and self._seats[-1].form is not None and not self._seats[-1].form.live:
            self._seats[-1].forget()
        if turn.leave and len(self._seats) > 1:
            self._seats.pop()
        if turn.instead is not None:
            if len(self._seats) > 1:
                self._seats.pop()
            self._open(turn.instead)
        if turn.go is not None:
            self._open(turn.go)

    def _open(self, bench: Bench) -> None:
        seat = Seat(bench)
        seat.look()
        self._seats.append(seat)

    # --- keys ---

    def _key(self, key: Key, char: str) -> Turn | None:
        seat = self._seats[-1]
        if key is Key.CHAR and seat.form is not None:
            return self._type(seat, char)
        if key is Key.CHAR and char in SIGNS:
            key = SIGNS[char]
        match key:
            case Key.CHAR:
                return self._digit(seat, char)
            case Key.ENTER:
                return self._enter(seat)
            case Key.BACK:
                return self._back(seat)
            case Key.UP | Key.DOWN | Key.PAGE_UP | Key.PAGE_DOWN | Key.FIRST | Key.LAST | Key.NEXT:
                return self._go(seat, key)
            case Key.ERASE:
                return self._erase(seat)
            case Key.AFRESH:
                return plain("")
            case _:
                return self._everywhere(seat, key)

    def _everywhere(self, seat: Seat, key: Key) -> Turn | None:
        if key is Key.HELP:
            from inventory.benches.help import Help

            return Turn(go=Help(self._at, seat.view), keep_typed=True)
        if self._is_nobody:
            return None
        if key is Key.SEARCH:
            return Turn(go=self._doors.search(self._at), keep_typed=True)
        if key is Key.PRINT:
            return seat.bench.printing(seat.cursor)
        if key is Key.UNDO:
            return self._undo()
        if key is Key.OUT:
            self.sign_out()
            return plain("")
        return None

    def _undo(self) -> Turn:
        if not self._undos:
            return bad(self._words.t("There is nothing to undo."))
        last = self._undos[-1]

        def do() -> Turn:
            self._undos.remove(last)
            return replace(last.deed(), undo=None)

        return Turn(go=Question(self._at, self._words.t("Undo"), last.question, do), keep_typed=True)

    def _digit(self, seat: Seat, char: str) -> Turn | None:
        if char == "0" and not self._is_nobody:
            return Turn(go=self._digits_line(seat.bench.digits_mean))
        if char in "123456789" and char and int(char) <= len(seat.view.acts):
            return seat.bench.acted(seat.view.acts[int(char) - 1].key, seat.cursor)
        return None

    def _digits_line(self, kind: codes.Kind) -> Bench:
        t = self._words.t

        is_card = kind is codes.Kind.CARD  # a card's digits open it for whoever reads along

        def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
            scan = codes.parse_typed(values["digits"], expect=kind)
            if not isinstance(scan, Unreadable):
                return Turn(go=_Relay(self._at, scan))
            if is_card:
                return {"digits": t("These are not the eight digits of a card. Look once more.")}
            return {"digits": t("These are not the eight digits of a label. Look once more.")}

        takes = Takes.SECRET if is_card else Takes.DIGITS
        line = Field("digits", t("Digits"), takes=takes, longest=_DIGITS_OF_A_LABEL)
        lead = t("The eight digits on the card.") if is_card else t("The eight digits on the label.")
        return Fill(self._at, t("Type digits"), (line,), typed, lead=lead)

    def _enter(self, seat: Seat) -> Turn | None:
        if seat.form is not None and not seat.form.live:
            if seat.at_field < len(seat.form.fields) - 1:
                seat.at_field += 1
                return _STILL
            turn = seat.bench.sent({name: text.strip() for name, text in seat.typed.items()})
            return self._relayed(turn)
        if seat.view.table is not None and seat.cursor is not None:
            return self._relayed(seat.bench.opened(seat.cursor))
        return self._relayed(seat.bench.confirmed())

    def _relayed(self, turn: Turn | None) -> Turn | None:
        """Where a line of digits was typed, take them as a scan at the bench below."""
        relay = turn.instead if turn is not None else None
        if not isinstance(relay, _Relay):
            return turn
        self._seats.pop()
        return self._scan(relay.scan, "", typed=True)

    def _back(self, seat: Seat) -> Turn:
        turn = seat.bench.back()
        if turn.leave and len(self._seats) == 1:
            return bad(self._words.t("F9 signs you out."))
        return turn

    def _go(self, seat: Seat, key: Key) -> Turn:
        if seat.form is not None and not seat.form.live:
            by = -1 if key in (Key.UP, Key.PAGE_UP) else 1
            seat.at_field = max(0, min(len(seat.form.fields) - 1, seat.at_field + by))
            return _STILL
        rows = len(seat.view.table.rows) if seat.view.table else 0
        steps = {
            Key.UP: -1,
            Key.DOWN: 1,
            Key.NEXT: 1,
            Key.PAGE_UP: -PAGE,
            Key.PAGE_DOWN: PAGE,
            Key.FIRST: -rows,
            Key.LAST: rows,
        }
        seat.move(steps[key])
        return _STILL

    def _type(self, seat: Seat, char: str) -> Turn | None:
        now = seat.field
        if now is None or not char.isprintable():
            return None
        if now.takes is not Takes.TEXT and not char.isdigit():
            if char in SIGNS and SIGNS[char] is Key.BACK:
                return self._back(seat)
            return bad(self._words.t("Only digits here."))
        return self._typed(seat, seat.typed.get(now.name, "") + char)

    def _erase(self, seat: Seat) -> Turn | None:
        now = seat.field
        return None if now is None else self._typed(seat, seat.typed.get(now.name, "")[:-1])

    def _typed(self, seat: Seat, text: str) -> Turn:
        now = seat.field
        if now is None or seat.form is None:
            return _STILL
        seat.typed[now.name] = text[: now.longest]
        if not seat.form.live:
            return _STILL
        seat.bench.typing(seat.typed[now.name])
        seat.cursor = None
        return Turn(keep_typed=True)

    # --- scans and clicks ---

    def _scan(self, scan: Scan, raw: str, *, typed: bool = False) -> Turn | None:
        seat = self._seats[-1]
        now = seat.field
        if isinstance(scan, Unreadable) and raw and now is not None and now.takes is Takes.TEXT:
            text = "".join(filter(str.isprintable, raw))
            return self._typed(seat, seat.typed.get(now.name, "") + text)
        turn = seat.bench.digits_typed(scan) if typed else seat.bench.scanned(scan)
        if isinstance(seat.bench, Fill) and seat.bench.filled:
            seat.typed.update(seat.bench.filled)
            seat.bench.filled.clear()
            return replace(turn, keep_typed=True) if turn is not None else None
        if turn is not None:
            return turn if turn.go is None else replace(turn, keep_typed=True)
        if isinstance(scan, codes.CommandCode) and scan.command in CARD:
            return self._key(CARD[scan.command], "")
        if isinstance(scan, codes.BadgeCode):
            return Turn(go=self._doors.sign_in(self._at, self._signed_in, scan.code), keep_typed=True)
        if self._is_nobody:
            return bad(self._words.t("Scan your badge first."))
        is_told = seat.bench.is_run and isinstance(scan, Unreadable)
        opened = self._doors.common(self._at, scan) if not is_told else None
        if opened is not None:
            return Turn(Said("", Tone.READ), go=opened, keep_typed=True)
        if isinstance(scan, Unreadable):
            return bad(self._unreadable(scan.reason))
        return bad(self._words.t("This code means nothing here."))

    def _unreadable(self, reason: UnreadableReason) -> str:
        t = self._words.t
        match reason:
            case UnreadableReason.GLUED:
                return t("Two scans ran into each other. Scan one at a time.")
            case UnreadableReason.LAYOUT:
                return t("The scanner types with another keyboard layout than the machine's.")
            case UnreadableReason.OTHER_LABEL:
                return t("This label names neither a line nor a thing. Look for another code beside it.")
            case UnreadableReason.PARCEL:
                return t("The label of a parcel. Scan the code on what is in it.")
            case UnreadableReason.URL:
                return t("A web address. Nothing is opened from here.")
            case _:
                return t("We do not know this label. Scan once more, or press 0 and type the digits.")

    def _click(self, what: str, which: str) -> Turn | None:
        seat = self._seats[-1]
        if what == "row":
            if seat.cursor == which:
                return self._enter(seat)
            seat.cursor = which
            return _STILL
        if what == "act":
            return seat.bench.acted(which, seat.cursor)
        if what == "field":
            seat.at_field = int(which)
            return _STILL
        if which in set(Key):
            return self._key(Key(which), "")
        return self._key(Key.CHAR, which)


class _Relay(Bench):
    """Stands for digits that were typed, on their way to the bench below as a scan. It is never shown."""

    def __init__(self, at: At, scan: Scan) -> None:
        super().__init__(at)
        self.scan = scan

    def view(self) -> View:
        """Show nothing."""
        return View("")
