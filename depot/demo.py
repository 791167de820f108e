"""The practice depot: what stands where, who borrows, and the codes that documents and tests call by name.

The same codes on every machine; everything that happened there happened in the year before it was made (see
`rehearsal`, which tells it). Nobody in it is real: the names say so, and the telephone numbers are of the
series that Sweden's PTS keeps free for films and books (070-174 06 05 to 99). Norway, as far as we could
find, keeps none free, and a made-up Norwegian number may be somebody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from depot.own import Kind, mint
from depot.settings import Settings

SERIES = 4
"""The four digits that the practice depot's codes begin with: 0004."""

# shelf, line, pieces: numbered in this order, from the back wall to the door
STOCK = (
    ("E1", "BED-01", 3), ("E1", "BED-02", 4), ("E1", "BED-03", 3),
    ("E2", "LFT-01", 2), ("E2", "LFT-02", 2), ("E2", "LFT-03", 4),
    ("E3", "TRF-01", 3), ("E3", "TRF-02", 2), ("E3", "SEA-01", 3),
    ("E3", "WLK-09", 2), ("E4", "WHC-03", 3), ("E4", "WHC-05", 5),
    ("E4", "RMP-02", 2), ("E4", "TOI-08", 3), ("D1", "BED-04", 4),
    ("D1", "BED-05", 5), ("D2", "REA-01", 10), ("D2", "REA-02", 8),
    ("C1", "TOI-01", 8), ("C1", "TOI-02", 6), ("C1", "TOI-03", 6),
    ("C1", "TOI-04", 5), ("C2", "TOI-05", 4), ("C2", "TOI-06", 5),
    ("C2", "TOI-07", 5), ("C3", "BTH-01", 10), ("C3", "BTH-02", 3),
    ("C3", "BTH-03", 6), ("C3", "BTH-04", 4), ("B1", "WHC-01", 8),
    ("B1", "WHC-02", 8), ("B1", "WHC-04", 4), ("B2", "RMP-01", 7),
    ("A1", "WLK-01", 16), ("A1", "WLK-02", 4), ("A2", "WLK-03", 7),
    ("A2", "WLK-04", 6), ("A2", "WLK-11", 5), ("A3", "WLK-05", 5),
    ("A3", "WLK-12", 4), ("A3", "WLK-10", 2), ("B2", "WLK-07", 7),
    ("B2", "WLK-08", 3), ("B2", "WLK-06", 8),
)  # fmt: skip

COUNTED = {"WLK-11": 5, "WLK-12": 4}
"""Lines that are counted and not labelled, and how many there are now. Their numbers above stay unused."""


def numbered() -> dict[str, list[str]]:
    """Number every piece: the codes of each line, in the order of its labels."""
    codes: dict[str, list[str]] = {}
    number = 0
    for _, line, pieces in STOCK:
        codes[line] = [mint(Kind.ITEM, f"{SERIES:04d}{number + one:03d}") for one in range(1, pieces + 1)]
        number += pieces
    return codes


_ITEMS = numbered()

# Free to borrow without staff.
ROLLATOR = _ITEMS["WLK-06"][0]
SHOWER_STOOL = _ITEMS["BTH-01"][0]
CRUTCHES = (_ITEMS["WLK-01"][0], _ITEMS["WLK-01"][1])
COMMODE, BUCKET = _ITEMS["TOI-06"][0], _ITEMS["TOI-07"][0]
WALKING_FRAME = _ITEMS["WLK-05"][1]

# Not to be borrowed now, each for a reason of its own.
IN_CLEANING = _ITEMS["WHC-01"][0]
IN_REPAIR = _ITEMS["WHC-01"][1]
IN_QUARANTINE = _ITEMS["TOI-01"][0]
IN_INSPECTION = _ITEMS["LFT-03"][0]
STAFF_ONLY = _ITEMS["WHC-03"][0]
INSPECTION_EXPIRED = _ITEMS["RMP-01"][0]
RECALLED = _ITEMS["WHC-02"][0]
SET_ASIDE = _ITEMS["BTH-02"][0]
ON_LOAN = _ITEMS["WLK-06"][1]
MISSING = _ITEMS["REA-01"][0]
LOST = _ITEMS["WLK-04"][0]
WRITTEN_OFF = _ITEMS["WLK-03"][0]
KEPT = _ITEMS["WLK-07"][0]
NOT_SHELVED = _ITEMS["WLK-08"][2]

