"""The IPP driver and a whole IPP Everywhere printer, which prints, runs dry, fails, and is switched off."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

import pytest

from labels.printers import Fate, Printer, PrinterTrouble, Told, Why
from tests.labels.printers.conftest import opened
from tests.labels.printers.documents import job
from tests.labels.printers.real import LETTER, PATIENCE, ROLL_62X29, IppPrinter

_GLANCE = threading.Event()


@pytest.fixture
def desk(office: IppPrinter) -> Printer:
    return opened(office.uri)


@pytest.fixture(scope="module")
def roll() -> Iterator[IppPrinter]:
    """A label printer that speaks IPP."""
    with IppPrinter(lies_in=ROLL_62X29, knows=()) as printer:
        yield printer


def until(printer: Printer, remote: str, *, why: Why | None = None) -> Told:
    """Ask for a job's fate until it has one, or waits for a reason."""
    for _ in range(int(PATIENCE / 0.05)):
        told = printer.fate(remote)
        if told.fate is not Fate.UNDER_WAY or (why and told.why is why):
            return told
        _GLANCE.wait(0.05)
    raise TimeoutError(f"it is still {told}")


def printed(printer: Printer, remote: str) -> Told:
    told = until(printer, remote)
    assert told.fate is Fate.PRINTED
    return told


# --- what comes out ---------------------------------------------------------------------------------


def test_a_job_arrives_byte_for_byte_with_its_key_its_paper_and_no_scaling(
    office: IppPrinter, desk: Printer
) -> None:
    told = job("a4")
    assert printed(desk, desk.send(told)).why is None

    arrived = office.jobs()[-1]
    assert arrived.name == told.key
    assert arrived.document == told.document
    said = {
        name: arrived.options[name]
        for name in ("MEDIA", "PRINT_SCALING", "SIDES", "JOB_ORIGINATING_USER_NAME")
    }
    assert said == {
        "MEDIA": "iso_a4_210x297mm",
        "PRINT_SCALING": "none",
        "SIDES": "one-sided",
        "JOB_ORIGINATING_USER_NAME": "depot",
    }


def test_a_sheet_of_labels_is_a4_like_any_letter(office: IppPrinter, desk: Printer) -> None:
    printed(desk, desk.send(job("avery-l7160")))
    assert office.jobs()[-1].options["MEDIA"] == "iso_a4_210x297mm"


def test_a_document_of_more_than_a_megabyte_arrives(office: IppPrinter, desk: Printer) -> None:
    told = job("a4")
    large = told.document + b"%" + b"x" * 2_000_000
    printed(desk, desk.send(type(told)(told.key, large, told.medium, told.page_height, told.dpi)))
    assert office.jobs()[-1].document == large


def test_a_roll_printer_is_told_the_labels_size(roll: IppPrinter) -> None:
    printer = opened(roll.uri)
    printed(printer, printer.send(job("62x29")))
    assert roll.jobs()[-1].options["MEDIA"] == "custom_62x29mm_62x29mm"


def test_it_speaks_encrypted_too_though_its_certificate_is_its_own(office: IppPrinter) -> None:
    printer, told = opened(office.uri.replace("ipp:", "ipps:")), job("a4")
    printed(printer, printer.send(told))
    assert office.jobs()[-1].name == told.key


# --- what it refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("medium", "why", "said"),
    [
        ("avery-5160", Why.WRONG_MEDIUM, "iso_a4_210x297mm lies in it, not na_letter_8.5x11in (avery-5160)"),
        ("62x29", Why.WRONG_MEDIUM, "iso_a4_210x297mm lies in it, not custom_62x29mm_62x29mm (62x29)"),
        ("receipt-80", Why.REFUSED, "it knows no paper of 80 x 60 mm (receipt-80)"),
    ],
)
def test_another_paper_than_lies_in_it_is_refused_before_anything_is_printed(
    office: IppPrinter, desk: Printer, medium: str, why: Why, said: str
) -> None:
    before = len(office.jobs())
    told = job(medium)
    with pytest.raises(PrinterTrouble) as refused:
        desk.send(told)
    assert (refused.value.why, refused.value.said, refused.value.may_have_printed) == (why, said, False)
    assert desk.find(told.key) is None
    assert len(office.jobs()) == before


