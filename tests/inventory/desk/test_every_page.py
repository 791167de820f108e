"""Every page of the desk: whole from 80 x 24 to 200 x 60 in four languages, and no key and no scan is too much for it.

`PAGES` is an outline of where somebody gets by keys and scans, a step a line; each test walks it as whoever
manages the practice depot. A bench that is not on it fails the last test.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
import pytest
from babel.messages.pofile import read_po
from PIL import Image
from rich.cells import cell_len
from sqlalchemy import insert

from depot import clock, codes, demo, settings, tables, words
from depot.ledger import Ledger, open_ledger
from inventory import benches
from inventory.benches.help import Help
from inventory.desk.bench import At, Bench
from inventory.desk.session import Key, Seat, Session
from inventory.desk.views import Shown, Table, Takes, View
from inventory.screens.layout import Line, Span, lay_out
from kiosk.terminal.camera import Aimed, Still
from kiosk.terminal.safe import shown
from labels import preview, raster
from tests.depot.command.conftest import surroundings
from tests.inventory.desk.driver import MANAGER, Sitting

SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]
LANGUAGES = ["nb", "nn", "da", "en"]

PAGES = """
search
    type Rolla
        row people
    scan on loan
        missing
        kept
wash
    scan rollator
        checklist
        end
receive
    line
        row BED-04
            fill
                scan shelf
    counted
        in
        row WLK-11
    relabel
        scan rollator
    numbers
        type
    row loose
        row S
            label
            numbers
            out
                enter
            number
            shelf
            finish
count
    scan shelf
        afresh
        leave
            differences
            end
        enter
            scan other shelf
                leave
                    differences
                        row D
move
    send
        new
            fill
                scan rollator
    expected
    sent
    homeward
    belonging
        home
            1
                scan rollator
        owner
            new
    scan rollator
restock
    list
    orders
    idle
        days
    all
        level
            fill
                list
                    one
                    all
                        enter
                            back
                                orders
                                    part
                                    cancel
        size
            service
            weeks
        row BED-01
            level
            recall
            labels
        row WLK-11
            quantities
            size
                delivery
people
    find
        type Te
        type Ka
    register
    telephone
        scan rollator
    pairs
        enter
            merge
ring
    row hold
        done
        not_reached
        person
    row overdue
        renew
    row confirm
press
    cards
    ended
more
    row pick_up
        end
            enter
        print
    row workshop
        enter
            wait
                fill
            note
            cost
            done
            give_up
    row quarantine
        enter
            let_out
            scrap
    row recall
        open
            fill
                enter
        all
        enter
            ring
            close
    row kits
        new
            hip
                scan rollator
                    scan other
                        enter
                            enter
            5
    row foreign
        enter
        all
    row fees
        scan rollator
            ask
        lines
            other
                fill
    row places
        enter
    row checklists
        row cleaning
            add
            remove
                reset
        row inspection
    row badges
        add
        badge
        pin
        role
        end
    row aim
        other
row kind cleaning
row kind inspection_due
    enter
        point
            failed
        remark
row kind overdue
row kind to_collect
row kind missing
row kind unlabelled
row kind owed
    enter
        thing
row kind ring
row kind unconfirmed
row kind to_merge
row kind discrepancy
    enter
scan rollator
    shelve
    print
        printer
        medium
        skip
    unreadable
    note
    mend
        broken
        missing_part
            owed
    apart
    missing
    scrap
        worn_out
            scrap
                enter
scan in cleaning
    wash
        broken
scan in repair
scan in quarantine
scan in inspection
scan inspection expired
scan set aside
    print
scan missing
scan not shelved
scan unknown
scan shelf
    print
    rename
    line
    new
        fill
            down
                enter
scan kari
    lend
        scan staff only
        collector
            type
    return
        scan on loan
    renew
    cards
        lost
    pin
    change
    block
        other
    merge
    more
        fees
        died
            enter
        export
        erase
    scan rollator
scan blocked
scan new
    confirm
scan dead
    alive
    erase
scan nav
scan ean
    bind
        enter
scan badge
"""
"""A step a line, under the page from which it is taken: an act of the page by its name, a name of `Key`, `row` and the
beginning of a row's key, `scan` and one of `SCANS`, `type` and a text, `fill`: something on every line of a form."""

