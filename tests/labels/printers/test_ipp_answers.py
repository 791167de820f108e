"""What the IPP driver asks, to the letter, and what it makes of answers that no printer at hand gives."""

from __future__ import annotations

import logging
import struct
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.printers import Fate, PrinterTrouble, Why
from labels.printers.answer import Unreadable, checked, read
from tests.labels.printers.canned import (
    BOOLEAN,
    CANCEL_JOB,
    ENUM,
    GET_JOBS,
    INTEGER,
    JOB,
    JOB_ATTRIBUTES,
    KEYWORD,
    MIME,
    NAME,
    PRINT_JOB,
    PRINTER,
    PRINTER_ATTRIBUTES,
    READY,
    TAKEN,
    TEXT,
    UNSUPPORTED,
    Asked,
    Attribute,
    Canned,
    answer,
)
from tests.labels.printers.conftest import HURRIED, opened
from tests.labels.printers.documents import job
from tests.labels.printers.real import RawPrinter


def printer_says(*attributes: Attribute) -> bytes:
    """A printer that would print, but for what is said."""
    usual: list[Attribute] = [(ENUM, "printer-state", 3), (KEYWORD, "printer-state-reasons", "none")]
    return answer(0, (PRINTER, [*usual, *attributes]))


def job_says(*attributes: Attribute) -> bytes:
    return answer(0, (JOB, [(INTEGER, "job-id", 7), *attributes]))


def jobs_named(*names: str | None) -> bytes:
    """A list of jobs, of which one without a name is kept secret."""
    groups: list[tuple[int, list[Attribute]]] = [
        (JOB, [(INTEGER, "job-id", number), *([(NAME, "job-name", name)] if name else [])])
        for number, name in enumerate(names, 1)
    ]
    return answer(0, *groups)


# --- what is asked ----------------------------------------------------------------------------------


def test_paper_and_scaling_are_stated_and_a_printer_that_cannot_shall_refuse() -> None:
    told = job("62x29")
    with Canned({PRINT_JOB: TAKEN}) as printer:
        assert opened(printer.uri).send(told) == "7"

    question = printer.told(PRINT_JOB)
    assert question.attributes == [
        ("attributes-charset", "utf-8"),
        ("attributes-natural-language", "en"),
        ("printer-uri", printer.uri),
        ("requesting-user-name", "depot"),
        ("job-name", told.key),
        ("document-format", "application/pdf"),
        ("ipp-attribute-fidelity", True),
        ("media", "custom_62x29mm_62x29mm"),
        ("print-scaling", "none"),
        ("sides", "one-sided"),
    ]
    assert question.document == told.document


def test_endless_paper_is_as_long_as_the_page() -> None:
    with Canned({PRINT_JOB: TAKEN}) as printer:
        opened(printer.uri).send(job("62", height=87.5))
    assert printer.told(PRINT_JOB).said("media") == "custom_62x87.5mm_62x87.5mm"


def test_the_number_of_a_job_follows_the_printer_at_once() -> None:
    """RFC 8011 4.1.5 wants it in the fourth place."""
    with Canned({JOB_ATTRIBUTES: job_says((ENUM, "job-state", 9)), CANCEL_JOB: answer(0)}) as printer:
        opened(printer.uri).fate("7")
        opened(printer.uri).cancel("7")
    for question in (printer.told(JOB_ATTRIBUTES), printer.told(CANCEL_JOB)):
        assert question.attributes[2:4] == [("printer-uri", printer.uri), ("job-id", 7)]


def test_one_that_has_never_heard_of_scaling_is_told_all_the_same_and_prints() -> None:
    """With fidelity it would refuse every job for a word that it does not know."""
    says = printer_says((KEYWORD, "media-supported", "iso_a4_210x297mm"))
    with Canned({PRINTER_ATTRIBUTES: says, PRINT_JOB: TAKEN}) as printer:
        opened(printer.uri).send(job("a4"))
    question = printer.told(PRINT_JOB)
    assert question.said("ipp-attribute-fidelity") is False
    assert question.said("print-scaling") == "none"
    assert "sides" not in dict(question.attributes)


def test_one_that_tells_no_sizes_is_told_the_standard_name() -> None:
    with Canned({PRINTER_ATTRIBUTES: printer_says(), PRINT_JOB: TAKEN}) as printer:
        opened(printer.uri).send(job("avery-5160"))
    assert printer.told(PRINT_JOB).said("media") == "na_letter_8.5x11in"


