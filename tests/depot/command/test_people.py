"""`depot borrower`, `borrowers` and `staff`."""

from __future__ import annotations

import contextlib
import os
import pwd
import sys
from typing import Any

import pytest
from sqlalchemy import select

from depot import badges, clock, demo, outcomes, pins
from depot.command import wording
from depot.ledger import open_ledger
from depot.own import Kind, mint
from depot.settings import load
from depot.sqlite import read_only
from depot.tables import borrower, card, look_up, revision, staff
from tests.depot.command.front import Shell
from tests.driver import Terminal

ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"
BOX = demo.CARDS_IN_THE_BOX
UNKNOWN = mint(Kind.CARD, "0000001")


def listed(depot: Shell, code: str) -> dict[str, Any]:
    (one,) = depot.json("borrowers", "--card", code)
    assert isinstance(one, dict)
    return one


def test_a_card_from_the_box_is_taken_into_use_and_confirmed(depot: Shell) -> None:
    assert listed(depot, BOX[0])["blocked"] is True
    started = depot.json("borrower", "start", BOX[0], "--phone", "40612345", "--language", "en")
    assert started == {"card": BOX[0], "outcome": "started", "reasons": []}
    assert listed(depot, BOX[0]) == {
        "card": BOX[0],
        "blocked": False,
        "standing": "starter",
        "open_loans": 0,
    }
    assert depot.json("borrower", "confirm", BOX[0], "--name", "Ny Nysen")["outcome"] == "confirmed"
    assert listed(depot, BOX[0])["standing"] == "confirmed"
    assert depot("lend", BOX[0], demo.ROLLATOR).status == 0
    assert listed(depot, BOX[0])["open_loans"] == 1


def test_somebody_who_is_known_is_registered_with_a_card(depot: Shell) -> None:
    drawn = depot.json("borrower", "add", "Ny Nysen", "--phone", "+4740612345")["card"]
    assert listed(depot, drawn)["standing"] == "confirmed"
    given = depot.json("borrower", "add", "Gammel Gamlesen", "--card", BOX[1])["card"]
    assert given == BOX[1]
    assert depot("borrower", "add", "Ny Nysen", "--phone", "40612345").out.split()[1] == "added"


def test_two_cards_of_one_person_are_merged_and_both_work(depot: Shell) -> None:
    merged = depot.json("borrower", "merge", demo.STARTER_CARD, demo.CONFIRMED_CARD)
    assert merged["outcome"] == "merged"
    both = {listed(depot, code)["open_loans"] for code in (demo.STARTER_CARD, demo.CONFIRMED_CARD)}
    assert both == {4}
    assert depot("lend", demo.STARTER_CARD, demo.ROLLATOR).status == 0


def test_a_block_stops_loans_until_it_is_lifted(depot: Shell) -> None:
    assert depot.json("borrower", "block", demo.CONFIRMED_CARD, "--why", "lost")["outcome"] == "blocked"
    assert listed(depot, demo.CONFIRMED_CARD)["blocked"] is True
    assert depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR).status == 1
    assert depot.json("borrower", "unblock", demo.CONFIRMED_CARD)["outcome"] == "unblocked"
    assert depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR).status == 0


@pytest.mark.parametrize(
    "words",
    [
        ("confirm", UNKNOWN),
        ("confirm", BOX[0]),
        ("confirm", "nonsense"),
        ("block", UNKNOWN),
        ("merge", demo.CONFIRMED_CARD, demo.CONFIRMED_CARD),
        ("merge", demo.CONFIRMED_CARD, BOX[0]),
        ("start", UNKNOWN, "--phone", "40612345"),
        ("start", demo.BLOCKED_CARD, "--phone", "40612345"),
        ("add", "Ny Nysen", "--card", demo.CONFIRMED_CARD),
        ("add", "Ny Nysen", "--card", UNKNOWN),
    ],
)
def test_a_card_that_is_not_as_it_must_be_is_a_refusal(depot: Shell, words: tuple[str, ...]) -> None:
    before = depot.rows(revision)
    said = depot("borrower", *words, "--json")
    assert (said.status, said.json["outcome"]) == (1, "refused")
    assert said.json["reasons"][0] in ("card_unknown", "card_blocked")
    assert depot.rows(revision) == before
    in_words = depot("borrower", *words)
    assert (in_words.status, in_words.out[:4], in_words.err) == (1, "no: ", "")


