"""Receipt printers: the dots that they were sent, and what becomes of a slip when they fail."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labels import raster
from labels.printers import Condition, Fate, PrinterTrouble, PrintJob, Why
from labels.printers.escpos import condition_of, paper_sensor, real_time
from tests.labels.printers.conftest import HURRIED, opened
from tests.labels.printers.documents import CODE, LEFT, MODULE, bars, job, noise, read, widths
from tests.labels.printers.real import RawPrinter
from tests.labels.printers.slips import commands, pages


def sent(till: RawPrinter, told: PrintJob, *, cut: bool = True, profile: str = "default") -> bytes:
    assert opened(till.uri, cut=cut, profile=profile).send(told) == told.key
    (one,) = till.jobs()
    return one


# --- what comes out ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("medium", "across", "margin"), [("receipt-80", 576, 32), ("receipt-58", 384, 40)])
def test_the_strip_that_the_head_reaches_comes_out_dot_for_dot(
    till: RawPrinter, medium: str, across: int, margin: int
) -> None:
    """So đ, ŋ, ł and ž come out on every printer: they are dots, and nobody's code page."""
    told = job(medium)
    (slip,) = pages(sent(till, told))

    (proved,) = raster.dots(told.document, told.dpi)
    assert slip.size == (across, proved.height)
    assert np.array_equal(np.array(slip) > 0, np.array(proved)[:, margin : margin + across])
    assert not np.array(proved)[150:180].all()  # the letters are there at all
    assert read(slip) == [CODE]
    assert widths(slip, LEFT - margin) == [MODULE * modules for modules in bars().modules]


def test_a_slip_begins_afresh_comes_in_small_slices_and_is_cut(till: RawPrinter) -> None:
    said = commands(sent(till, job("receipt-80", height=20.0)))
    assert said == [
        "init",
        "dots 48 x 576",
        "dots 48 x 576",
        "dots 48 x 576",
        "dots 16 x 576",
        "feed 6",
        "cut",
    ]


def test_two_slips_are_cut_apart(till: RawPrinter) -> None:
    one = sent(till, job("receipt-80", "D0042170K", "D0042171M"))
    assert [read(slip) for slip in pages(one)] == [["D0042170K"], ["D0042171M"]]
    assert commands(one).count("cut") == 2


@pytest.mark.parametrize(("cut", "profile"), [(False, "default"), (True, "POS-5890")])
def test_without_a_knife_the_paper_is_fed_out_to_be_torn(till: RawPrinter, cut: bool, profile: str) -> None:
    assert commands(sent(till, job("receipt-58"), cut=cut, profile=profile))[-1] == "feed 6"


@pytest.mark.parametrize(
    ("medium", "profile", "said"),
    [("receipt-58", "no-such", "no-such"), ("receipt-80", "POS-5890", "receipt-80")],
)
def test_a_model_that_nobody_knows_or_that_is_too_narrow_is_refused(
    till: RawPrinter, medium: str, profile: str, said: str
) -> None:
    with pytest.raises(PrinterTrouble) as wrong:
        opened(till.uri, profile=profile).send(job(medium))
    assert wrong.value.why is Why.REFUSED
    assert said in wrong.value.said
    assert till.connections() == []


def test_what_is_no_pdf_is_refused(till: RawPrinter) -> None:
    told = job("receipt-80")
    with pytest.raises(PrinterTrouble) as wrong:
        opened(till.uri).send(PrintJob(told.key, b"", told.medium, 60.0, 203))
    assert wrong.value.why is Why.REFUSED


# --- how it is --------------------------------------------------------------------------------------


def test_it_says_how_it_is(till: RawPrinter) -> None:
    printer = opened(till.uri)
    assert printer.condition() == Condition(ready=True)
    till.is_paper_near_end = True
    assert printer.condition() == Condition(ready=True, said="paper near its end")
    till.paper_out()
    assert printer.condition() == Condition(ready=False, why=Why.PAPER_OUT, said="paper out")
    till.is_cover_open = True
    assert printer.condition().why is Why.COVER_OPEN
    till.is_cover_open = till.is_paper_near_end = False
    till.refill()
    till.is_paused = True
    assert printer.condition().why is Why.STOPPED


def test_a_broken_knife_is_told() -> None:
    assert condition_of(0x1A, 0x12 | 0x40, 0x12).why is Why.STOPPED


def test_answers_are_told_from_each_other_and_from_what_it_says_unasked() -> None:
    unasked = b"\x14\x00\x00\x0f"
    assert real_time(unasked + b"\x16") == 0x16
    assert real_time(unasked) is None
    assert paper_sensor(b"\x12\x00") == 0
    assert paper_sensor(b"\x12\x1a\x72") is None