def test_a_password_goes_to_the_printer_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    with Canned({PRINT_JOB: answer(0x0403)}) as printer, caplog.at_level(logging.DEBUG):
        uri = printer.uri.replace("//", "//kari:hemmelig@")
        with pytest.raises(PrinterTrouble) as refused:
            opened(uri).send(job("a4"))
    assert printer.authorization[-1] == "Basic " + b64encode(b"kari:hemmelig").decode()
    assert printer.told(PRINT_JOB).said("printer-uri") == printer.uri
    assert "hemmelig" not in caplog.text + str(refused.value)


# --- what it refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "why", "words"),
    [
        ((KEYWORD, "print-scaling-supported", "auto", "fit"), Why.REFUSED, "cannot print without rescaling"),
        ((MIME, "document-format-supported", "image/pwg-raster"), Why.REFUSED, "takes no PDF"),
        ((KEYWORD, "media-supported", "iso_a5_148x210mm"), Why.REFUSED, "no paper of 210 x 297 mm (a4)"),
        ((KEYWORD, "media-ready", "na_letter_8.5x11in"), Why.WRONG_MEDIUM, "na_letter_8.5x11in lies in it"),
        ((BOOLEAN, "printer-is-accepting-jobs", 0), Why.STOPPED, ""),
    ],
)
def test_what_would_not_come_out_right_is_not_sent(says: Attribute, why: Why, words: str) -> None:
    with Canned({PRINTER_ATTRIBUTES: printer_says(says), PRINT_JOB: TAKEN}) as printer:
        with pytest.raises(PrinterTrouble) as refused:
            opened(printer.uri).send(job("a4"))
        assert [one.operation for one in printer.asked] == [PRINTER_ATTRIBUTES]
    assert (refused.value.why, refused.value.may_have_printed) == (why, False)
    assert words in refused.value.said


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("media-empty-error", Why.PAPER_OUT),
        ("media-needed", Why.PAPER_OUT),
        ("media-jam-error", Why.JAMMED),
        ("cover-open-warning", Why.COVER_OPEN),
        ("marker-supply-empty-error", Why.INK_OUT),
        ("toner-empty", Why.INK_OUT),
        ("paused", Why.STOPPED),
        ("media-empty-report", Why.STOPPED),
        ("maker-has-a-word-for-it-error", Why.STOPPED),
    ],
)
def test_one_that_stands_tells_why_and_gets_nothing(reason: str, why: Why) -> None:
    says = answer(0, (PRINTER, [(ENUM, "printer-state", 5), (KEYWORD, "printer-state-reasons", reason)]))
    with Canned({PRINTER_ATTRIBUTES: says, PRINT_JOB: TAKEN}) as printer:
        found = opened(printer.uri).condition()
        assert (found.ready, found.why) == (False, why)
        assert reason in found.said
        with pytest.raises(PrinterTrouble) as stands:
            opened(printer.uri).send(job("a4"))
    assert (stands.value.why, stands.value.may_have_printed) == (why, False)


def test_another_trays_paper_is_no_hindrance() -> None:
    """An idle printer would print (RFC 8011 5.4.11), whatever it says of a tray."""
    says = answer(
        0, (PRINTER, [(ENUM, "printer-state", 3), (KEYWORD, "printer-state-reasons", "media-empty-warning")])
    )
    with Canned({PRINTER_ATTRIBUTES: says}) as printer:
        assert opened(printer.uri).condition().ready


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (0x0507, Why.BUSY),
        (0x050B, Why.BUSY),
        (0x0506, Why.STOPPED),
        (0x0504, Why.STOPPED),
        (0x040A, Why.REFUSED),
        (0x0401, Why.REFUSED),
        (0x0501, Why.REFUSED),
    ],
)
def test_a_status_is_understood_and_nothing_was_printed(status: int, why: Why) -> None:
    sorry = Canned({PRINT_JOB: answer(status, words="sorry\x1b[2J")})
    with sorry as printer, pytest.raises(PrinterTrouble) as refused:
        opened(printer.uri).send(job("a4"))
    assert (refused.value.why, refused.value.may_have_printed) == (why, False)
    assert "sorry [2J" in refused.value.said


def test_what_it_did_not_take_is_named() -> None:
    says = answer(0x040B, (UNSUPPORTED, [(KEYWORD, "media", "iso_a4_210x297mm")]))
    with Canned({PRINT_JOB: says}) as printer, pytest.raises(PrinterTrouble) as refused:
        opened(printer.uri).send(job("a4"))
    assert refused.value.said == "IPP status 0x040b media=iso_a4_210x297mm"


