"""A sitting at the desk in a test's hands: keys and scans go in as a terminal gives them, a page comes out as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from depot import codes
from depot.ledger import Ledger
from depot.settings import Settings
from inventory.benches.registry import doors
from inventory.desk.acting import Acting, Role
from inventory.desk.cameras import Camera
from inventory.desk.session import Key, Session
from inventory.screens.layout import lay_out

STOREKEEPER = Acting("6f0d4a52-0000-4000-8000-000000000001", "Liv Lagermann", Role.STOREKEEPER)
STAFF = Acting("6f0d4a52-0000-4000-8000-000000000002", "Stian Stab", Role.STAFF)
MANAGER = Acting("6f0d4a52-0000-4000-8000-000000000003", "Lene Leder", Role.MANAGER)


class StandingClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.at, self.seconds = now, 0.0

    def now(self) -> datetime:
        """The wall clock."""
        return self.at

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return self.seconds


class Sitting:
    """One session at a ledger; `see(80, 24)` is what its screen says.

    Args:
        acting: who is signed in; None for nobody.
        cameras: those of this desk.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        now: datetime,
        *,
        acting: Acting | None = STOREKEEPER,
        language: str = "en",
        idle_seconds: float = 180.0,
        cameras: Sequence[Camera] = (),
    ) -> None:
        self.clock = StandingClock(now)
        self.session = Session(
            ledger,
            settings,
            self.clock,
            language=language,
            doors=doors(),
            idle_seconds=idle_seconds,
            acting=acting,
            cameras=cameras,
        )

    def scan(self, *scanned: str) -> str:
        """Scan one code after the other; what is said to the last."""
        for code in scanned:
            self.session.scanned(codes.parse(code), code)
        return self.session.said.text

    def press(self, *keys: str) -> str:
        """Press keys: a character, or a name of `Key` such as "enter"; what is said to the last."""
        for key in keys:
            if key in set(Key):
                self.session.pressed(Key(key))
            else:
                self.session.pressed(Key.CHAR, key)
        return self.session.said.text

    def type(self, text: str, *, enter: bool = True) -> str:
        """Type a text, and Enter behind it."""
        for char in text:
            self.session.pressed(Key.CHAR, char)
        return self.press("enter") if enter else self.session.said.text

    def choose(self, words: str) -> str:
        """Choose the row that holds these words with the arrows, and open it."""
        self.point(words)
        return self.press("enter")

    def point(self, words: str) -> None:
        """Choose the row that holds these words with the arrows."""
        table = self.session.shown.view.table
        assert table is not None, self.see()
        keys = [row.key for row in table.rows if words in "  ".join(row.cells)]
        assert keys, f"no row with {words!r} in\n{self.see()}"
        self.press("first")
        while self.session.shown.cursor != keys[0]:
            before = self.session.shown.cursor
            self.press("down")
            assert self.session.shown.cursor != before, "the arrows did not get there"

    def act(self, label: str) -> str:
        """Press the digit that stands beside these words."""
        labels = [one.label for one in self.session.shown.view.acts]
        found = [at for at, one in enumerate(labels, 1) if label in one]
        assert found, f"no {label!r} among {labels}"
        return self.press(str(found[0]))

    @property
    def title(self) -> str:
        """The title of the open bench."""
        return self.session.shown.view.title

    @property
    def tone(self) -> str:
        """How the last answer sounds: plain, read, good, bad."""
        return self.session.said.tone.value

    @property
    def counts(self) -> dict[str, int]:
        """The numbers at the top right."""
        return dict(self.session.shown.view.counts)

    def see(self, columns: int = 120, rows: int = 40) -> str:
        """What stands on the screen."""
        lines = lay_out(self.session.shown, columns, rows)
        return "\n".join("".join(span.text for span in line).rstrip() for line in lines)
