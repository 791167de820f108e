"""Other people's labels all the way: from what is in the symbol, by every source, to what kiosk and desk say.

The readers have tests of their own; here each gives what it would: the keyboard with and without an AIM identifier,
with GS as itself, as another character and not at all; a grabbed device; a serial line, byte by byte; a camera.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from depot import codes
from depot.codes import Giai, Grai, Gtin, NavLabel, Scan, Udi, Unreadable, UnreadableReason
from depot.tables import depot, foreign_return, product_identifier
from depot.words import words_in
from kiosk import known
from kiosk.deeds import Counter
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.journey.answers import answered
from kiosk.journey.happenings import happens
from kiosk.sentences import Page, Scene, page
from kiosk.sentences.page import Name
from kiosk.terminal.doorway import Scanned
from kiosk.terminal.framing import Framer
from kiosk.terminal.repair import Repair
from kiosk.terminal.scans import Heard, Source
from tests.depot.house import ROLLATOR, STICK, House, settings_for
from tests.inventory.desk.driver import Sitting, StandingClock

OURS, NEW = "07038010021145", "09501101531000"
"""A product's number that is bound to the rollator here, and one that is bound to nothing."""
MAKERS, NAVS, NOT_OURS = "This is the maker's own label", "Thank you! This belongs to NAV", "This is not ours"
UNKNOWN = "We do not know this label. Try once more"
NUMBER, ARTICLE, NAMED = "A maker's number", "An article number", "ROLLATOR, INDOOR"


@dataclass(frozen=True)
class Label:
    """A label: what its symbol holds (GS for FNC1), which symbol it is, and what shall come of it.

    `kiosk` is a page's title, with the line's name behind it where it is shown; `desk` a title or what is said.
    """

    holds: str
    aim: str
    means: Scan
    kiosk: str
    desk: str
    sources: frozenset[str] = field(default=frozenset())


LABELS = {
    "GS1 DataMatrix of a product that is known": Label(
        f"01{OURS}17300200" + "10L7\x1d21aB-12", "]d2",
        Udi(OURS, serial="aB-12", batch="L7", expires=date(2030, 2, 28)),
        f"{MAKERS}: {NAMED}", f"{NUMBER}: Rollator, indoor",
    ),
    "GS1-128 of one that is not": Label(
        f"01{NEW}10L7\x1d21aB-12", "]C1", Udi(NEW, serial="aB-12", batch="L7"),
        MAKERS, f"{NUMBER}: No line has this number yet.",
    ),
    "GS1 QR": Label(f"01{OURS}21aB-12", "]Q3", Udi(OURS, serial="aB-12"),
        f"{MAKERS}: {NAMED}", f"{NUMBER}: Rollator, indoor"),
    "Digital Link in a QR code": Label(
        f"https://maker.example/p/01/{OURS}/10/L7/21/aB-12", "]Q1", Udi(OURS, serial="aB-12", batch="L7"),
        f"{MAKERS}: {NAMED}", f"{NUMBER}: Rollator, indoor",
    ),
    "EAN-13": Label("7038010021145", "]E0", Gtin(OURS), f"{MAKERS}: {NAMED}", f"{NUMBER}: Rollator, indoor"),
    "EAN-8": Label("73513537", "]E4", Gtin("00000073513537"), MAKERS, f"{NUMBER}: No line has this number yet."),
    "UPC-E": Label("06543217", "]E0", Gtin("00065100004327"), MAKERS, f"{NUMBER}: No line has this number yet."),
    "NAV's label on a thing": Label("123456 000789", "]A0", NavLabel("123456", "000789"), NAVS, "This is NAV's"),
    "NAV's article alone": Label("123457", "]A0", NavLabel("123457"), NAVS, f"{ARTICLE}: No line has this number yet."),
    "NAV's article, which a line of ours has": Label(
        "005634", "]C0", NavLabel("005634"), f"Whose is it?: {NAMED}", f"{ARTICLE}: Rollator, indoor"
    ),
    "a GIAI of somebody else": Label("8004950110153ABC/7", "]C1", Giai("950110153ABC/7"), NOT_OURS, "Not ours"),
    "a GRAI with a serial number": Label(
        "800309501101531000R2", "]C1", Grai("9501101531000", "R2"), NOT_OURS, "Not ours"
    ),
    "HIBC": Label("+H123PARTNO1234567890120", "]C0", Unreadable(UnreadableReason.OTHER_LABEL),
        MAKERS, "This label names neither a line nor a thing."),
    "ICCBA": Label("=A9999XYZ100T0944", "]C0", Unreadable(UnreadableReason.OTHER_LABEL),
        MAKERS, "This label names neither a line nor a thing."),
    "half of a maker's label": Label("10L7\x1d21aB-12", "]C1", Unreadable(UnreadableReason.OTHER_LABEL),
        MAKERS, "This label names neither a line nor a thing.", frozenset({"AIM", "serial", "camera"})),
    "SSCC": Label("00106141412345678908", "]C1", Unreadable(UnreadableReason.PARCEL),
        "This is the label of a parcel", "The label of a parcel."),
    "a web address": Label("https://example.org/instructions", "]Q1", Unreadable(UnreadableReason.URL),
        "This is a code for telephones", "A web address."),
    "a Digital Link that is compressed": Label("https://id.gs1.org/ARHKVAdpjRQJdQYeoA", "]Q1",
        Unreadable(UnreadableReason.URL), "This is a code for telephones", "A web address."),
    "a supplier's number that is known": Label("30-1123-07", "]C0", Unreadable(UnreadableReason.WRONG_SHAPE),
        f"{MAKERS}: {NAMED}", "A supplier's number: Rollator, indoor"),
    "an order number of eight digits that is known": Label("81701010", "]C0",
        Unreadable(UnreadableReason.WRONG_SHAPE), f"{MAKERS}: {NAMED}", "A supplier's number: Rollator, indoor",
        frozenset({"AIM", "serial", "camera"})),
    "a maker's serial number": Label("SN: 24CE012345", "]Q1", Unreadable(UnreadableReason.WRONG_SHAPE),
        UNKNOWN, "We do not know this label."),
    "one that is not": Label("30-1123-08", "]C0", Unreadable(UnreadableReason.WRONG_SHAPE),
        UNKNOWN, "A label that is not known here: No line has this number yet."),
    "a Danish number of five digits that is known": Label("48213", "]C0", Unreadable(UnreadableReason.WRONG_SHAPE),
        f"{MAKERS}: {NAMED}", f"{ARTICLE}: Rollator, indoor", frozenset({"serial", "camera", "AIM"})),
    "somebody's name": Label("HANSEN, KARI", "]C0", Unreadable(UnreadableReason.WRONG_SHAPE),
        UNKNOWN, "We do not know this label."),
}  # fmt: skip