SCANS: dict[str, str] = {
    "rollator": demo.ROLLATOR,
    "other": demo.SHOWER_STOOL,
    "in cleaning": demo.IN_CLEANING,
    "in repair": demo.IN_REPAIR,
    "in quarantine": demo.IN_QUARANTINE,
    "in inspection": demo.IN_INSPECTION,
    "inspection expired": demo.INSPECTION_EXPIRED,
    "staff only": demo.STAFF_ONLY,
    "set aside": demo.SET_ASIDE,
    "missing": demo.MISSING,
    "not shelved": demo.NOT_SHELVED,
    "on loan": demo.ON_LOAN,
    "unknown": "D99990005C",
    "kari": demo.KARI.card,
    "blocked": demo.BLOCKED.card,
    "new": demo.NEW.card,
    "dead": demo.DEAD.card,
    "badge": demo.BADGE,
    "nav": demo.NAV_LABEL,
    "ean": "4006381333931",
    "junk": "\x1b[2J",
    "much": "x" * 300,
}
"""And "shelf" and "other shelf", which the practice depot has numbered itself."""

FILLED = {
    "owner": "NAV",
    "price": "100",
    "day": "01.11.2026",
    "line": "WLK-06",
    "why": "The brakes fail",
    "minimum": "8",
    "target": "9",
    "fee": "50",
}
"""What `fill` types on lines of these names; "2" on others that take digits, and "Test" on those that take text."""


# --- the practice depot, and walking through it ---


@dataclass
class Practice:
    """A practice depot that can be put back to how it was."""

    ledger: Ledger
    chosen: settings.Settings
    raw: sqlite3.Connection
    is_as: sqlite3.Connection | None = None
    seen: int = 0

    def kept(self) -> sqlite3.Connection:
        """Remember how the ledger is."""
        if self.is_as is None or self._version() != self.seen:
            self.is_as = sqlite3.connect(":memory:")
            self.raw.backup(self.is_as)
            self.seen = self._version()
        return self.is_as

    def be(self, kept: sqlite3.Connection) -> None:
        """Put the ledger back to how it was."""
        if self.is_as is not kept or self._version() != self.seen:
            kept.backup(self.raw)
            self.is_as, self.seen = kept, self._version()

    def _version(self) -> int:
        """A number that changes when somebody else has written."""
        version: int = self.raw.execute("PRAGMA data_version").fetchone()[0]
        return version


@pytest.fixture(scope="module", autouse=True)
def drawn_once() -> Iterator[None]:
    """Show the same grey label wherever one is shown: to draw one takes as long as ten pages."""
    label = Image.new("RGB", (300, 140), "grey")
    cells = preview.cells(label, 60, 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raster, "pages", lambda *_, **__: iter([label]))
        patch.setattr(preview, "cells", lambda *_: cells)
        yield


