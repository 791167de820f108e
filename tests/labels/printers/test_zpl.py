"""ZPL printers: what they were sent, read by another's reader, and what becomes of a job when they fail."""

from __future__ import annotations

import re
import socket

import numpy as np
import pytest
from PIL import Image
from zebrafy.zebrafy_zpl import ZebrafyZPL

from labels import raster
from labels.printers import Condition, Fate, PrinterTrouble, PrintJob, Why
from labels.printers.zpl import condition_of, label
from tests.labels.printers.conftest import HURRIED, opened
from tests.labels.printers.documents import CODE, MODULE, bars, job, noise, read, widths
from tests.labels.printers.real import RawPrinter


def sent(zebra: RawPrinter, told: PrintJob, *, cut: bool = True) -> str:
    assert opened(zebra.uri, cut=cut).send(told) == told.key
    (one,) = zebra.jobs()
    return one.decode("ascii")


# --- what comes out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("medium", ["62x29", "54x25", "102x51", "102x51-300"])
def test_every_dot_of_the_proof_arrives_and_every_module_is_as_wide(zebra: RawPrinter, medium: str) -> None:
    told = job(medium)
    zpl = sent(zebra, told)

    (arrived,) = ZebrafyZPL(zpl).to_images()
    (proved,) = raster.dots(told.document, told.dpi)
    assert np.array_equal(np.array(arrived)[:, : proved.width], np.array(proved))
    assert np.array(arrived)[:, proved.width :].all()  # the last byte of a row is filled up with white
    assert read(arrived) == [CODE]
    assert widths(arrived) == [MODULE * modules for modules in bars().modules]
    assert f"^PW{proved.width}^LL{proved.height}^LH0,0" in zpl
    assert zpl.endswith("^PQ1,0,1,N^XZ")


def test_a_job_of_many_labels_is_one_connection_and_a_format_for_each(zebra: RawPrinter) -> None:
    codes = [f"D004217{number}K" for number in range(5)]
    zpl = sent(zebra, job("62x29", *codes))

    assert [read(one) for one in ZebrafyZPL(zpl).to_images()] == [[one] for one in codes]
    assert zpl.count("^XA") == zpl.count("^XZ") == len(codes)


@pytest.mark.parametrize(("cut", "how"), [(True, "^MNN^MMC"), (False, "^MNN^MMT")])
def test_endless_paper_is_as_long_as_the_page_and_cut_where_there_is_a_knife(
    zebra: RawPrinter, cut: bool, how: str
) -> None:
    zpl = sent(zebra, job("62", height=50.0), cut=cut)
    assert zpl.startswith(f"^XA{how}^PW733^LL591")


def test_die_cut_labels_are_left_as_the_printer_was_calibrated_for_them(zebra: RawPrinter) -> None:
    assert not re.search(r"\^M|\^LT|\^LS|\^PO", sent(zebra, job("62x29")))


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (8, 2), (3400, 5), (801, 40)])
def test_any_page_of_dots_is_read_back_as_it_was(shape: tuple[int, int]) -> None:
    chance = np.random.default_rng(7)
    for density in (0.0, 0.01, 0.5, 0.99, 1.0):
        dots = chance.random(shape[::-1]) >= density
        page = Image.fromarray((dots * 255).astype(np.uint8)).convert("1")
        (back,) = ZebrafyZPL(label(page, endless=False, cut=False).decode()).to_images()
        assert np.array_equal(np.array(back)[:, : shape[0]], dots)


# --- how it is --------------------------------------------------------------------------------------


def test_it_says_how_it_is(zebra: RawPrinter) -> None:
    printer = opened(zebra.uri)
    assert printer.condition() == Condition(ready=True)
    zebra.is_paused = True
    assert printer.condition().why is Why.STOPPED
    zebra.is_cover_open = True
    assert printer.condition().why is Why.COVER_OPEN
    zebra.paper_out()
    assert printer.condition() == Condition(ready=False, why=Why.PAPER_OUT, said="paper out")
    zebra.refill()
    zebra.is_cover_open = zebra.is_paused = False
    assert printer.condition().ready


@pytest.mark.parametrize("babble", [b"", b"\x02\x03" * 3, b"\x02what?\x03" * 3, b"\xff" * 2000])
def test_one_that_answers_nothing_or_nonsense_is_ready_and_prints(zebra: RawPrinter, babble: bytes) -> None:
    zebra.answers, zebra.babbles = bool(babble), babble
    printer = opened(zebra.uri, limits=HURRIED)
    assert printer.condition() == Condition(ready=True)
    printer.send(job())
    assert len(zebra.jobs()) == 1