def by_every_source(label: Label) -> Iterator[tuple[str, Heard]]:
    """What each source hears of a label."""
    text, aim = label.holds, label.aim
    plain, tilde = Repair(), Repair(separator="~")
    keyboard = {
        "plain": plain.repaired(text),
        "AIM": plain.repaired(aim + text),
        "GS first": plain.repaired("\x1d" * (aim in ("]C1", "]d2", "]Q3")) + text),
        "GS in words": plain.repaired(aim + text.replace("\x1d", "<GS>")),
        "GS as ~": tilde.repaired(aim + text.replace("\x1d", "~")),
    }
    for how, sent in keyboard.items():
        yield how, Heard(sent, Source.WEDGE, 0.0)
    yield "grabbed", Heard(text, Source.EVDEV, 0.0, "counter")
    for frame in Framer().feed(f"{aim}{text}\r\n".encode(), 0.0):
        yield "serial", Heard(frame.text, Source.SERIAL, frame.at, "counter", raw=frame.raw)
    yield "camera", Heard(text, Source.CAMERA, 0.0, "desk", symbology=aim)


class Kiosk:
    """The kiosk's journey at a ledger, without a terminal: what is scanned goes in, a page comes out."""

    def __init__(self, house: House) -> None:
        settings = settings_for(house.file)
        self._counter = Counter(house.ledger, settings, StandingClock(house.now))
        self._setup = v.Setup(languages=("en",), language="en", region=house.station.country)
        self._moment = v.Moment(5.0, house.now)
        self.visit = v.Visit(language="en")
        self._scene = Scene(
            words=words_in("en"), lines=known.lines(house.ledger, "en"), places=known.places(house.ledger)
        )

    def anew(self) -> Kiosk:
        """Begin a visit of somebody else's."""
        self.visit = v.Visit(language="en")
        return self

    def does(self, what: v.Happening) -> Page:
        self._moment = v.Moment(self._moment.at + 3, self._moment.local)
        turn = happens(self.visit, what, self._moment, self._setup)
        while turn.request is not None:
            answer = self._counter.do(turn.request)
            turn = answered(turn.visit, turn.request, answer, self._moment, self._setup)
        self.visit = turn.visit
        return self.page

    @property
    def page(self) -> Page:
        return page(self.visit, self._scene)


def says(told: Page) -> str:
    """A page's title, and the name of the line on it."""
    names = [block.text for block in told.blocks if isinstance(block, Name)]
    return ": ".join([told.title, *names])


def answers(desk: Sitting, heard: Heard) -> str:
    """What the desk says of a scan: the page that opens, and what it says first; or the answer line."""
    home = desk.title
    desk.session.scanned(Scanned(heard).scan, heard.text)
    opened = desk.session.shown.view
    said = f"{opened.title}: {opened.lead}" if opened.title != home else desk.session.said.text
    while desk.title != home:
        desk.press("back")
    return said


def know(house: House) -> House:
    """Have its rollator known by a number of each numbering."""
    numbers = (("gtin", OURS), ("hms", "005634"), ("hmi", "48213"), ("supplier", "30-1123-07"))
    for scheme, value in (*numbers, ("supplier", "81701010")):
        house.change(product_identifier, scheme=scheme, value=value, product=ROLLATOR)
    return house


@pytest.fixture
def knows(house: House) -> House:
    """A house that knows numbers of others."""
    return know(house)


