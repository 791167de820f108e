"""A small real depot that a test furnishes and then tells a story about.

Everything goes through the ledger's two doors: deeds through `Ledger.perform`, looks through
`Ledger.reading`. The lines are those of the packaged catalogue; the clock stands still until a story
moves it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Row, Table, select

from depot import (
    attempts,
    borrowers,
    catalogue,
    defects,
    founding,
    holds,
    journal,
    lending,
    projection,
    reference,
    settings,
    stock,
)
from depot.journal import Event
from depot.ledger import Ledger, open_ledger
from depot.outcomes import (
    Already,
    CheckedIn,
    CheckedOut,
    Held,
    Moved,
    Outcome,
    Refused,
    Started,
    Trouble,
    Undone,
)
from depot.phone import parse_phone
from depot.settings import Settings
from depot.states import State
from depot.station import Station
from depot.tables import discrepancy, event, hold, item, item_state, label_job, link, loan, refusal

T = TypeVar("T")

Shipped: TypeAlias = tuple[str, bytes]
"""An event as stations send it to each other: its body, and the hash that chains it."""

START = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
"""A Monday, ten o'clock at the depot."""
TODAY = date(2027, 1, 11)

# Lines of the packaged catalogue, by what they are in the stories.
STICK = "WLK-03"  # 90 days, no inspection
TONGS = "REA-01"  # 60 days
CRUTCHES = "WLK-01"  # 60 days, two pieces make a pair
ROLLATOR = "WLK-06"  # 90 days, inspected once a year
STOOL = "BTH-01"  # 90 days, washed at the second washing place
HOIST = "LFT-01"  # only with staff, inspected once a year

NUMBERS = ("40612345", "40612346", "40612347", "40612348", "40612349", "40612350")
PLENTY = attempts.CardLimits(per_number=100, per_hour=1000)
NO_SUCH_ITEM, NO_SUCH_CARD = "D99990005C", "B99990005V"


def settings_for(file: Path, **said: str) -> Settings:
    """Settings for a ledger at a file; `rules_strict="true"` says what DEPOT_RULES_STRICT would."""
    quiet = {"DEPOT_STATION_CLOCK": "trusted", "DEPOT_STATION_BALLAST_MB": "0"}
    chosen = {f"DEPOT_{name}".upper(): value for name, value in said.items()}
    described = (
        described_printer(file.parent, said["station_printer"]) if said.get("station_printer") else None
    )
    return settings.load({"DEPOT_DATABASE": f"sqlite:///{file}", **quiet, **chosen}, described)


def described_printer(folder: Path, name: str) -> Path:
    """A settings file with one printer, which puts what it prints into a folder."""
    file = folder / f"{name}.toml"
    file.write_text(f'[[printer]]\nname = "{name}"\nuri = "folder://{folder.absolute()}/printed"\n', "utf-8")
    return file


def found(file: Path) -> None:
    """Make the ledger that every story begins with: founded, with the catalogue and empty shelves."""
    chosen = settings_for(file)
    founding.found_ledger(chosen, now=START, name="Vestby", station_name="K1", first_series=4)
    with open_ledger(chosen) as ledger:
        ledger.perform(lambda conn, _: catalogue.store(conn, catalogue.packaged(), now=START))