@pytest.mark.parametrize("babble", [b"", b"\xff\xff"])
def test_one_that_answers_nothing_or_nonsense_is_ready_and_prints(till: RawPrinter, babble: bytes) -> None:
    till.answers, till.babbles = bool(babble), babble
    printer = opened(till.uri, limits=HURRIED)
    assert printer.condition() == Condition(ready=True)
    printer.send(job("receipt-80"))
    assert len(till.jobs()) == 1


def test_one_that_shall_not_be_asked_is_not(till: RawPrinter) -> None:
    till.paper_out()
    printer = opened(till.uri, status=False)
    assert printer.condition().ready
    printer.send(job("receipt-80"))
    assert till.jobs() == till.connections()[1:]


# --- when it fails ----------------------------------------------------------------------------------


def test_nothing_is_sent_to_one_without_paper_and_it_prints_when_it_has_some(till: RawPrinter) -> None:
    printer, told = opened(till.uri), job("receipt-80")
    till.paper_out()
    with pytest.raises(PrinterTrouble) as out:
        printer.send(told)
    assert (out.value.why, out.value.may_have_printed) == (Why.PAPER_OUT, False)
    assert till.jobs() == []

    till.refill()
    printer.send(told)
    assert len(till.jobs()) == 1


def test_paper_that_runs_out_in_the_middle_of_a_slip_is_told(till: RawPrinter) -> None:
    """Half a slip lies there: some printers go on with it when they have paper, others have forgotten it."""
    till.runs_out_after = 5000
    with pytest.raises(PrinterTrouble) as out:
        opened(till.uri, limits=HURRIED).send(job("receipt-80"))
    assert (out.value.why, out.value.may_have_printed) == (Why.PAPER_OUT, True)


def test_one_that_is_off_is_found_again_at_the_same_address(till: RawPrinter) -> None:
    printer, told = opened(till.uri), job("receipt-80")
    till.stop()
    for ask in (printer.condition, lambda: printer.send(told)):
        with pytest.raises(PrinterTrouble) as off:
            ask()
        assert (off.value.why, off.value.may_have_printed) == (Why.UNREACHABLE, False)

    till.start()
    printer.send(told)
    assert len(till.jobs()) == 1


def test_a_connection_that_breaks_may_have_printed_a_part(till: RawPrinter) -> None:
    till.breaks_after = 3000
    with pytest.raises(PrinterTrouble) as broken:
        opened(till.uri).send(job("receipt-80", height=200.0))
    assert (broken.value.why, broken.value.may_have_printed) == (Why.UNREACHABLE, True)


def test_one_that_hangs_before_the_first_dot_has_printed_nothing(till: RawPrinter) -> None:
    """It resets the connection when it is asked how it is, before it has anything."""
    till.breaks_after = 1
    with pytest.raises(PrinterTrouble) as broken:
        opened(till.uri).send(job("receipt-80"))
    assert (broken.value.why, broken.value.may_have_printed) == (Why.UNREACHABLE, False)


def test_one_that_takes_no_more_bytes_does_not_hold_the_press_up(till: RawPrinter) -> None:
    till.hangs = True
    with pytest.raises(PrinterTrouble) as late:
        opened(till.uri, limits=HURRIED).send(noise("receipt-80"))
    assert (late.value.why, late.value.may_have_printed) == (Why.BUSY, True)


def test_it_keeps_no_names_and_says_so(till: RawPrinter) -> None:
    printer, told = opened(till.uri), job("receipt-80")
    remote = printer.send(told)
    assert printer.fate(remote).fate is Fate.PRINTED
    for ask in (printer.find, printer.cancel):
        with pytest.raises(PrinterTrouble) as nobody:
            ask(told.key)
        assert nobody.value.why is Why.CANNOT_TELL


# --- the library ------------------------------------------------------------------------------------


def test_the_library_leaves_no_folder_and_no_handler_behind(tmp_path: Path) -> None:
    """As it comes, it makes a folder for each process that imports it, and writes the log on the screen."""
    script = (
        "import logging; from labels.printers.escpos import _library; _library();"
        "assert logging.getLogger().handlers == []"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, env={"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_said_on_the_screen(till: RawPrinter, capfd: pytest.CaptureFixture[str]) -> None:
    """The library prints a sentence for every picture where it does not know how wide a model prints."""
    sent(till, job("receipt-80"))
    assert capfd.readouterr() == ("", "")


def test_what_goes_wrong_is_one_line_of_the_log_and_no_document(
    till: RawPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    till.is_cover_open = True
    with caplog.at_level(logging.INFO), pytest.raises(PrinterTrouble):
        opened(till.uri).send(job("receipt-80"))
    assert [one.getMessage() for one in caplog.records] == [
        "printer=desk why=cover_open may_have_printed=False said='cover open'"
    ]