@pytest.fixture(scope="module")
def depot_of_all(practice: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One copy for all tests here; whoever manages it works there, and one thing is not explained."""
    folder = tmp_path_factory.mktemp("every_page")
    shutil.copytree(practice, folder, dirs_exist_ok=True)
    chosen = settings.load(surroundings(folder))
    with open_ledger(chosen) as ledger:
        staff = {"id": MANAGER.id, "name": MANAGER.name, "badge": "", "pin": "", "role": MANAGER.role.value}
        ledger.perform(lambda conn, _: conn.execute(insert(tables.staff).values(**staff)))
        raw = sqlite3.connect(chosen.ledger_file)
        raw.execute("PRAGMA synchronous=OFF")
        SCANS["shelf"], SCANS["other shelf"] = (
            code for (code,) in raw.execute("SELECT code FROM shelf ORDER BY code LIMIT 2")
        )
        raw.execute(
            "INSERT INTO discrepancy (kind, event, item, said) SELECT 'wrong_state', key, item, '{}' FROM event"
            " WHERE item = ? LIMIT 1",
            (demo.LOST,),
        )
        raw.commit()
        yield Practice(ledger, chosen, raw)
        raw.close()


@dataclass(frozen=True)
class Snapshot:
    """A camera that always gives the same picture, or none."""

    picture: Still | None
    name: str = "above-the-table"

    def still(self, timeout: float) -> Still | None:
        """Give it at once."""
        return self.picture


ROLLATOR_SEEN = Still(
    bytes(cv2.imencode(".jpg", np.full((270, 480), 120, dtype=np.uint8))[1]),
    1280,
    720,
    brightness=20,
    sharpness=12345,
    codes=(
        Aimed(demo.ROLLATOR, "]C0", ((0.1, 0.1), (0.6, 0.1), (0.6, 0.3), (0.1, 0.3)), is_fine_enough=False),
    ),
)


@dataclass(frozen=True)
class Page:
    """Where somebody got to, and what it shows."""

    route: tuple[str, ...]
    bench: type[Bench]
    shown: Shown

    def __str__(self) -> str:
        return f"{' > '.join(self.route) or 'today'} ({self.bench.__name__})"


@dataclass
class Step:
    """A line of the outline and what stands under it."""

    said: str
    under: list[Step] = field(default_factory=list)


@cache
def outline() -> Step:
    """Read `PAGES`."""
    path = [Step("")]
    for line in PAGES.strip().splitlines():
        step = Step(line.strip())
        del path[1 + (len(line) - len(line.lstrip())) // 4 :]
        path[-1].under.append(step)
        path.append(step)
    return path[0]


@dataclass(frozen=True)
class Place:
    """What was open when somebody got somewhere, and how the ledger was."""

    route: tuple[str, ...]
    seat: Seat
    view: View
    kept: sqlite3.Connection


Visit: TypeAlias = "Callable[[Walk, Page, Sequence[str]], None]"
"""Does something on a page; it is told the page and which steps lead on from it."""


class Walk:
    """Goes through the outline, from each page to those under it, and has the ledger put back on the way back."""

    def __init__(self, depot: Practice, language: str) -> None:
        self.depot = depot
        now = clock.SystemClock().now()
        sits = partial(
            Sitting,
            depot.ledger,
            depot.chosen,
            now,
            language=language,
            idle_seconds=1e9,
            cameras=(Snapshot(ROLLATOR_SEEN), Snapshot(None)),
        )
        self.desk, self.locked = sits(acting=MANAGER), sits(acting=None)
        self.session = self.desk.session
        self.trail: list[Place] = []
        """The places from the first page to where the walk is now."""
        self.as_new = depot.kept()

    @property
    def seat(self) -> Seat:
        """What is open."""
        return self.session._seats[-1]

    def sign_in(self) -> Page:
        """The page while nobody is signed in, which lies on no way from another."""
        session = self.locked.session
        return Page(("nobody",), type(session._seats[-1].bench), session.shown)

    def pages(self, visit: Visit | None = None) -> Iterator[Page]:
        """Yield every page once. `visit` may do with it what it likes."""
        yield from self._under(outline(), (), visit)
        self.depot.be(self.as_new)

    def _under(self, step: Step, route: tuple[str, ...], visit: Visit | None) -> Iterator[Page]:
        page = Page(route, type(self.seat.bench), self.session.shown)
        yield page
        depth = len(route)
        self.trail[depth:] = [self.place(route)]
        for at, one in enumerate(step.under):
            if at:
                self.back_to(depth)
            self.take(one.said, route)
            yield from self._under(one, (*route, one.said), visit)
        if visit is not None:
            if step.under:
                self.back_to(depth)
            visit(self, page, [one.said for one in step.under])

    def place(self, route: tuple[str, ...]) -> Place:
        """Remember what is open, and how the ledger is."""
        return Place(route, self.seat, self.seat.view, self.depot.kept())

    def back_to(self, depth: int) -> Place:
        """Be at a place of the trail again as if nothing had been done there, by as few steps as that takes."""
        self.session._undos.clear()
        found = next((at for at in range(depth, -1, -1) if self.is_at(self.trail[at])), 0)
        place, route = self.trail[found], self.trail[depth].route
        self.depot.be(place.kept)
        seats = self.session._seats
        if place.seat in seats:
            del seats[seats.index(place.seat) + 1 :]
        else:
            seats[:] = [place.seat]
        if place.seat.view != place.view:
            place.seat.look()
        rows = place.view.table.rows if place.view.table else ()
        place.seat.cursor = rows[0].key if rows else None
        for at in range(found, depth):
            self.take(route[at], route[:at])
            self.trail[at + 1] = self.place(route[: at + 1])
        return self.trail[depth]

    def is_at(self, place: Place) -> bool:
        """Tell whether a place's page is still open as it was, if only under others."""
        return place.seat in self.session._seats and place.seat.view == place.view

    def take(self, said: str, route: Sequence[str]) -> None:
        """Take one step."""
        what, _, which = said.partition(" ")
        view = self.seat.view
        if what == "scan":
            self.desk.scan(SCANS[which])
        elif what == "type" and which:
            self.desk.type(which, enter=view.form is None or not view.form.live)
        elif what == "fill":
            self.fill(view)
        elif what == "row":
            rows = view.table.rows if view.table else ()
            found = [row.key for row in rows if row.key.startswith(which)]
            assert found, self.where(route, said)
            self.session.clicked(("row", found[0]))
            if self.seat.view is view:
                self.desk.press("enter")
        elif said in [one.key for one in view.acts]:
            self.desk.press(str([one.key for one in view.acts].index(said) + 1))
        else:
            assert said in set(Key) or said.isdigit(), self.where(route, said)
            self.desk.press(said)

    def where(self, route: Sequence[str], said: str) -> str:
        """Say where a step cannot be taken."""
        return f"{' > '.join(route) or 'today'}, {said}:\n{self.desk.see()}"

    def fill(self, view: View) -> None:
        """Type something on every line of a form, and send it."""
        assert view.form is not None, view.title
        for one in view.form.fields:
            usual = "Test" if one.takes is Takes.TEXT else "2"
            for _ in one.value:
                self.desk.press("erase")
            self.desk.type(FILLED.get(one.name, usual))


Pages = Callable[[str], list[Page]]

USED_IN = "nb"
"""The language in which everything is pressed and scanned, while the pages are walked."""


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What went wrong when everything was pressed and scanned."""
    return []


@pytest.fixture(scope="module")
def pages(depot_of_all: Practice, complaints: list[str]) -> Pages:
    """Every page in a language; walked once."""

    @cache
    def walked(language: str) -> list[Page]:
        walk = Walk(depot_of_all, language)
        if language != USED_IN:
            return [walk.sign_in(), *walk.pages()]
        heard = Heard()
        user = User(heard, complaints)
        with heard.listening():
            return [walk.sign_in(), *walk.pages(user.use)]

    return walked


# --- how a page stands ---

_CODE = re.compile(
    r"\b[a-z]+(_[a-z]+)+\b|\d{4}-\d\d-\d\d|\d\dT\d\d:|[0-9a-f]{8}-[0-9a-f]{4}-|\b(None|True|False)\b|%\(|\{\w*\}"
)
_LEAST_ROWS = 6
"""Rows of a longer table that are in sight however small the screen is."""


def said_on(page: Shown) -> Iterator[str]:
    """Every text of a page, and none that somebody has typed."""
    view = page.view
    yield from (view.title, view.lead, view.yes, page.said.text, *view.text, *page.path)
    yield from (hint.label for hint in page.hints)
    yield from (act.label for act in view.acts)
    yield from (text for pair in view.facts for text in pair)
    yield from (word for word, _ in view.counts)
    for side in view.side:
        yield from (side.title, *side.lines)
    if view.table is not None:
        yield from (view.table.empty, *(one.title for one in view.table.columns))
        yield from (cell for row in view.table.rows for cell in row.cells)
    for one in view.form.fields if view.form is not None else ():
        yield from (one.label, one.hint, one.wrong)


class Seen:
    """What stands on some lines, on one of them or on several."""

    def __init__(self, text: str) -> None:
        self._text = text.casefold()
        self._running = " ".join(self._text.split())

    def __contains__(self, text: str) -> bool:
        said = shown(text).casefold()
        return said in self._text or " ".join(said.split()) in self._running


def flaws(page: Shown, columns: int, rows: int) -> Iterator[str]:
    """Say what does not stand whole on a screen of this size."""
    laid = lay_out(page, columns, rows)
    lines = ["".join(span.text for span in line) for line in laid]
    if len(lines) != rows:
        yield f"{len(lines)} lines"
    yield from (f"too wide: {line}" for line in lines if cell_len(line) > columns)
    view, seen = page.view, Seen("\n".join(lines))
    if view.title not in Seen(lines[0]):
        yield f"title: {lines[0]}"
    beside = "   ".join(f"{word} {number}" for word, number in view.counts)
    if beside not in lines[2]:
        yield f"counts: {beside}"
    whole = [f"{number} {act.label}" for number, act in enumerate(view.acts, 1)]
    whole += [f"{hint.key} {hint.label}" for hint in page.hints]
    whole += [side.title for side in view.side]
    whole += [text for pair in view.facts for text in pair] + list(view.text)
    for at, one in enumerate(view.form.fields if view.form is not None else ()):
        whole += [one.label, one.wrong or (one.hint if at == page.at_field else "")]
    if view.table is not None and not view.table.rows:
        whole.append(view.table.empty)
    yield from (f"cut: {text}" for text in whole if text not in seen)
    if view.lead not in seen and view.lead not in Seen("\n".join(lines).replace(beside, "")):
        yield f"lead: {view.lead}"
    if view.table is not None and view.table.rows:
        yield from _flaws_of_table(page, view.table, laid, seen)


def _flaws_of_table(page: Shown, table: Table, laid: Sequence[Line], seen: Seen) -> Iterator[str]:
    there = {_row(span): at for at, line in enumerate(laid) for span in line if _row(span)}
    if len(there) < min(len(table.rows), _LEAST_ROWS):
        yield f"{len(there)} of {len(table.rows)} rows"
    if page.cursor not in there:
        yield f"the chosen row is out of sight: {page.cursor}"
        return
    heading = "".join(span.text for span in laid[min(there.values()) - 1]).partition("│")[0]
    if heading.count("…") > sum(one.title.count("…") for one in table.columns):
        yield f"heading: {heading}"
    titles = re.split("  +", heading.strip())
    chosen = next(row for row in table.rows if row.key == page.cursor)
    for one, cell in zip(table.columns, chosen.cells, strict=False):
        if one.title in titles and cell not in seen:
            yield f"cell of the chosen row: {cell}"


def _row(span: Span) -> str:
    what, which = span.target or ("", "")
    return which if what == "row" else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_whole_on_every_screen(pages: Pages, language: str) -> None:
    found = {
        f"{columns}x{rows} {page}: {flaw}"
        for page in pages(language)
        for columns, rows in SIZES
        for flaw in flaws(page.shown, columns, rows)
    }
    assert sorted(found) == []


# --- what a page says ---


@cache
def english(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The English sentences that are another in a language, and what those look like that have facts in them."""
    file = Path(words.__file__).parent / language / "LC_MESSAGES" / "depot.po"
    with file.open("rb") as opened:
        told = [one for one in read_po(opened, locale=language) if one.id]
    pairs = [(_all(one.id), _all(one.string)) for one in told]
    theirs = {said for _, strings in pairs for said in strings}
    left = {one for ids, _ in pairs for one in ids} - theirs
    plain = frozenset(one for one in left if "%(" not in one)
    parts = [re.split(r"%\(\w+\)[sd]", one) for one in left - plain]
    long = [one for one in parts if sum(len(part.strip()) for part in one) > 5]
    return plain, tuple(re.compile(".+?".join(map(re.escape, one))) for one in long)


def _all(said: str | Sequence[str] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())


def is_english(text: str, language: str) -> bool:
    """Tell whether a text is a sentence of ours that a language says otherwise."""
    plain, patterns = english(language)
    return text in plain or any(one.fullmatch(text) for one in patterns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language_and_no_codes(pages: Pages, language: str) -> None:
    told = {text: page for page in pages(language) for text in said_on(page.shown) if text}
    assert [f"{page}: {text}" for text, page in told.items() if _CODE.search(text)] == []
    if language != "en":
        assert [f"{page}: {text}" for text, page in told.items() if is_english(text, language)] == []


@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_what_a_digit_does_has_one_name_and_that_name_means_nothing_else(pages: Pages, language: str) -> None:
    meant: dict[str, set[str]] = {}
    for ours, theirs in zip(pages("en"), pages(language), strict=True):
        acts, said = ours.shown.view.acts, theirs.shown.view.acts
        assert [one.key for one in acts] == [one.key for one in said], ours
        assert len({one.label for one in said}) == len(said) <= 9, theirs
        for one, other in zip(acts, said, strict=True):
            meant.setdefault(other.label, set()).add(one.label)
    assert {label: ids for label, ids in meant.items() if len(ids) > 1} == {}


# --- every key and every scan ---

KEYS = [key.value for key in Key if key not in (Key.CHAR, Key.OUT, Key.BACK, Key.HELP, Key.AFRESH)]
"""What is pressed on every page; Esc and F1 are pressed by themselves, and F1 has it looked at again."""
TYPED = [*"0123456789", *"aÅ+/ ", "\x1b"]
STRANGE = ["unknown", "on loan", "badge", "kari", "shelf", "nav", "junk", "much"]


class Opened(Bench):
    """Stands for what a scan or a search opens on every page: those are pages of their own."""

    def view(self) -> View:
        """Show nothing much."""
        return View("Opened")


def _opened(at: At, scan: codes.Scan) -> Bench | None:
    known = (codes.ItemCode, codes.CardCode, codes.ShelfCode, codes.NavLabel)
    return Opened(at) if isinstance(scan, known) else None


class Heard(logging.Handler):
    """Hears what the session says in the log of what did not work."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Hear it."""
        self.said.append(self.format(record))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what is said meanwhile."""
        log = logging.getLogger(Session.__module__)
        log.addHandler(self)
        yield
        log.removeHandler(self)


class User:
    """Presses and scans everything on every page of a kind, and notes what goes wrong."""

    def __init__(self, heard: Heard, complaints: list[str]) -> None:
        self.heard, self.complaints = heard, complaints
        self.used: set[object] = set()
        self.scanned: set[object] = set()

    def use(self, walk: Walk, page: Page, taken: Sequence[str]) -> None:
        """Use a page, if none of its kind was."""
        view = page.shown.view
        what = (page.bench, tuple(one.name for one in view.form.fields) if view.form is not None else ())
        kind = (
            what,
            tuple(one.key for one in view.acts),
            bool(view.table and view.table.rows),
            bool(view.yes),
        )
        if kind not in self.used:
            walked = [*taken, *(str(at) for at, act in enumerate(view.acts, 1) if act.key in taken)]
            self.press(walk, page, [key for key in [*KEYS, *TYPED] if key not in walked])
            self.scan(walk, page, STRANGE if what not in self.scanned else [])
            self.leave(walk, page)
        self.used.add(kind)
        self.scanned.add(what)

    def press(self, walk: Walk, page: Page, keys: Sequence[str]) -> None:
        """Press one key after the other."""
        if page.shown.view.form is not None:
            walk.desk.press("1")
        for key in keys:
            self.hear(walk, page, f"press {key}", partial(walk.desk.press, key))

    def scan(self, walk: Walk, page: Page, codes: Sequence[str]) -> None:
        """Scan one code after the other."""
        for code in codes:
            self.hear(walk, page, f"scan {code}", partial(walk.desk.scan, SCANS[code]))

    def hear(self, walk: Walk, page: Page, said: str, does: Callable[[], object]) -> None:
        """Do something, hear whether it went wrong or what was typed is gone, and be back."""
        session, seat, typed, doors = walk.session, walk.seat, dict(walk.seat.typed), walk.session._doors
        session._doors = replace(doors, common=_opened, search=Opened)
        does()
        session._doors = doors
        if self.heard.said:
            self.complaints.append(f"{page}, {said}: {self.heard.said}")
            self.heard.said.clear()
        if walk.seat is not seat and seat in session._seats and seat.typed != typed and "enter" not in said:
            self.complaints.append(f"{page}, {said}: {typed} was typed, and {seat.typed} is there")
        walk.back_to(len(page.route))

    def leave(self, walk: Walk, page: Page) -> None:
        """Ask for help and come back; then leave by Esc."""
        seats, seat, open_now = walk.session._seats, walk.seat, len(walk.session._seats)
        view, typed = seat.view, dict(seat.typed)
        walk.desk.press("help")
        helped = isinstance(walk.seat.bench, Help)
        walk.desk.press("back")
        if not helped or walk.seat is not seat or (seat.view, seat.typed) != (view, typed):
            self.complaints.append(f"{page}: help does not come back to it as it was")
        for _ in range(3):
            if len(seats) >= open_now > 1:
                walk.desk.press("back")
        if len(seats) >= open_now > 1 or (open_now == 1 and len(seats) > 1):
            self.complaints.append(f"{page}: Esc does not leave it")


def test_no_key_and_no_scan_is_too_much_for_a_page(pages: Pages, complaints: list[str]) -> None:
    assert len(pages(USED_IN)) > 200
    assert complaints == []


def test_every_bench_is_on_the_walk(pages: Pages) -> None:
    names = [one.name for one in pkgutil.iter_modules(benches.__path__)]
    modules = [importlib.import_module(f"{benches.__name__}.{name}") for name in names]
    every = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Bench) and not one.__name__.startswith("_")
    }
    assert {one.__name__ for one in every - {page.bench for page in pages("en")}} <= {"Bench", "Help"}