@pytest.mark.parametrize(
    ("status", "why", "may"),
    [
        (401, Why.REFUSED, False),
        (404, Why.REFUSED, False),
        (426, Why.REFUSED, False),
        (503, Why.BUSY, False),
        (500, Why.UNREACHABLE, True),
    ],
)
@pytest.mark.parametrize("page", [b"<html>no</html>", b"\xff\xfe no text"])
def test_a_web_servers_refusal_is_understood(status: int, why: Why, may: bool, page: bytes) -> None:
    with Canned() as printer:

        def refuses(_: Asked) -> bytes:
            printer.http = status
            return page

        printer.answers[PRINT_JOB] = refuses
        with pytest.raises(PrinterTrouble) as refused:
            opened(printer.uri).send(job("a4"))
    assert (refused.value.why, refused.value.may_have_printed) == (why, may)


# --- what became of a job ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason", "fate", "why"),
    [
        (3, "none", Fate.UNDER_WAY, None),
        (4, "job-hold-until-specified", Fate.UNDER_WAY, Why.STOPPED),
        (5, "job-printing", Fate.UNDER_WAY, None),
        (6, "printer-stopped", Fate.UNDER_WAY, Why.STOPPED),
        (6, "resources-are-not-ready", Fate.UNDER_WAY, Why.WRONG_MEDIUM),
        (7, "job-canceled-at-device", Fate.FAILED, Why.CANCELLED),
        (8, "aborted-by-system", Fate.FAILED, Why.GAVE_UP),
        (8, "document-format-error", Fate.FAILED, Why.REFUSED),
        (9, "job-completed-successfully", Fate.PRINTED, None),
        (9, "job-completed-with-warnings", Fate.PRINTED, None),
        (9, "job-completed-with-errors", Fate.FAILED, Why.CANNOT_TELL),
    ],
)
def test_a_jobs_state_is_understood(state: int, reason: str, fate: Fate, why: Why | None) -> None:
    says = job_says((ENUM, "job-state", state), (KEYWORD, "job-state-reasons", reason))
    with Canned({JOB_ATTRIBUTES: says}) as printer:
        told = opened(printer.uri).fate("7")
    assert (told.fate, told.why) == (fate, why)
    assert reason in told.said


@pytest.mark.parametrize("where", ["job", "printer"])
def test_why_a_job_waits_is_told_by_the_job_or_else_by_the_printer(where: str) -> None:
    waits: list[Attribute] = [(ENUM, "job-state", 6), (KEYWORD, "job-state-reasons", "printer-stopped")]
    if where == "job":
        waits.append((KEYWORD, "job-printer-state-reasons", "toner-low-warning", "media-jam-error"))
    stands = printer_says((KEYWORD, "printer-state-reasons", "media-jam-error"))
    with Canned({JOB_ATTRIBUTES: job_says(*waits), PRINTER_ATTRIBUTES: stands}) as printer:
        assert opened(printer.uri).fate("7").why is Why.JAMMED
        assert (PRINTER_ATTRIBUTES in [one.operation for one in printer.asked]) is (where == "printer")


@pytest.mark.parametrize("remote", ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "", "0", "-1", "9" * 12, "²"])
def test_a_name_that_another_printer_gave_in_its_place_is_unknown(remote: str) -> None:
    with Canned() as printer:
        told = opened(printer.uri).fate(remote)
        opened(printer.uri).cancel(remote)
        assert printer.asked == []
    assert (told.fate, told.why) == (Fate.FAILED, Why.CANNOT_TELL)


def test_a_queue_that_is_gone_is_no_job_that_was_forgotten() -> None:
    gone = answer(0x0406, words="The printer or class does not exist.")
    empty = Canned({JOB_ATTRIBUTES: gone, PRINTER_ATTRIBUTES: gone})
    with empty as printer, pytest.raises(PrinterTrouble) as missing:
        opened(printer.uri).fate("7")
    assert missing.value.why is Why.UNREACHABLE


def test_a_job_is_sought_among_those_that_wait_and_then_among_those_that_are_done() -> None:
    key = job("a4").key

    def lists(question: Asked) -> bytes:
        assert question.said("my-jobs") is False
        return (
            jobs_named("other")
            if question.said("which-jobs") == "not-completed"
            else jobs_named("other", key, "third")
        )

    with Canned({GET_JOBS: lists}) as printer:
        assert opened(printer.uri).find(key) == "2"
        assert opened(printer.uri).find("unheard of") is None


@pytest.mark.parametrize("says", [jobs_named("other", None), answer(0x0501)])
def test_a_list_with_names_left_out_is_no_answer(says: bytes) -> None:
    with Canned({GET_JOBS: says}) as printer, pytest.raises(PrinterTrouble) as secret:
        opened(printer.uri).find(job("a4").key)
    assert secret.value.why is Why.CANNOT_TELL


