"""The slip of a loan: it comes out of the printer by itself, and nobody at the screen ever waits for it."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pytest

from depot import codes, presses
from depot.tables import label_job
from tests.depot.house import STICK, STOOL
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, WELCOME, Station
from tests.labels.pressroom import press_process, settings_with, until

PRINTER = '[[printer]]\nname = "slips"\nuri = "folder:///unused"\n'
COMES = "Ta lappen med datoen. Så er du ferdig og kan gå."
NOT_NOW = "Det kommer ingen lapp nå, og du trenger ingen."


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(phones=PRINTER, station_printer="slips")


@contextmanager
def a_press(kiosk: Station, uri: str) -> Iterator[None]:
    """A press beside the kiosk, as `depot press` starts it."""
    process = press_process(settings_with(kiosk.house, f"slips {uri}"))
    try:
        until(lambda: list(presses.alive(kiosk.house.file)))
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def lends(kiosk: Station, *wanted: str, line: str = STICK) -> str:
    """Lend a thing at the screen; gives the loan's key."""
    item, card = kiosk.house.stands(line), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden", *wanted)
    kiosk.press(ENTER, "Takk, og ha det godt!")
    kiosk.press(ENTER, WELCOME)
    (loan,) = kiosk.house.loans(item)
    return str(loan.key)


def state_of_label(kiosk: Station, loan: str) -> str:
    (row,) = kiosk.house.rows(label_job, event=loan)
    return str(row.state)


def test_without_a_press_the_loan_is_made_and_nobody_is_told_to_wait_for_paper(kiosk: Station) -> None:
    loan = lends(kiosk, NOT_NOW, "Lever tilbake senest")
    assert state_of_label(kiosk, loan) == "waiting"


def test_a_loan_at_the_screen_brings_its_slip_with_the_same_date(kiosk: Station) -> None:
    folder = kiosk.folder / "slips"
    with a_press(kiosk, f"folder://{folder}"):
        until(lambda: presses.will_print(kiosk.house.file, "slips"))
        loan = lends(kiosk, COMES, line=STOOL)
        until(lambda: state_of_label(kiosk, loan) == "printed")
    (row,) = kiosk.house.rows(label_job, event=loan)
    page = pypdfium2.PdfDocument(folder / f"{row.key}.pdf")[0]
    said = " ".join(page.get_textpage().get_text_bounded().split())
    assert codes.spoken(kiosk.house.loan(loan).item) in said
    assert "Dusjkrakk" in said
    assert "mandag 12. april 2027" in said


def test_a_printer_that_is_off_neither_stops_nor_delays_a_loan_and_is_not_promised(kiosk: Station) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with a_press(kiosk, f"escpos://127.0.0.1:{port}"):
        loan = lends(kiosk, NOT_NOW)
        until(lambda: kiosk.house.rows(label_job, event=loan)[0].why == "unreachable")
    assert state_of_label(kiosk, loan) == "waiting"


def test_a_loan_that_is_taken_back_at_once_leaves_no_slip_waiting(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    (loan,) = kiosk.house.loans(item)
    kiosk.press("-", "Vil du angre lånet?")
    kiosk.press(ENTER)
    until(lambda: state_of_label(kiosk, loan.key) == "cancelled")