@pytest.fixture(scope="module")
def one_house(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One such house for the whole table: a thing of NAV's that was taken in changes nothing for the next label."""
    folder = tmp_path_factory.mktemp("labels") / "house"
    shutil.copytree(founded, folder)
    house = know(House(folder / "depot.db"))
    yield house
    assert house.unsoundness() == []
    house.close()


@pytest.mark.parametrize("name", LABELS)
def test_every_label_is_told_for_what_it_is_whatever_reads_it(one_house: House, name: str) -> None:
    label = LABELS[name]
    desk, kiosk = Sitting(one_house.ledger, settings_for(one_house.file), one_house.now), Kiosk(one_house)
    heard_by = dict(by_every_source(label))
    for how, heard in heard_by.items():
        if label.sources and how not in label.sources:
            continue
        assert Scanned(heard).scan == label.means, how
        assert says(kiosk.anew().does(Scanned(heard).scan)) == label.kiosk, how
    assert answers(desk, heard_by["camera"]).startswith(label.desk)


def scanned(text: str) -> Scan:
    return codes.parse(text)


# --- in the middle of something ---


def test_somebody_elses_label_leaves_a_number_that_is_being_typed_alone(knows: House) -> None:
    kiosk = Kiosk(knows)
    kiosk.does(scanned(knows.card_from_box()))
    for digit in "4061":
        kiosk.does(v.Press(v.Key.DIGIT, digit))
    typing = kiosk.visit.screen
    assert isinstance(typing, shown.TypePhone)
    for label in ("123456 000789", "123457", "8004950110153ABC"):
        assert kiosk.does(scanned(label)).hint == "Type the number first. Then scan it again."
        assert kiosk.visit.screen == typing
    for label in ("7038010021145", "+H123PARTNO1234567890120", "00106141412345678908", "30-1123-07"):
        kiosk.does(scanned(label))
        assert kiosk.visit.screen != typing
        kiosk.does(v.Press(v.Key.YES))
        assert kiosk.visit.screen == typing
    assert knows.rows(foreign_return) == []


def test_what_waits_for_a_card_waits_on_while_navs_thing_is_brought(knows: House) -> None:
    kiosk, stick = Kiosk(knows), knows.stands(STICK)
    borrowing = kiosk.does(scanned(stick)).title
    told = kiosk.does(scanned("123456 000789"))
    assert (told.title, told.hint) == (NAVS, "Then scan your card for what you borrow.")
    assert kiosk.does(v.Press(v.Key.YES)).title == borrowing
    assert len(knows.rows(foreign_return)) == 1


def test_navs_number_on_a_line_of_ours_is_asked_about_and_taken_in_only_on_a_word(knows: House) -> None:
    kiosk = Kiosk(knows)
    assert kiosk.does(scanned("005634")).title == "Whose is it?"
    assert knows.rows(foreign_return) == []
    assert kiosk.does(v.Press(v.Key.NO)).title == Kiosk(knows).page.title
    kiosk.does(scanned("005634"))
    assert kiosk.does(v.Press(v.Key.DIGIT, "1")).title == NAVS
    assert [row.hms for row in knows.rows(foreign_return)] == ["005634"]


def test_our_own_number_in_a_gs1_code_is_our_thing(knows: House) -> None:
    stick = knows.stands(STICK)
    plain = Kiosk(knows).does(scanned(stick))
    for text in (
        f"]C180047038010{stick}",
        f"(8004)7038010{stick}",
        f"https://depot.example/8004/7038010{stick}",
    ):
        assert Kiosk(knows).does(scanned(text)) == plain


# --- where GS is lost ---


def test_a_label_whose_fields_run_together_names_its_product_and_no_serial_number(knows: House) -> None:
    lost = Heard(f"01{OURS}10L721aB-12", Source.WEDGE, 0.0)
    assert says(Kiosk(knows).does(Scanned(lost).scan)) == f"{MAKERS}: {NAMED}"
    desk = Sitting(knows.ledger, settings_for(knows.file), knows.now)
    desk.session.scanned(Scanned(lost).scan, lost.text)
    seen = desk.see(80, 24)
    assert "This scanner runs the numbers together" in seen
    assert "L721aB-12" not in seen


# --- in Denmark ---


def test_six_digits_are_no_labels_of_navs_in_denmark(knows: House) -> None:
    (row,) = knows.rows(depot)
    knows.change(depot, **row._asdict() | {"country": "DK"})
    knows.change(product_identifier, scheme="hmi", value="948213", product=STICK)
    knows.reopen()
    kiosk = Kiosk(knows)
    assert says(kiosk.does(scanned("948213"))) == f"{MAKERS}: WALKING STICK, ADJUSTABLE"
    assert says(Kiosk(knows).does(scanned("123456"))) == MAKERS
    assert says(Kiosk(knows).does(scanned("123456 000789"))) == NOT_OURS
    assert knows.rows(foreign_return) == []
    desk = Sitting(knows.ledger, settings_for(knows.file), knows.now)
    desk.scan("948213")
    assert "HMI 948213" in desk.see(80, 24)
    assert "A local number" in desk.see(80, 24)
    desk.press("back")
    desk.scan("123456 000789")
    assert desk.title == "Not ours"