class House:
    """A depot in a test's hands: what stands there, who comes, and what time it is."""

    def __init__(self, file: Path, **said: str) -> None:
        self.file = file
        self.now = START
        self._said = said
        self.ledger: Ledger = open_ledger(settings_for(file, **said))
        self._shelves: dict[str, str] = {}
        self._numbers = iter(NUMBERS)

    # --- the clock and the door ---

    def wait(self, **long: float) -> None:
        """Let time pass: `wait(days=3)`."""
        self.now += timedelta(**long)

    def reopen(self, **said: str) -> None:
        """Close the ledger and open it again, as a restart does; with other settings if `said`."""
        self.ledger.close()
        self._said |= said
        self.ledger = open_ledger(settings_for(self.file, **self._said))

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def do(self, deed: Callable[..., T], /, **said: Any) -> T:
        """Do one deed now, through the ledger's door."""
        return self.ledger.perform(lambda conn, station: deed(conn, station, **said, now=self.now))

    def at_desk(self, deed: Callable[..., T], /, *what: Any, **said: Any) -> T:
        """Do one deed that needs no station: what the desk writes about persons and things."""
        return self.ledger.perform(lambda conn, _: deed(conn, *what, **said, now=self.now))

    def look(self, question: Callable[..., T], /, *what: Any, **said: Any) -> T:
        """Ask a question of the ledger, through the door for readers."""
        with self.ledger.reading() as conn:
            return question(conn, *what, **said)

    def rows(self, table: Table, /, **where: Any) -> list[Row[Any]]:
        """Read the rows of a table that have these values."""
        wanted = [table.c[name] == value for name, value in where.items()]
        with self.ledger.reading() as conn:
            return list(conn.execute(select(table).where(*wanted)).all())

    @property
    def station(self) -> Station:
        """This station."""
        return self.ledger.station

    # --- what stands there ---

    def shelf(self, name: str) -> str:
        """The code of a shelf by its name; it is put up when it is first spoken of."""
        if name not in self._shelves:
            self._shelves[name] = self.do(stock.add_shelf, name=name)
        return self._shelves[name]

    def received(self, line: str = STICK, **known: Any) -> str:
        """A piece that has arrived and not been shelved."""
        arrival = stock.Arrival(**known) if known else None
        return self.do(stock.receive, line=line, arrival=arrival).item

    def stands(self, line: str = STICK, on: str = "A1", **known: Any) -> str:
        """A piece that stands free on a shelf."""
        code = self.received(line, **known)
        self.do(stock.shelve, item=code, shelf=self.shelf(on))
        return code

    def stand(self, number: int, line: str = STICK, on: str = "A1") -> list[str]:
        """Several pieces of a line, free on a shelf."""
        return [self.stands(line, on) for _ in range(number)]

    def change(self, table: Table, /, **row: Any) -> None:
        """Change a reference row, at the desk."""
        self.at_desk(reference.put, table, row)

    # --- who comes ---

    def confirmed(self, name: str = "Kari Testesen", **said: Any) -> str:
        """The card of a borrower whom the desk knows."""
        return self.at_desk(borrowers.add, name=name, **{"phone": None, **said})

    def card_from_box(self) -> str:
        """A printed card that is nobody's yet."""
        return self.at_desk(borrowers.print_cards, 1)[0]

    def starter(self, number: str | None = None) -> str:
        """The card of somebody who took it from the box and typed a number."""
        card = self.card_from_box()
        begun = self.start(card, number or next(self._numbers))
        assert begun == Started(card), begun
        return card

    def start(
        self, card: str, number: str, limits: attempts.CardLimits = PLENTY, language: str | None = None
    ) -> Started | Refused:
        """Take a card into use with a number that was typed."""
        phone = parse_phone(number)
        assert phone is not None, number
        return self.do(borrowers.start, card_code=card, phone=phone, limits=limits, language=language)

    # --- what they do ---

    def lend(self, card: str, item: str, **said: Any) -> Outcome:
        """Check a piece out to a card."""
        return self.do(lending.check_out, card=card, item=item, **said)

    def lends(self, card: str, item: str, **said: Any) -> CheckedOut:
        """Check a piece out, where the story needs that it works."""
        outcome = self.lend(card, item, **said)
        assert isinstance(outcome, CheckedOut), outcome
        return outcome

    def refuses(self, card: str, item: str, **said: Any) -> Refused:
        """Try to check a piece out, where the story needs a no."""
        outcome = self.lend(card, item, **said)
        assert isinstance(outcome, Refused), outcome
        return outcome

    def bring(self, item: str, **said: Any) -> Outcome:
        """Check a piece in."""
        return self.do(lending.check_in, item=item, **said)

    def brings(self, item: str, **said: Any) -> CheckedIn:
        """Check a piece in, where the story needs that it comes home."""
        outcome = self.bring(item, **said)
        assert isinstance(outcome, CheckedIn), outcome
        return outcome

    def already(self, item: str, **said: Any) -> Already:
        """Check a piece in that the ledger believes at home."""
        outcome = self.bring(item, **said)
        assert isinstance(outcome, Already), outcome
        return outcome

    def trouble(self, item: str, deed: str, trouble: Trouble, **parts: int) -> Outcome:
        """Say what is wrong with a piece that was just brought back; which parts are missing, and how many."""
        missing = tuple(parts.items())
        return self.do(defects.report_trouble, item=item, deed=deed, trouble=trouble, parts=missing)

    def undo(self, deed: str) -> tuple[Undone, ...] | Refused:
        """Take a deed back."""
        return self.do(lending.undo, deed=deed)

    def undoes(self, deed: str) -> tuple[Undone, ...]:
        """Take a deed back, where the story needs that it works."""
        outcome = self.undo(deed)
        assert isinstance(outcome, tuple), outcome
        return outcome

    def moves(self, deed: Callable[..., Outcome], /, item: str, **said: Any) -> Moved:
        """Walk one arrow, where the story needs that it works."""
        outcome = self.do(deed, item=item, **said)
        assert isinstance(outcome, Moved), outcome
        return outcome

    def queues(self, card: str, line: str = STICK, **said: Any) -> Held:
        """Put a borrower in a line's queue."""
        placed = self.do(holds.place, card=card, line=line, **said)
        assert isinstance(placed, Held), placed
        return placed

    # --- what the ledger says ---

    def state(self, item: str) -> State:
        """Where a piece is in its life."""
        return State(self.item(item).state)

    def item(self, item: str) -> Row[Any]:
        """What the ledger says of a piece."""
        (row,) = self.rows(item_state, item=item)
        return row

    def line_of(self, code: str) -> str:
        """The line that a piece is of."""
        (row,) = self.rows(item, code=code)
        return str(row.product)

    def loan(self, key: str) -> Row[Any]:
        """One loan."""
        (row,) = self.rows(loan, key=key)
        return row

    def loans(self, item: str) -> list[Row[Any]]:
        """All loans of a piece, the oldest first."""
        return sorted(self.rows(loan, item=item), key=lambda row: row.out_at)

    def hold(self, key: str) -> Row[Any]:
        """One hold."""
        (row,) = self.rows(hold, key=key)
        return row

    def links(self) -> set[str]:
        """The keys of the deeds that are tied to somebody."""
        return {row.key for row in self.rows(link)}

    def labels(self) -> list[tuple[str, str]]:
        """The label jobs: for which event, and how they stand."""
        return [(row.event, row.state) for row in self.rows(label_job)]

    def events(self, item: str | None = None) -> list[Event]:
        """What was recorded, of one piece or of all, in the order of writing."""
        where = {"item": item} if item else {}
        return sorted(
            (journal.read_body(row.body) for row in self.rows(event, **where)), key=lambda one: one.seq
        )

    def strange(self) -> list[tuple[str, str]]:
        """What a person must look at: the kind, and the event."""
        return sorted((row.kind, row.event) for row in self.rows(discrepancy))

    def counted(self) -> dict[tuple[str, str], int]:
        """How often something was refused, on all days: by reason and line."""
        counted = Counter[tuple[str, str]]()
        for row in self.rows(refusal):
            counted[row.reason, row.product] += row.n
        return dict(counted)

    def unsoundness(self) -> list[object]:
        """Everything about the ledger that is not as it must be: nothing, in any story that may happen."""
        with self.ledger.reading() as conn:
            stations = conn.scalars(select(event.c.station).distinct()).all()
            broken = [one for station in stations for one in journal.breaks(conn, station)]
            return [*broken, *projection.differences(conn)]

    def rebuild(self) -> list[tuple[str, str]]:
        """Derive the tables anew; gives what differed."""
        return self.ledger.perform(lambda conn, _: projection.rebuild(conn))

    # --- other stations ---

    def hears(self, *shipped: Shipped) -> journal.Received:
        """Take in what other stations have recorded, and tell the stories again that it changes."""

        def take_in(conn: Connection, _: Station) -> journal.Received:
            received = journal.take_in(conn, shipped)
            for code in received.items:
                projection.retell_item(conn, code)
            for key in received.holds:
                projection.retell_hold(conn, key)
            if received.quantities:
                projection.retell_tallies(conn)
            projection.note_forks(conn)
            return received

        return self.ledger.perform(take_in)


class Elsewhere:
    """Another station of the municipality: it records events on a chain of its own and ships them."""

    def __init__(self, name: str = "elsewhere") -> None:
        self.name = name
        self._head = journal.Head(0, b"", None)

    def says(self, kind: str, *, tick: int, key: str, **said: Any) -> Shipped:
        """Record one event at a tick (in milliseconds; its clock says the same unless `at` is given)."""
        facts = {"at": tick, "deed": key, "v": journal.VERSION, **said}
        happened = Event(station=self.name, seq=self._head.seq + 1, key=key, kind=kind, tick=tick, **facts)
        return self.writes(journal.body_of(happened))

    def writes(self, body: str) -> Shipped:
        """Chain a body as it is."""
        digest = journal.chained(self._head.hash, body)
        self._head = journal.Head(self._head.seq + 1, digest, None)
        return body, digest
