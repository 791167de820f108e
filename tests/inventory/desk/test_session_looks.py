"""When a bench is asked again what it shows: after a deed and at its opening, once; for moving about, not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inventory.benches import registry
from inventory.desk.bench import At, Bench, Fill, Turn, plain
from inventory.desk.session import AFRESH_SECONDS, Doors
from inventory.desk.views import Act, Column, Field, Form, Row, Table, View
from tests.depot.house import House, settings_for
from tests.inventory.desk.driver import Sitting


class Counts(Bench):
    """Shows thirty rows, and counts how often it was asked for them."""

    goes_stale = True
    asked = 0

    def view(self) -> View:
        self.asked += 1
        rows = tuple(Row(f"row {n}", (f"row {n}",)) for n in range(30))
        acts = (Act("say", "Say"), Act("more", "More"), Act("fill", "Fill"), Act("find", "Find"))
        return View("Counts", table=Table((Column("Row"),), rows), acts=acts)

    def acted(self, act: str, row: str | None) -> Turn:
        match act:
            case "more":
                return Turn(go=Counts(self.at))
            case "fill":
                return Turn(go=Asks(self.at))
            case "find":
                return Turn(go=Finds(self.at))
            case _:
                return plain("said")


class Asks(Fill):
    """A form of two lines that counts the same."""

    asked = 0

    def __init__(self, at: At) -> None:
        super().__init__(at, "Asks", (Field("one", "One"), Field("two", "Two")), lambda _: plain(""))

    def view(self) -> View:
        self.asked += 1
        return super().view()


class Finds(Bench):
    """A line that is searched as it is typed."""

    asked = 0
    heard = ""

    def view(self) -> View:
        self.asked += 1
        rows = tuple(Row(f"{self.heard}{n}", (f"{self.heard}{n}",)) for n in range(5))
        return View(
            "Finds", form=Form((Field("what", "What"),), live=True), table=Table((Column("Found"),), rows)
        )

    def typing(self, typed: str) -> None:
        self.heard = typed


@pytest.fixture
def counts(house: House, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """A storekeeper sits at the bench that counts."""
    known = registry.doors()
    doors = Doors(home=Counts, sign_in=known.sign_in, common=known.common, search=known.search)
    monkeypatch.setattr("tests.inventory.desk.driver.doors", lambda: doors)
    return Sitting(house.ledger, settings_for(house.file), house.now)


def _asked(sitting: Sitting) -> int:
    bench = sitting.session._seats[-1].bench
    assert isinstance(bench, Counts | Asks | Finds)
    return bench.asked


def test_a_bench_is_asked_once_when_it_opens_and_once_after_an_act(counts: Sitting) -> None:
    assert _asked(counts) == 1
    counts.act("Say")
    assert _asked(counts) == 2
    counts.act("More")
    assert _asked(counts) == 1, "the new one"
    counts.press("back")
    assert _asked(counts) == 3, "the first one, which somebody comes back to"


@pytest.mark.parametrize(
    "move",
    [
        lambda desk: desk.press("down", "down", "up", "page_down", "page_up", "last", "first", "next"),
        lambda desk: desk.session.clicked(("row", "row 4")),
    ],
    ids=["arrows", "mouse"],
)
def test_moving_about_asks_nothing(counts: Sitting, move: Callable[[Sitting], object]) -> None:
    move(counts)
    assert _asked(counts) == 1
    assert counts.session.shown.cursor in {"row 1", "row 4"}


def test_what_was_said_goes_with_the_next_key_all_the_same(counts: Sitting) -> None:
    assert counts.act("Say") == "said"
    assert counts.press("down") == ""


def test_typing_on_a_form_asks_nothing_until_it_is_sent(counts: Sitting) -> None:
    counts.act("Fill")
    counts.type("Kari")
    counts.type("Testesen", enter=False)
    counts.press("erase", "up", "down")
    counts.session.clicked(("field", "0"))
    assert _asked(counts) == 1
    assert dict(counts.session.shown.typed) == {"one": "Kari", "two": "Testese"}
    assert counts.session.shown.at_field == 0


def test_a_live_line_is_looked_up_at_every_key_but_not_for_the_arrows(counts: Sitting) -> None:
    counts.act("Find")
    counts.type("ab", enter=False)
    assert _asked(counts) == 3
    counts.press("down", "down")
    assert _asked(counts) == 3
    assert counts.session.shown.cursor == "ab2"
    counts.press("erase")
    assert counts.session.shown.cursor == "a0"


def test_what_others_change_is_seen_however_long_somebody_moves_about(counts: Sitting) -> None:
    for _ in range(4):
        counts.clock.seconds += AFRESH_SECONDS / 3
        counts.press("down")
        counts.session.tick()
    assert _asked(counts) == 2
    assert counts.session.shown.cursor == "row 4"