@pytest.mark.parametrize(
    "words",
    [
        ("start", BOX[0], "--phone", "123"),
        ("start", BOX[0]),
        ("add", " "),
        ("add", "x" * 101),
        ("add", "Robert\x1b[2J"),
        ("add", "Ny\u202eNysen"),
        ("add", "Ny Nysen", "--language", "klingon"),
    ],
)
def test_what_is_no_name_and_no_number_is_bad_usage(depot: Shell, words: tuple[str, ...]) -> None:
    before = depot.rows(borrower)
    assert depot("borrower", *words).status == 2
    assert depot.rows(borrower) == before


def test_a_number_may_start_so_many_cards_a_day_and_no_more(depot: Shell) -> None:
    begun = [depot("borrower", "start", code, "--phone", "40612345").status for code in BOX[:4]]
    assert begun == [0, 0, 0, 1]


def test_nobody_is_named_unless_asked_for_and_asking_is_logged(depot: Shell) -> None:
    said = depot("borrowers", "--json").out + depot("borrowers").out
    assert "Eksempel" not in said
    assert "46701740605" not in said
    assert depot.rows(look_up) == []
    (kari,) = depot.json("borrowers", "--card", demo.CONFIRMED_CARD, "--contact")
    assert (kari["name"], kari["phone"]) == ("Kari Eksempel", "+46701740605")
    (logged,) = depot.rows(look_up)
    (theirs,) = depot.rows(card, code=demo.CONFIRMED_CARD)
    assert (logged.by, logged.borrower, logged.why) == (ME, theirs.borrower, "depot borrowers --contact")
    depot.json("borrowers", "--contact")
    assert {row.borrower for row in depot.rows(look_up)} == {row.id for row in depot.rows(borrower)}


def test_asking_for_a_card_that_nobody_has_logs_nobody(depot: Shell) -> None:
    depot.json("borrowers", "--contact", "--card", BOX[0])
    depot.json("borrowers", "--contact", "--card", UNKNOWN)
    assert depot.rows(look_up) == []


def test_the_list_of_cards_is_filtered(depot: Shell) -> None:
    assert {one["standing"] for one in depot.json("borrowers", "--standing", "starter")} == {"starter"}
    can = {one["card"] for one in depot.json("borrowers", "--unblocked")}
    cannot = {one["card"] for one in depot.json("borrowers", "--blocked")}
    assert demo.CONFIRMED_CARD in can
    assert {demo.BLOCKED_CARD, demo.DEAD.card, BOX[0]} <= cannot
    assert len(can | cannot) == 32


