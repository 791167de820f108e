"""`depot late-entry` and `depot paper`: the paper list, there and back."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from depot import clock, demo
from depot.settings import LANGUAGES
from depot.tables import event, link, loan
from tests.depot.command.front import Shell


def yesterday(hour: int) -> datetime:
    """Yesterday at an hour, by the depot's clock."""
    today = clock.SystemClock().now().astimezone(ZoneInfo("Europe/Oslo"))
    return (today - timedelta(days=1)).replace(hour=hour, minute=30, second=0, microsecond=0)


def said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def test_a_loan_from_the_list_is_entered_with_the_time_it_happened(depot: Shell) -> None:
    at = yesterday(14)
    outcome = depot(
        "late-entry", "lend", demo.CONFIRMED_CARD, demo.SHOWER_STOOL, "--at", said(at), "--json"
    ).one
    assert (outcome["outcome"], outcome["item"]) == ("checked_out", demo.SHOWER_STOOL)
    (stored,) = depot.rows(loan, key=outcome["key"])
    assert clock.from_millis(stored.out_at) == at
    (body,) = [row.body for row in depot.rows(event, key=outcome["key"])]
    assert '"late_entry":true' in body
    assert f'"by":"os:{os.getuid()}"' in body  # a number; a log-in name often is somebody's own
    assert depot("check").status == 0


def test_a_return_from_the_list_is_entered_and_says_where_the_thing_belongs(depot: Shell) -> None:
    at = yesterday(9)
    outcome = depot("late-entry", "return", demo.ON_LOAN, "--at", said(at), "--json").one
    assert (outcome["outcome"], outcome["was"], outcome["place"]) == ("checked_in", "on_loan", "VASK 1")
    assert depot.json("loans", "--item", demo.ON_LOAN, "--open") == []


def test_a_card_from_the_box_comes_with_the_number_on_the_slip(depot: Shell) -> None:
    card = demo.CARDS_IN_THE_BOX[0]
    row = ("late-entry", "lend", card, demo.ROLLATOR, "--at", said(yesterday(14)), "--json")
    assert depot(*row).one["reasons"] == ["card_unknown"]
    outcome = depot(*row, "--phone", "0046701740690").one
    assert outcome["outcome"] == "checked_out"
    assert [one.key for one in depot.rows(link, key=outcome["key"])] == [outcome["key"]]


@pytest.mark.parametrize("at", ["25:00", "yesterday", "2020-01-01 12:00", "2199-01-01 12:00", ""])
def test_a_time_that_cannot_be_right_is_named(depot: Shell, at: str) -> None:
    answer = depot("late-entry", "return", demo.ON_LOAN, "--at", at)
    assert answer.status == 2
    assert "--at" in answer.err
    assert "wanted a time" in answer.err
    assert depot.json("loans", "--item", demo.ON_LOAN, "--open") != []


def test_whoever_enters_a_row_reads_which_day_was_understood(depot: Shell) -> None:
    at = yesterday(9)
    told = depot("late-entry", "return", demo.ON_LOAN, "--at", said(at)).out
    assert told.startswith(f"entered for {at:%A} {at.day} {at:%B %Y}, 09:30\n")


def test_a_card_where_the_thing_should_stand_enters_nothing(depot: Shell) -> None:
    swapped = ("late-entry", "lend", demo.ROLLATOR, demo.CONFIRMED_CARD, "--at", said(yesterday(9)))
    refused = depot(*swapped, "--json")
    assert (refused.status, refused.one["reasons"]) == (1, ["unknown_code"])
    assert depot.json("loans", "--item", demo.ROLLATOR) == []


@pytest.mark.parametrize("kind", ["poster", "power-cut", "card-box"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_fits_one_page_in_every_language(depot: Shell, kind: str, language: str) -> None:
    page = depot("paper", kind, "--language", language).out
    lines = page.splitlines()
    assert max(map(len, lines)) <= 72
    assert len(lines) <= 66  # A4 at 10 points
    if language != "en":
        title, _depot, *english = depot("paper", kind, "--language", "en").out.splitlines()
        assert not {line for line in lines if line.strip(" _=")} & {title, *english}


def test_the_poster_is_in_every_language_that_the_kiosk_offers(depot: Shell) -> None:
    assert [page["language"] for page in depot.json("paper", "poster")] == ["nb", "nn", "da", "en"]
    assert depot("paper", "poster").out.count("\f") == len(LANGUAGES) - 1


def test_papers_say_whom_to_call_and_how_things_are_scanned_here(
    depot: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "depot.toml"
    file.write_text(
        '[kiosk]\nscanner = "hand"\nspeech_command = "none"\n[rules]\nfirst_loan = "staff"\n'
        '[[phone]]\nname = "Lageret"\nnumber = "55 00 00 00"\ndays = "12345"\nopens = "08:00"\ncloses = "15:00"\n'
    )
    monkeypatch.setenv("DEPOT_SETTINGS", str(file))
    page = depot("paper", "poster", "--language", "nb").out
    assert "Ring Lageret, 55 00 00 00." in page
    assert "Pek med skanneren" in page
    assert "fra esken" not in page
    assert "Trykk + når som helst." in page
    assert "lest høyt" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_for_a_power_cut_is_one_page_however_many_can_be_called(
    depot: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    phone = '[[phone]]\nname = "Lageret %d"\nnumber = "55 00 00 00"\ndays = "12345"\nopens = "08:00"\ncloses = "15:00"\n'
    file = tmp_path / "depot.toml"
    file.write_text("".join(phone % number for number in range(5)))
    monkeypatch.setenv("DEPOT_SETTINGS", str(file))
    lines = depot("paper", "power-cut", "--language", language).out.splitlines()
    assert len(lines) <= 66
    assert sum("Lageret" in line for line in lines) == 5
    assert sum(line.startswith("________  ") for line in lines) >= 12


def test_the_list_for_a_power_cut_has_rows_and_tells_how_long(depot: Shell) -> None:
    page = depot("paper", "power-cut", "--language", "nb").out
    assert sum(line.startswith("________  ") for line in page.splitlines()) == 16
    assert "Skriv ingen navn." in page
    assert "Dato: ____" in page  # without it nobody could enter yesterday's rows
    (month,) = [line for line in page.split("\n\n") if "30 dager:" in line]
    assert "Transportrullestol" in month