def test_one_that_shall_not_be_asked_is_not(zebra: RawPrinter) -> None:
    zebra.paper_out()
    printer = opened(zebra.uri, status=False)
    assert printer.condition().ready
    printer.send(job())
    assert all(b"~HS" not in one for one in zebra.connections())


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ((0, 1), Why.PAPER_OUT),
        ((0, 2), Why.STOPPED),
        ((0, 5), Why.BUSY),
        ((0, 10), Why.STOPPED),
        ((0, 11), Why.STOPPED),
        ((1, 2), Why.COVER_OPEN),
        ((1, 3), None),
    ],
)
def test_each_flag_of_the_answer_is_understood(flag: tuple[int, int], why: Why | None) -> None:
    """A ribbon that is out matters only where there shall be one."""
    answer = [["0"] * 12, ["0"] * 11]
    answer[flag[0]][flag[1]] = "1"
    whole = b"".join(b"\x02" + ",".join(one).encode() + b"\x03\r\n" for one in answer)
    found = condition_of(whole)
    assert found is not None
    assert found.why is why
    assert found.ready is (why is None)


def test_a_ribbon_that_is_out_stops_a_printer_that_prints_with_one() -> None:
    answer = b"\x02030,0,0,0344,000,0,0,0,000,0,0,0\x03\x02001,0,0,1,1,2,6,0,00000000,1,000\x03"
    assert condition_of(answer) == Condition(ready=False, why=Why.INK_OUT, said="ribbon out")


# --- when it fails ----------------------------------------------------------------------------------


def test_nothing_is_sent_to_one_without_paper_and_it_prints_when_it_has_some(zebra: RawPrinter) -> None:
    printer, told = opened(zebra.uri), job()
    zebra.paper_out()
    with pytest.raises(PrinterTrouble) as out:
        printer.send(told)
    assert (out.value.why, out.value.may_have_printed) == (Why.PAPER_OUT, False)
    assert zebra.jobs() == []

    zebra.refill()
    printer.send(told)
    assert len(zebra.jobs()) == 1


def test_paper_that_runs_out_on_the_way_is_the_printers_own_care(
    zebra: RawPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    """It has the whole label and prints it when it was filled up; a second one would be one too many."""
    zebra.runs_out_after = 100
    told = job()
    assert opened(zebra.uri).send(told) == told.key
    assert f"job={told.key} handed_over=yes now='paper out'" in caplog.text


def test_one_that_is_off_is_found_again_at_the_same_address(zebra: RawPrinter) -> None:
    printer, told = opened(zebra.uri), job()
    zebra.stop()
    for ask in (printer.condition, lambda: printer.send(told)):
        with pytest.raises(PrinterTrouble) as off:
            ask()
        assert (off.value.why, off.value.may_have_printed) == (Why.UNREACHABLE, False)

    zebra.start()
    assert printer.condition().ready
    printer.send(told)
    assert len(zebra.jobs()) == 1


@pytest.mark.parametrize("status", [True, False])
def test_a_connection_that_breaks_in_the_first_label_has_printed_nothing(
    zebra: RawPrinter, status: bool
) -> None:
    """It breaks while the label's end is still with us: no buffer on the way takes all of such a label."""
    zebra.breaks_after = 100
    with pytest.raises(PrinterTrouble) as broken:
        opened(zebra.uri, status=status).send(noise())
    assert (broken.value.why, broken.value.may_have_printed) == (Why.UNREACHABLE, False)


def test_a_connection_that_breaks_after_the_first_label_may_have_printed(zebra: RawPrinter) -> None:
    told = job("62x29", *[f"D{number:07}K" for number in range(40)])
    zebra.breaks_after = 40_000
    with pytest.raises(PrinterTrouble) as broken:
        opened(zebra.uri).send(told)
    assert (broken.value.why, broken.value.may_have_printed) == (Why.UNREACHABLE, True)


def test_one_that_takes_no_more_bytes_does_not_hold_the_press_up(zebra: RawPrinter) -> None:
    zebra.hangs = True
    with pytest.raises(PrinterTrouble) as late:
        opened(zebra.uri, limits=HURRIED).send(noise())
    assert (late.value.why, late.value.may_have_printed) == (Why.BUSY, False)


def test_a_name_that_nobody_knows_is_a_printer_that_cannot_be_reached() -> None:
    with pytest.raises(PrinterTrouble) as unknown:
        opened("zpl://printer.invalid").condition()
    assert unknown.value.why is Why.UNREACHABLE


def test_what_is_no_pdf_is_refused_before_anything_is_sent(zebra: RawPrinter) -> None:
    told = job()
    with pytest.raises(PrinterTrouble) as wrong:
        opened(zebra.uri).send(PrintJob(told.key, b"%PDF-1.4 no more", told.medium, 29.0, 300))
    assert wrong.value.why is Why.REFUSED
    assert zebra.connections() == []


def test_it_keeps_no_names_and_says_so(zebra: RawPrinter) -> None:
    printer, told = opened(zebra.uri), job()
    remote = printer.send(told)
    assert printer.fate(remote).fate is Fate.PRINTED
    with pytest.raises(PrinterTrouble) as nobody:
        printer.find(told.key)
    assert nobody.value.why is Why.CANNOT_TELL
    with pytest.raises(PrinterTrouble) as late:
        printer.cancel(remote)
    assert late.value.may_have_printed


def test_an_address_of_the_newer_kind_is_one(zebra: RawPrinter) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as there:
        port = there.getsockname()[1]
        assert opened(f"zpl://[::1]:{port}", limits=HURRIED).condition().ready