def test_one_that_takes_no_pdf_is_refused_with_what_to_do() -> None:
    with IppPrinter(takes_pdf=False) as printer, pytest.raises(PrinterTrouble) as refused:
        opened(printer.uri).send(job("a4"))
    assert refused.value.why is Why.REFUSED
    assert "it takes no PDF, only application/octet-stream, image/pwg-raster" in refused.value.said


def test_a_queue_that_is_not_there_is_told(office: IppPrinter) -> None:
    with pytest.raises(PrinterTrouble) as missing:
        opened(office.uri.replace("/ipp/print", "/printers/none")).send(job("a4"))
    assert (missing.value.why, missing.value.may_have_printed) == (Why.UNREACHABLE, False)


# --- when it cannot ---------------------------------------------------------------------------------


def test_a_job_waits_for_paper_and_comes_out_when_there_is_some(office: IppPrinter, desk: Printer) -> None:
    office.paper_out()
    told = job("a4")
    try:
        remote = desk.send(told)
        waiting = until(desk, remote, why=Why.PAPER_OUT)
        assert (waiting.fate, waiting.why) == (Fate.UNDER_WAY, Why.PAPER_OUT)
        assert desk.find(told.key) == remote
        with pytest.raises(PrinterTrouble) as second:
            desk.send(job("a4"))
        assert (second.value.why, second.value.may_have_printed) == (Why.BUSY, False)
    finally:
        office.refill()

    printed(desk, remote)
    assert [one.name for one in office.jobs()].count(told.key) == 1


def test_a_job_that_it_gives_up_has_failed(office: IppPrinter, desk: Printer) -> None:
    office.fail_next()
    before = len(office.jobs())
    told = until(desk, desk.send(job("a4")))
    assert (told.fate, told.why) == (Fate.FAILED, Why.GAVE_UP)
    assert "gear broken" in told.said
    assert len(office.jobs()) == before


def test_a_job_that_waits_is_taken_back(office: IppPrinter, desk: Printer) -> None:
    """And one that has come out, or that it does not know, is left alone."""
    done = desk.send(job("a4"))
    printed(desk, done)
    desk.cancel(done)
    desk.cancel("4711")
    assert desk.fate(done).fate is Fate.PRINTED

    office.paper_out()
    try:
        remote = desk.send(job("a4"))
        until(desk, remote, why=Why.PAPER_OUT)
        desk.cancel(remote)
    finally:
        office.refill()
    told = until(desk, remote)
    assert (told.fate, told.why) == (Fate.FAILED, Why.CANCELLED)


def test_a_job_is_found_by_its_key_after_it_was_printed_and_none_that_never_came(desk: Printer) -> None:
    told = job("a4")
    remote = desk.send(told)
    printed(desk, remote)
    printed(desk, desk.send(job("a4")))
    assert desk.find(told.key) == remote
    assert desk.find(str(uuid.uuid4())) is None


def test_one_that_is_off_is_found_again_and_has_forgotten_what_it_had() -> None:
    """Nobody can tell then whether a job had come out."""
    with IppPrinter(lies_in=LETTER, knows=()) as office:
        desk, told = opened(office.uri), job("avery-5160")
        printed(desk, desk.send(job("avery-5160")))
        office.paper_out()
        remote = desk.send(told)
        office.stop()
        for ask in (desk.condition, lambda: desk.send(told), lambda: desk.fate(remote)):
            with pytest.raises(PrinterTrouble) as off:
                ask()
            assert (off.value.why, off.value.may_have_printed) == (Why.UNREACHABLE, False)

        office.refill()
        office.start()
        assert desk.condition().ready
        assert desk.find(told.key) is None
        forgotten = desk.fate(remote)
        assert (forgotten.fate, forgotten.why) == (Fate.FAILED, Why.CANNOT_TELL)
        printed(desk, desk.send(told))
        assert [one.name for one in office.jobs()].count(told.key) == 1