WHOLLY_OUT = "BTH-04"
"""A line of which every piece is on loan, and somebody waits: bath seats."""
NEXT_HOME, *OUT_LATER = _ITEMS[WHOLLY_OUT]
"""Its pieces, in the order in which they are due."""
WHEELCHAIR_OUT = _ITEMS["WHC-01"][3]
"""A wheelchair on loan, with two footrests and a cushion that may stay out when it comes home."""

NAV_LABEL = "005634 104711"
"""What a label of NAV's says when it is scanned: article and serial number, six digits each."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. Days are counted back from the day the practice depot is made.

    Args:
        started: when their card was taken into use; confirmed: when they were reached, if they were.
        swedish: the last two digits of their number, 05 to 99.
    """

    card: str
    name: str
    swedish: int
    started: int
    confirmed: int | None = None
    language: str = "nb"

    @property
    def phone(self) -> str:
        """Their number, as one types it on a keypad in Norway."""
        return f"004670174{600 + self.swedish:04d}"


def _card(seven: str) -> str:
    return mint(Kind.CARD, seven)


KARI = Person(_card("4960229"), "Kari Eksempel", 5, started=340, confirmed=340)
OLA = Person(_card("6088505"), "Ola Prøve", 6, started=320, confirmed=320)
NEW = Person(_card("2730838"), "Nora Nykommer", 7, started=3)
WAITING = Person(_card("7644754"), "Vidar Venter", 8, started=12)
UNCONFIRMED = Person(_card("9034246"), "Ulla Ukjent", 9, started=18)
LATE = Person(_card("3600003"), "Sein Seinesen", 10, started=300, confirmed=297)
BLOCKED = Person(_card("2511631"), "Stig Stoppet", 11, started=280, confirmed=280)
DEAD = Person(_card("2115938"), "Mona Minnes", 12, started=260, confirmed=255)
BORROWS_MUCH = Person(_card("1332477"), "Lars Liksom", 13, started=310, confirmed=310)
ENGLISH = Person(_card("7737579"), "Ann Example", 14, started=200, confirmed=190, language="en")
REGULAR = Person(_card("5854919"), "Eva Eventyr", 15, started=330, confirmed=330)
FIRST_IN_LINE = Person(_card("1987289"), "Per Påfunn", 5, started=60, confirmed=58)
"""Gave the same number as Kari: a pair for the desk to look at."""

PEOPLE = (
    KARI, OLA, NEW, WAITING, UNCONFIRMED, LATE, BLOCKED, DEAD, BORROWS_MUCH, ENGLISH, REGULAR, FIRST_IN_LINE,
)  # fmt: skip

CONFIRMED_CARD, CONFIRMED_PHONE = KARI.card, KARI.phone
STARTER_CARD = NEW.card
BLOCKED_CARD = BLOCKED.card
LATE_CARD = LATE.card
SET_ASIDE_CARD = FIRST_IN_LINE.card
"""The card that `SET_ASIDE` waits for."""
ON_LOAN_CARD = BORROWS_MUCH.card
"""The card that `ON_LOAN` is out on."""
WHEELCHAIR_CARD = REGULAR.card
"""The card that `WHEELCHAIR_OUT` is out on."""
NEXT_HOME_CARD = ENGLISH.card
"""The card that `NEXT_HOME` is out on."""

CARDS_IN_THE_BOX = tuple(
    _card(seven)
    for seven in (
        "4723336", "9729844", "7043906", "5641964", "3896830", "2781460", "5390925", "4597042", "1430162",
        "5366340", "5559170", "4245311", "3765191", "6198419", "5859364", "7247719", "2454890", "6660674",
        "7508416", "9488495",
    )
)  # fmt: skip
"""Printed, and nobody's yet: what somebody who has never been here takes."""

BADGE, PIN = mint(Kind.BADGE, "5175405"), "1234"
"""The storekeeper's badge and PIN, for practice only: they open nothing but this ledger."""


def found(settings: Settings, *, now: datetime) -> None:
    """Make the practice depot where the settings say.

    Args:
        now: aware, UTC; the story ends an hour before it.

    Raises:
        FileExistsError: there is a ledger already.
    """
    from depot import rehearsal

    rehearsal.tell(settings, now=now)


def items(line: str) -> list[str]:
    """Return the codes of a line's pieces, in the order of their labels."""
    return list(_ITEMS[line])