@pytest.mark.parametrize(("status", "may"), [(0x0404, False), (0x0406, False), (0x0403, True)])
def test_a_job_that_is_done_or_unknown_need_not_be_taken_back(status: int, may: bool) -> None:
    with Canned({CANCEL_JOB: answer(status)}) as printer:
        if not may:
            opened(printer.uri).cancel("7")
            return
        with pytest.raises(PrinterTrouble) as refused:
            opened(printer.uri).cancel("7")
        assert refused.value.may_have_printed


# --- no answer --------------------------------------------------------------------------------------


def test_one_that_takes_connections_and_never_answers_is_given_up() -> None:
    with RawPrinter("zpl") as silent:
        silent.hangs = True
        printer = opened(silent.uri.replace("zpl", "ipp"), limits=HURRIED)
        for ask in (printer.condition, lambda: printer.send(job("a4")), lambda: printer.find("a")):
            with pytest.raises(PrinterTrouble) as late:
                ask()
            # It was only asked how it is; the job has not left.
            assert (late.value.why, late.value.may_have_printed) == (Why.UNREACHABLE, False)


def test_an_answer_that_is_lost_after_the_job_was_sent_leaves_everything_open() -> None:
    told = job("a4")
    with Canned(breaks_on=PRINT_JOB) as printer:
        with pytest.raises(PrinterTrouble) as lost:
            opened(printer.uri).send(told)
        assert (lost.value.why, lost.value.may_have_printed) == (Why.UNREACHABLE, True)
        assert printer.told(PRINT_JOB).document == told.document


def test_an_answer_that_never_comes_after_the_job_was_sent_leaves_everything_open() -> None:
    with Canned(hangs_on=PRINT_JOB) as printer, pytest.raises(PrinterTrouble) as lost:
        opened(printer.uri, limits=HURRIED).send(job("a4"))
    assert (lost.value.why, lost.value.may_have_printed) == (Why.UNREACHABLE, True)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x02\x00",
        b"<html>It works!</html>",
        READY[:-40],
        READY[:9],
        struct.pack(">bbhi", 2, 0, 0, 1) + b"\x03",
        # A length below zero, on which pyipp's own parser goes round for ever.
        struct.pack(">bbhi", 2, 0, 0, 1) + b"\x01\x44\xff\xfd\x44",
        struct.pack(">bbhi", 2, 0, 0, 1) + b"\x01\x44\x00\x01a\xff\xfa",
    ],
)
def test_nonsense_is_no_answer(octets: bytes) -> None:
    with Canned({PRINTER_ATTRIBUTES: octets}) as printer:
        with pytest.raises(PrinterTrouble) as odd:
            opened(printer.uri).condition()
        assert odd.value.why is Why.UNREACHABLE

    with Canned({PRINT_JOB: octets}) as printer:
        with pytest.raises(PrinterTrouble) as lost:
            opened(printer.uri).send(job("a4"))
        assert lost.value.may_have_printed


def test_a_job_without_a_number_may_have_been_printed() -> None:
    with Canned({PRINT_JOB: answer(0)}) as printer, pytest.raises(PrinterTrouble) as odd:
        opened(printer.uri).send(job("a4"))
    assert (odd.value.why, odd.value.may_have_printed) == (Why.CANNOT_TELL, True)


@given(st.binary(max_size=60), st.integers(0, len(READY)), st.integers(0, 40))
def test_no_answer_however_broken_keeps_the_reader_for_ever(junk: bytes, at: int, less: int) -> None:
    broken = READY[:at] + junk + READY[at + less :]
    try:
        read(broken)
    except Unreadable:
        return
    assert checked(checked(broken)) == checked(broken)


def test_groups_without_attributes_are_left_out() -> None:
    """RFC 8010 3.1 allows them, and pyipp reads nonsense behind them."""
    says = answer(
        0, (UNSUPPORTED, []), (PRINTER, [(ENUM, "printer-state", 3), (TEXT, "printer-info", "æøå")])
    )
    assert read(says)["printers"] == [{"printer-state": 3, "printer-info": "æøå"}]


def test_collections_and_texts_with_a_language_are_read_past() -> None:
    """A printer may tell more than it was asked."""
    language = struct.pack(">h2sh5s", 2, b"nb", 5, "blå!".encode())
    more: list[Attribute] = [
        (0x34, "media-col-default", b""),
        (0x4A, "", b"media-size"),
        (0x34, "", b""),
        (0x4A, "", b"x-dimension"),
        (INTEGER, "", 21000),
        (0x37, "", b""),
        (0x37, "", b""),
        (0x35, "printer-location", language),
        (0x13, "printer-geo-location", b""),
        (0x33, "copies-supported", struct.pack(">ii", 1, 99)),
        (ENUM, "printer-state", 5),
    ]
    found = read(answer(0, (PRINTER, more)))["printers"][0]
    assert found["printer-state"] == 5
    assert found["printer-location"] == "blå!"
