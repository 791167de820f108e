"""A Tuesday morning at the desk, whole: forty returns washed, five to the workshop, twenty-four rollators received with
their labels, a shelf counted with three differences, and a recall.

The story knows no terminal and no language: it is told to whatever has hands (`Hands`), once in a real terminal and
once, in another language, to a session alone. Everything in it is done as the storekeeper's guide says, with the
scanner and the keypad; letters are typed once, to find the line of the new rollators.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from depot import badges, codes, lending
from depot.tables import product
from depot.words import Words
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, STOOL, TONGS, House

PIN = "2580"
NAME = "Turid Test"
LOT = "L2407"
WHEELCHAIR = "WHC-02"


class Hands(Protocol):
    """What a storekeeper has: a scanner, keys, and eyes."""

    words: Words

    def scan(self, code: str, wanted: str) -> None:
        """Scan, and wait until the screen says what is wanted."""

    def press(self, key: str, wanted: str) -> None:
        """Press a key by its name, and wait."""

    def type(self, text: str, wanted: str) -> None:
        """Type a text, and wait."""

    def act(self, label: str, wanted: str) -> None:
        """Press the digit that stands beside a label, and wait."""

    def choose(self, row: str, wanted: str) -> None:
        """Choose the row that holds a text with the arrows, press Enter, and wait."""

    def sees(self, text: str) -> bool:
        """Whether a text stands on the screen."""


@dataclass
class Depot:
    """What stands in the depot on that Tuesday, by the codes on the labels."""

    badge: str
    washed: list[str]
    broken: list[str]
    counted_shelf: str
    on_it: list[str]
    not_there: str
    from_elsewhere: str
    on_loan: str
    rollators_label: str
    rollators_shelf: str
    recalled_in: str
    recalled_out: str


def furnish(house: House) -> Depot:
    """Put everything in its place: forty-five things have come home over the weekend."""
    badge = house.ledger.perform(
        lambda conn, _: badges.add(conn, name=NAME, pin=PIN, role="manager", now=house.now)
    )[1]
    lines = (STICK, STOOL, CRUTCHES, ROLLATOR, TONGS)
    out = [house.stands(lines[n % len(lines)], on="A1") for n in range(45)]
    card = house.confirmed("Kari Testesen", phone="40612345")
    chair_in, chair_out = (house.stands(WHEELCHAIR, on="B1", lot=LOT) for _ in range(2))
    shelf = [house.stands(STICK, on="C1") for _ in range(6)]
    elsewhere, on_loan = house.stands(STOOL, on="C2"), house.stands(STICK, on="C1")
    everybody = lending.Desk(by=str(uuid.uuid4()), overrides=True)
    for thing in (*out, chair_out, on_loan):
        lent = house.do(lending.check_out, card=card, item=thing, desk=everybody)
        assert not hasattr(lent, "reasons"), lent
    house.wait(days=4)
    for thing in out:
        house.do(lending.check_in, item=thing)
    return Depot(
        badge=badge,
        washed=out[:40],
        broken=out[40:],
        counted_shelf=house.shelf("C1"),
        on_it=shelf[1:],
        not_there=shelf[0],
        from_elsewhere=elsewhere,
        on_loan=on_loan,
        rollators_label=house.rows(product, code=ROLLATOR)[0].label,
        rollators_shelf=house.shelf("B2"),
        recalled_in=chair_in,
        recalled_out=chair_out,
    )


def morning(hands: Hands, depot: Depot, printed: Callable[[], list[str]]) -> None:
    """The whole morning, from the first page before a badge to signing out.

    Args:
        printed: what stands on the labels that have come out of the printer, in their order.
    """
    sign_in(hands, depot)
    wash(hands, depot)
    mend(hands, depot)
    receive(hands, depot, printed)
    count(hands, depot)
    recall(hands, depot)
    hands.press("out", hands.words.t("Scan your badge."))


def sign_in(hands: Hands, depot: Depot) -> None:
    """A badge, and its PIN."""
    t = hands.words.t
    hands.scan(depot.badge, t("Type your PIN, then Enter."))
    hands.type(PIN, "●●●●")
    hands.press("enter", t("Good to see you, %(name)s.", name=NAME))


def wash(hands: Hands, depot: Depot) -> None:
    """Forty things washed and five broken ones, left in the middle and gone on with."""
    t = hands.words.t
    hands.act(t("Wash"), t("Scan each thing when it is washed and looked over."))
    for number, thing in enumerate(depot.washed[:20], 1):
        hands.scan(thing, f"{t('washed')} {number} ")
    for number, thing in enumerate(depot.broken, 1):
        hands.scan(thing, f"{t('washed')} {20 + number} ")
        hands.act(t("Last one is broken"), f"{t('to one side')} {number} ")
    hands.press("out", t("Scan your badge."))
    sign_in(hands, depot)
    hands.choose(t("a wash run"), f"{t('washed')} 25 ")
    for number, thing in enumerate(depot.washed[20:], 26):
        hands.scan(thing, f"{t('washed')} {number} ")
    hands.act(t("The run is done"), t("They stay on Today's list; only this list is closed. End the run?"))
    said = hands.words.n("The run is done: %(n)d thing washed.", "The run is done: %(n)d things washed.", 45)
    hands.press("enter", said)
    hands.press("back", t("What waits"))


def mend(hands: Hands, depot: Depot) -> None:
    """One of the five is mended, and waits to be washed; the other four wait for the workshop."""
    t = hands.words.t
    hands.choose(t("To repair"), f"{t('Today')} > {t('To repair')}")
    hands.choose(codes.spoken(depot.broken[0]), t("Wait for a part"))
    hands.act(t("Mended"), f"{t('waiting')} 4 ")
    hands.press("back", t("What waits"))


def receive(hands: Hands, depot: Depot, printed: Callable[[], list[str]]) -> None:
    """Twenty-four rollators: labels printed, twelve glued and scanned, a break, the other twelve."""
    t = hands.words.t
    shelved = t("on the shelf")
    hands.act(t("Receive"), t("Choose the line"))
    hands.scan(depot.rollators_label, t("Number of pieces"))
    hands.type("24", "24_")
    hands.press("enter", f"> {t('Owner')}")
    hands.press("enter", f"> {t('Price of one')}")
    hands.press("enter", f"> {t('Arrived on')}")
    hands.press("enter", t("Scan the shelf where they will stand, or choose it."))
    hands.scan(depot.rollators_shelf, t("Which labels do they get?"))
    hands.act(t("Print new labels"), t("label of a thing"))
    hands.press("enter", f"{shelved} 0 ")
    labels = printed()
    assert len(labels) == 24, labels
    for number, label in enumerate(labels[:12], 1):
        hands.scan(label, f"{shelved} {number} ")
    hands.press("out", t("Scan your badge."))
    sign_in(hands, depot)
    hands.choose(t("receiving"), f"{shelved} 12 ")
    for number, label in enumerate(labels[12:], 13):
        hands.scan(label, f"{shelved} {number} ")
    hands.press("back", t("What waits"))


def count(hands: Hands, depot: Depot) -> None:
    """One shelf: a thing is not there, one is another shelf's, one is on loan and stands there all the same."""
    t = hands.words.t
    here, left = t("on this shelf"), t("to settle")
    hands.act(t("Count"), t("Scan the label of the first shelf. That begins the count."))
    hands.scan(depot.counted_shelf, f"{here} 0 ")
    for number, thing in enumerate((*depot.on_it, depot.from_elsewhere, depot.on_loan), 1):
        hands.scan(thing, f"{here} {number} ")
    hands.press("enter", f"{t('differences')} 3 ")
    hands.act(t("Settle the differences"), f"{left} 3 ")
    hands.choose(codes.spoken(depot.not_there), t("It is gone: missing from now on"))
    hands.act(t("It is gone: missing from now on"), f"{left} 2 ")
    hands.act(t("I have put it back on %(shelf)s", shelf="C2"), f"{left} 1 ")
    hands.act(t("It has come home: the loan ends, and it is washed"), f"{left} 0 ")
    hands.press("back", t("End the count"))
    hands.act(t("End the count"), t("yes"))
    hands.press("enter", t("The count is ended. What was decided stays recorded."))
    hands.press("back", t("What waits"))


def recall(hands: Hands, depot: Depot) -> None:
    """A lot of wheelchairs is called back: one is taken off its shelf, and whoever has the other one is reached."""
    t = hands.words.t
    hands.act(t("More"), t("Recalls"))
    hands.choose(t("Recalls"), t("Open a recall"))
    hands.act(t("Open a recall"), t("Serial number"))
    hands.scan(depot.recalled_in, LOT)
    for label in ("Lot", "Serial number", "To serial number", "Why"):
        hands.press("enter", f"> {t(label)}")
    hands.press("enter", t("Open this recall?"))
    hands.press("enter", f"{t('told')} 0 ")
    hands.act(t("Whom to ring"), f"{t('to tell')} 1 ")
    assert hands.sees("Kari Testesen"), "the number to ring stands there after a badge"
    hands.act(t("Reached"), f"{t('to tell')} 0 ")
    hands.press("back", f"{t('told')} 1 ")
    hands.press("back", t("Open a recall"))
    hands.press("back", t("What waits"))
    assert not hands.sees("Kari Testesen")