def test_strict_rules_block_whoever_could_not_borrow_now(
    depot: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPOT_RULES_STRICT", "true")
    monkeypatch.setenv("DEPOT_RULES_MAX_LINES", "4")
    cannot = {one["card"] for one in depot.json("borrowers", "--blocked", "--standing", "confirmed")}
    assert {demo.LATE_CARD, demo.BORROWS_MUCH.card} <= cannot
    starters = {one["card"]: one["blocked"] for one in depot.json("borrowers", "--standing", "starter")}
    assert (starters[demo.UNCONFIRMED.card], starters[demo.STARTER_CARD]) == (True, False)
    for code in (demo.LATE_CARD, demo.BORROWS_MUCH.card, demo.UNCONFIRMED.card):
        assert depot("lend", code, demo.ROLLATOR).status == 1


def test_what_a_person_was_before_is_kept_by_nobody(depot: Shell) -> None:
    depot("borrower", "confirm", demo.STARTER_CARD, "--name", "Nora Nysen")
    (theirs,) = depot.rows(card, code=demo.STARTER_CARD)
    kept = depot.rows(revision, table="borrower", key=theirs.borrower)
    assert [row.by for row in kept] == [None, ME]
    assert {row.body for row in kept} == {None}


def given(depot: Shell, monkeypatch: pytest.MonkeyPatch, code: str, pin: str) -> Any:
    """What the shell says of a PIN that comes on standard input."""
    read, write = os.pipe()
    os.write(write, f"{pin}\n".encode())
    os.close(write)
    with os.fdopen(read) as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        return depot("borrower", "pin", code, "--pin-stdin")


def test_a_borrower_gets_a_pin_and_later_another_one(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    code = demo.CONFIRMED_CARD
    assert given(depot, monkeypatch, code, "2718").status == 0
    assert given(depot, monkeypatch, code, "31415926").status == 0
    with read_only(depot.file) as conn:
        assert [pins.pin_matches(conn, code, pin) for pin in ("2718", "31415926")] == [False, True]
        assert "3141" not in str(conn.execute(select(borrower)).all())


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", ""])
def test_what_is_no_pin_is_refused_for_a_borrower_too(
    depot: Shell, monkeypatch: pytest.MonkeyPatch, pin: str
) -> None:
    assert given(depot, monkeypatch, demo.CONFIRMED_CARD, pin).status == 2
    assert {row.pin for row in depot.rows(borrower)} == {None}


@pytest.mark.parametrize("code", [UNKNOWN, BOX[0]], ids=["unknown", "nobody's yet"])
def test_a_card_that_is_nobodys_gets_no_pin(depot: Shell, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    said = given(depot, monkeypatch, code, "2718")
    assert said.status == 1


# --- staff ---


def test_a_badge_opens_with_the_pin_that_came_on_standard_input(
    depot: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, write = os.pipe()
    os.write(write, b"482913\n")
    os.close(write)
    with os.fdopen(read) as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        added = depot.json("staff", "add", "Lager Lagersen", "--pin-stdin")
    now = clock.SystemClock().now()
    with open_ledger(load()) as ledger:
        right = ledger.perform(lambda conn, _: badges.verify(conn, added["badge"], "482913", now=now))
        wrong = ledger.perform(lambda conn, _: badges.verify(conn, added["badge"], "482914", now=now))
    assert (right, wrong) == (added["staff"], None)
    with read_only(depot.file) as conn:
        assert "482913" not in str(conn.execute(select(staff)).all())


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", "", "١٢٣٤"])
def test_what_is_no_pin_is_refused_before_anything_is_hashed(
    depot: Shell, monkeypatch: pytest.MonkeyPatch, pin: str
) -> None:
    read, write = os.pipe()
    os.write(write, f"{pin}\n".encode())
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        said = depot("staff", "add", "Lager Lagersen", "--pin-stdin")
    assert said.status == 2
    assert len(depot.rows(staff)) == 1


def test_a_script_is_told_how_to_give_a_pin_and_never_asked(depot: Shell) -> None:
    process = depot.process("staff", "add", "Lager Lagersen", stdin=-3)  # DEVNULL
    out, err = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert "--pin-stdin" in err


def test_a_pin_typed_on_a_terminal_is_asked_twice_and_never_shown(depot: Shell) -> None:
    words = [sys.executable, "-m", "depot", "staff", "add", "Lager Lagersen"]
    with Terminal(words, columns=80, rows=24, env=os.environ | depot.environment) as terminal:
        terminal.wait_for("PIN:")
        terminal.press([*"482913", "\r"])
        terminal.wait_for("Repeat")
        terminal.press([*"482913", "\r"])
        assert terminal.exit_status() == 0
        shown = "\n".join(terminal.screen)
    assert "Lager Lagersen's badge" in shown
    assert "4829" not in shown


LISTENS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # also below a shell's &


def test_an_interrupt_ends_quietly(depot: Shell) -> None:
    words = [sys.executable, "-c", f"{LISTENS}; from depot.command import main; main()"]
    words += ["staff", "add", "Lager Lagersen"]
    with Terminal(words, columns=80, rows=24, env=os.environ | depot.environment) as terminal:
        terminal.wait_for("PIN:")
        assert _interrupted(terminal) == 128 + 2
        assert not any("Traceback" in line or "Abort" in line for line in terminal.screen)
    assert len(depot.rows(staff)) == 1


def _interrupted(terminal: Terminal) -> int:
    """Press Ctrl-C, as people do, until it is heard: Python may miss one just as it begins to read."""
    for _ in range(5):
        terminal.send(b"\x03")
        with contextlib.suppress(AssertionError):
            return terminal.exit_status(timeout=4)
    raise AssertionError("five interrupts were not heard")


def test_every_reason_has_its_words() -> None:
    assert set(wording.REASONS) == set(outcomes.Reason)


def test_new_cards_for_the_box_are_nobodys_and_can_be_taken_into_use(depot: Shell) -> None:
    drawn = [one["card"] for one in depot.json("card", "print", "3")]
    assert len(set(drawn)) == 3
    assert {listed(depot, code)["standing"] for code in drawn} == {"unassigned"}
    assert depot.json("borrower", "start", drawn[0], "--phone", demo.CONFIRMED_PHONE)["outcome"] == "started"


def test_no_more_cards_are_drawn_at_once_than_a_box_holds(depot: Shell) -> None:
    assert depot("card", "print", "0").status == 2
    assert depot("card", "print", "1001").status == 2
