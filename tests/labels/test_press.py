"""The press: each label once, whatever dies, runs out of paper or is switched off meanwhile."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from depot import presses, settings
from depot.settings import Printer as PrinterSettings
from depot.tables import label_job
from labels import queue
from labels.printers import Condition, Printer, PrintJob, Told, Why
from labels.printers.choosing import open_printer
from labels.work import Request, labels_of
from tests.depot.house import CRUTCHES, House
from tests.labels.pressroom import (
    drained,
    job,
    press_process,
    put,
    room,
    running,
    settings_with,
    states,
    until,
)
from tests.labels.printers.real import IppPrinter, RawPrinter


@pytest.fixture(scope="module")
def office() -> Iterator[IppPrinter]:
    """An office printer with labels 62 mm wide and 100 mm long in it."""
    with IppPrinter(lies_in=(62.0, 100.0)) as printer:
        yield printer


@pytest.fixture
def zebra() -> Iterator[RawPrinter]:
    with RawPrinter("zpl") as printer:
        yield printer


def on_office(house: House, office: IppPrinter) -> Path:
    return settings_with(house, f'slips {office.uri} medium="62x100"')


def came_out(office: IppPrinter, key: str) -> int:
    return sum(one.name == key for one in office.jobs())


def loan_label(house: House) -> str:
    """Lend a thing; gives the key of its label's job."""
    lent = house.lends(house.confirmed(), house.stands())
    (row,) = house.rows(label_job, event=lent.key)
    return str(row.key)


# --- the ordinary day ---


def test_a_loans_label_comes_out_of_an_office_printer_once_under_its_jobs_name(
    house: House, office: IppPrinter
) -> None:
    key = loan_label(house)
    assert drained(house, on_office(house, office)) == 0
    assert came_out(office, key) == 1
    row = job(house, key)
    assert (row.state, row.tries, row.printer, row.why, row.held_by) == ("printed", 1, "slips", None, None)
    assert drained(house, on_office(house, office)) == 0
    assert came_out(office, key) == 1


def test_a_label_that_waits_when_the_press_starts_and_one_that_comes_later_are_printed(
    house: House, office: IppPrinter
) -> None:
    first = loan_label(house)
    with running(house, on_office(house, office)):
        until(lambda: job(house, first).state == "printed")
        second = loan_label(house)
        until(lambda: job(house, second).state == "printed")
    assert (came_out(office, first), came_out(office, second)) == (1, 1)


def test_jobs_for_several_printers_go_each_to_its_own(house: House, tmp_path: Path) -> None:
    file = settings_with(house, f"slips folder://{tmp_path}/slips", f"asset folder://{tmp_path}/asset")
    ours = loan_label(house)
    theirs = put(house, house.stands(), printer="asset", medium="62x29")
    assert drained(house, file) == 0
    assert [one.stem for one in (tmp_path / "slips").iterdir()] == [ours]
    assert [one.stem for one in (tmp_path / "asset").iterdir()] == [theirs]


def test_a_label_speaks_the_borrowers_language(house: House, tmp_path: Path) -> None:
    file = settings_with(house, f"slips folder://{tmp_path}/slips")
    lent = house.lends(house.confirmed(language="en"), house.stands())
    drained(house, file)
    with room(house, file) as opened, opened.ledger().reading() as conn:
        asked = Request("loan", (lent.key,))
        ((_, words),) = labels_of(conn, opened.ledger().station, settings.load({}, file), asked)
    assert words.language == "en"


# --- a printer that does not print ---


def test_a_printer_that_is_off_makes_labels_wait_and_they_come_out_when_it_is_on(house: House) -> None:
    with IppPrinter(lies_in=(62.0, 100.0)) as printer:
        file = on_office(house, printer)
        printer.stop()
        key = loan_label(house)
        assert drained(house, file) == 1
        row = job(house, key)
        assert (row.state, row.why, row.tries, row.held_by) == ("waiting", "unreachable", 1, None)
        assert drained(house, file) == 1, "it is tried again after a pause, and not at once"
        assert job(house, key).tries == 1
        house.wait(seconds=3)
        drained(house, file)
        assert job(house, key).tries == 2
        house.wait(seconds=3)
        drained(house, file)
        assert job(house, key).tries == 2, "the pause grows"
        printer.start()
        house.wait(seconds=3)
        assert drained(house, file) == 0
        assert came_out(printer, key) == 1


def test_without_paper_a_label_waits_says_why_and_comes_out_when_there_is_some(
    house: House, office: IppPrinter
) -> None:
    office.paper_out()
    key = loan_label(house)
    with running(house, on_office(house, office)) as press:
        until(lambda: job(house, key).why == "paper_out", "paper_out")
        assert came_out(office, key) == 0
        until(lambda: not presses.will_print(house.file, "slips"))
        office.refill()
        until(lambda: job(house, key).state == "printed")
        until(lambda: presses.will_print(house.file, "slips"))
        assert press.token
    assert came_out(office, key) == 1


def test_wrong_paper_is_said_before_anything_is_printed(house: House, office: IppPrinter) -> None:
    file = settings_with(house, f'slips {office.uri} medium="62x100"', f'roll {office.uri} medium="62x29"')
    before = len(office.jobs())
    small = put(house, house.stands(), printer="roll")
    assert drained(house, file) == 1
    assert (job(house, small).state, job(house, small).why) == ("waiting", "wrong_medium")
    assert len(office.jobs()) == before


@pytest.mark.parametrize(
    ("medium", "wanted"),
    [("lego", "one of avery-l7160"), ("62x29", "one on which loan labels fit, 44 x 48 mm at least")],
)
def test_a_press_does_not_begin_with_a_medium_that_cannot_be_used(
    house: House, tmp_path: Path, medium: str, wanted: str
) -> None:
    file = settings_with(house, f'slips folder://{tmp_path} medium="{medium}"')
    process = press_process(file)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 2
    assert f"printer slips.medium: wanted {wanted}" in said
    assert not list(presses.alive(house.file))


def test_once_does_not_wait_for_ever_for_paper_and_the_next_press_goes_on(
    house: House, office: IppPrinter
) -> None:
    office.paper_out()
    key = loan_label(house)
    file = on_office(house, office)
    with room(house, file) as opened:
        assert opened.drain(patience=0.1) == 1
    assert job(house, key).state in ("sent", "waiting")
    office.refill()
    house.wait(seconds=3)
    assert drained(house, file) == 0
    assert came_out(office, key) == 1


def test_an_idle_press_writes_nothing(house: House, tmp_path: Path) -> None:
    """Every write wears the memory card that a Pi's ledger lies on."""
    with room(house, settings_with(house, f"slips folder://{tmp_path}/slips")) as opened:
        opened.drain()
        before = house.file.with_name("depot.db-wal").stat()
        for _ in range(5):
            opened.drain()
        after = house.file.with_name("depot.db-wal").stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_job_that_a_printer_gives_up_is_printed_again(house: House, office: IppPrinter) -> None:
    office.fail_next()
    key = loan_label(house)
    file = on_office(house, office)
    assert drained(house, file) == 1
    assert (job(house, key).state, job(house, key).why) == ("waiting", "gave_up")
    house.wait(seconds=3)
    assert drained(house, file) == 0
    assert came_out(office, key) == 1


def test_a_jammed_printer_holds_up_no_other(house: House, office: IppPrinter, tmp_path: Path) -> None:
    file = settings_with(
        house, f'slips {office.uri} medium="62x100"', f"asset folder://{tmp_path}/asset", station="slips"
    )
    office.paper_out()
    stuck = loan_label(house)
    with running(house, file):
        until(lambda: job(house, stuck).why == "paper_out")
        other = put(house, house.stands(), printer="asset", medium="62x29")
        until(lambda: job(house, other).state == "printed")
        office.refill()
        until(lambda: job(house, stuck).state == "printed")


def test_a_queue_for_a_printer_that_is_in_no_settings_waits(house: House, tmp_path: Path) -> None:
    key = put(house, house.stands(), printer="sold")
    assert drained(house, settings_with(house, f"slips folder://{tmp_path}/slips")) == 1
    assert job(house, key).state == "waiting"


# --- whose slip is it? ---


def test_a_loans_label_that_could_not_be_printed_within_ten_minutes_is_not_printed(
    house: House, tmp_path: Path
) -> None:
    key = loan_label(house)
    house.wait(minutes=10)
    assert drained(house, settings_with(house, f"slips folder://{tmp_path}/slips")) == 0
    assert job(house, key).state == "lapsed"
    assert not (tmp_path / "slips").exists() or not list((tmp_path / "slips").iterdir())


def test_a_loans_label_that_is_stuck_in_the_printer_is_taken_back_when_its_person_has_gone(
    house: House, office: IppPrinter
) -> None:
    office.paper_out()
    key = loan_label(house)
    with running(house, on_office(house, office)):
        until(lambda: job(house, key).why == "paper_out")
        house.wait(minutes=11)
        until(lambda: job(house, key).state == "lapsed")
        (said,) = settings.load({}, on_office(house, office)).printers
        told = open_printer(said).fate(job(house, key).remote)
        assert "processing-to-stop-point" in told.said, told
        office.refill()
        other = loan_label(house)
        until(lambda: job(house, other).state == "printed")
    assert came_out(office, other) == 1


def test_a_loan_that_was_taken_back_before_its_label_was_printed_has_none(
    house: House, tmp_path: Path
) -> None:
    lent = house.lends(house.confirmed(), house.stands())
    house.undoes(lent.deed)
    assert drained(house, settings_with(house, f"slips folder://{tmp_path}/slips")) == 0
    assert states(house) == ["cancelled"]


def test_a_label_of_something_that_came_home_meanwhile_is_not_printed(house: House, tmp_path: Path) -> None:
    thing = house.stands()
    house.lends(house.confirmed(), thing)
    house.brings(thing)
    assert drained(house, settings_with(house, f"slips folder://{tmp_path}/slips")) == 0
    (row,) = house.rows(label_job)
    assert (row.state, row.why) == ("cancelled", "cannot_draw")


# --- death ---


class Dies(BaseException):
    """What ends a process where it stands."""


class DiesAround:
    """A printer whose press is struck dead just before, or just after, a job was handed over."""

    def __init__(self, inner: Printer, *, after: bool) -> None:
        self._inner, self._after = inner, after

    def condition(self) -> Condition:
        return self._inner.condition()

    def send(self, job: PrintJob) -> str:
        if self._after:
            self._inner.send(job)
        raise Dies

    def fate(self, remote: str) -> Told:
        return self._inner.fate(remote)

    def cancel(self, remote: str) -> None:
        self._inner.cancel(remote)

    def find(self, key: str) -> str | None:
        return self._inner.find(key)


def struck_dead(house: House, file: Path, *, after: bool) -> None:
    def choose(said: PrinterSettings) -> Printer:
        return DiesAround(open_printer(said), after=after)

    with pytest.raises(Dies):
        drained(house, file, choose=choose)


@pytest.mark.parametrize("after", [False, True], ids=["before the first byte", "after the last one"])
def test_a_press_that_died_with_a_job_in_its_hands_has_it_printed_once_by_the_next(
    house: House, office: IppPrinter, after: bool
) -> None:
    key = loan_label(house)
    file = on_office(house, office)
    struck_dead(house, file, after=after)
    assert job(house, key).state == "printing"
    if after:
        until(lambda: came_out(office, key) == 1)
    drained(house, file)
    house.wait(seconds=3)
    assert drained(house, file) == 0
    assert job(house, key).state == "printed"
    assert came_out(office, key) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the first byte", "after the last one"])
def test_where_a_printer_keeps_no_names_nobody_prints_it_a_second_time_unasked(
    house: House, zebra: RawPrinter, after: bool
) -> None:
    file = settings_with(house, f'slips {zebra.uri} medium="62x29"', station="")
    key = put(house, house.stands(), printer="slips")
    struck_dead(house, file, after=after)
    assert drained(house, file) == 0
    assert (job(house, key).state, job(house, key).why) == ("unsure", "cannot_tell")
    assert len(zebra.jobs()) == int(after)
    again = house.at_desk(queue.again, key)
    assert again is not None
    assert drained(house, file) == 0
    assert len(zebra.jobs()) == int(after) + 1


def test_what_a_printer_may_have_forgotten_meanwhile_is_left_to_a_person(
    house: House, office: IppPrinter
) -> None:
    key = put(house, house.stands(), printer="slips")
    file = on_office(house, office)
    struck_dead(house, file, after=False)
    house.wait(minutes=2)
    assert drained(house, file) == 0
    assert (job(house, key).state, came_out(office, key)) == ("unsure", 0)


def test_kill_9_in_the_middle_of_a_job_and_the_next_press_sees_it_through(house: House) -> None:
    with IppPrinter(lies_in=(62.0, 100.0)) as printer:
        file = on_office(house, printer)
        printer.paper_out()
        key = put(house, house.stands(), printer="slips", medium="62x100")
        first = press_process(file)
        until(lambda: job(house, key).state == "sent")
        first.send_signal(signal.SIGKILL)
        first.communicate()
        assert job(house, key).state == "sent"
        second = press_process(file)
        until(lambda: job(house, key).held_by not in (None, "") and job(house, key).why == "paper_out")
        printer.refill()
        until(lambda: job(house, key).state == "printed")
        second.send_signal(signal.SIGTERM)
        said, _ = second.communicate()
        assert second.returncode == 0, said
        assert came_out(printer, key) == 1
    assert list(presses.alive(house.file)) == []


def test_a_press_ends_at_sigterm_and_leaves_nothing_of_itself(house: House, tmp_path: Path) -> None:
    process = press_process(settings_with(house, f"slips folder://{tmp_path}/slips"))
    until(lambda: presses.will_print(house.file, "slips"))
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate()
    assert (process.returncode, said.splitlines()[0].startswith("press: slips")) == (0, True)
    assert not list(house.file.parent.glob("*.press-*"))


class Trips(DiesAround):
    """A printer whose driver has a mistake in it that nobody has met yet."""

    def __init__(self, inner: Printer) -> None:
        super().__init__(inner, after=False)
        self._has_tripped = False

    def send(self, job: PrintJob) -> str:
        if not self._has_tripped:
            self._has_tripped = True
            raise RuntimeError("never seen before")
        return self._inner.send(job)


def test_a_mistake_in_one_job_does_not_end_the_printing_of_others(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = settings_with(house, f"slips folder://{tmp_path}/slips")
    first = loan_label(house)
    house.wait(seconds=1)
    second = loan_label(house)
    with running(house, file, choose=lambda said: Trips(open_printer(said))):
        until(lambda: job(house, second).state == "printed")
        until(lambda: job(house, first).state == "waiting")
        house.wait(seconds=3)
        until(lambda: job(house, first).state == "printed")
    assert "never seen before" in caplog.text
    assert len(list((tmp_path / "slips").iterdir())) == 2


# --- many ---


def test_five_hundred_jobs_come_out_once_each_in_their_order(house: House, tmp_path: Path) -> None:
    things = house.stand(25)
    keys = [put(house, things[number % 25], printer="slips") for number in range(500)]
    assert (
        drained(house, settings_with(house, f'slips folder://{tmp_path}/slips medium="62x29"', station=""))
        == 0
    )
    assert Counter(states(house)) == {"printed": 500}
    files = {one.stem: one.stat().st_mtime_ns for one in (tmp_path / "slips").iterdir()}
    assert set(files) == set(keys)
    assert sorted(keys, key=files.__getitem__) == keys


def test_two_presses_on_one_queue_print_each_job_once(house: House, zebra: RawPrinter) -> None:
    things = house.stand(30)
    keys = [put(house, one, printer="slips") for one in things]
    file = settings_with(house, f'slips {zebra.uri} medium="51x19"', station="")
    both = [press_process(file, "once", "--json") for _ in range(2)]
    ended = [(one.communicate()[0], one.returncode) for one in both]
    assert [json.loads(said)["left"] for said, _ in ended].count(0) >= 1, ended
    assert [job(house, key).state for key in keys] == ["printed"] * 30
    assert len(zebra.jobs()) == 30
    assert len(set(zebra.jobs())) == 30


# --- what staff ask of the queue ---


def test_what_was_printed_is_printed_again_as_it_was(house: House, tmp_path: Path) -> None:
    file = settings_with(house, f"slips folder://{tmp_path}/slips")
    key = loan_label(house)
    drained(house, file)
    new = house.at_desk(queue.again, key)
    assert new is not None
    assert drained(house, file) == 0
    printed = {one.stem: one.read_bytes() for one in (tmp_path / "slips").iterdir()}
    assert printed[key] == printed[new]


def test_only_what_has_ended_is_printed_again_and_only_what_waits_is_cancelled(
    house: House, tmp_path: Path
) -> None:
    file = settings_with(house, f"slips folder://{tmp_path}/slips")
    key = loan_label(house)
    assert house.at_desk(queue.again, key) is None
    assert house.at_desk(queue.again, "nobody's") is None
    assert house.at_desk(queue.cancel, key)
    assert drained(house, file) == 0
    assert job(house, key).state == "cancelled"
    assert not house.at_desk(queue.cancel, key)


def test_jobs_that_ended_a_month_ago_are_forgotten(house: House, tmp_path: Path) -> None:
    key = loan_label(house)
    drained(house, settings_with(house, f"slips folder://{tmp_path}/slips"))
    house.wait(days=29)
    assert house.at_desk(queue.tidy) == 0
    waits = put(house, house.stands())
    house.wait(days=2)
    assert house.at_desk(queue.tidy) == 1
    assert [row.key for row in house.rows(label_job)] == [waits]
    assert key != waits


def test_a_pause_that_a_wrong_clock_wrote_is_over_when_the_clock_is_right(
    house: House, tmp_path: Path
) -> None:
    key = put(house, house.stands(), printer="slips")
    house.now += timedelta(days=400)
    house.at_desk(lambda conn, now: queue.take(conn, key, by="x", printer="slips", now=now))
    house.at_desk(queue.put_back, key, Why.BUSY, "")
    house.now -= timedelta(days=400)
    assert (
        drained(house, settings_with(house, f'slips folder://{tmp_path}/slips medium="62x29"', station=""))
        == 0
    )


def test_a_pair_has_one_slip_with_the_number_of_the_first(house: House, tmp_path: Path) -> None:
    whose = house.confirmed()
    one, other = house.stand(2, CRUTCHES)
    first = house.lends(whose, one)
    house.lends(whose, other, joins=first.deed)
    drained(house, settings_with(house, f"slips folder://{tmp_path}/slips"))
    assert len(list((tmp_path / "slips").iterdir())) == 1


# --- what the kiosk may know ---


def test_the_kiosk_is_told_that_a_slip_comes_only_while_a_press_lives_and_its_printer_would_print(
    house: House, office: IppPrinter
) -> None:
    assert not presses.will_print(house.file, "slips")
    with running(house, on_office(house, office)):
        until(lambda: presses.will_print(house.file, "slips"))
        assert not presses.will_print(house.file, "another")
    assert not presses.will_print(house.file, "slips")


def test_what_a_dead_press_said_counts_no_longer_and_is_swept_away(house: House, tmp_path: Path) -> None:
    file = settings_with(house, f"slips folder://{tmp_path}/slips")
    process = press_process(file)
    until(lambda: presses.will_print(house.file, "slips"))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not presses.will_print(house.file, "slips")
    assert len(list(house.file.parent.glob("*.press-*"))) == 1
    with room(house, file):
        assert len(list(house.file.parent.glob("*.press-*"))) == 1
    assert not list(house.file.parent.glob("*.press-*"))


def test_a_press_that_hangs_promises_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    press = presses.Press(house.file)
    try:
        press.say({"slips": presses.PrinterNow(None, 0)})
        assert presses.will_print(house.file, "slips")
        press.say({"slips": presses.PrinterNow(None, 40)})
        assert not presses.will_print(house.file, "slips"), "forty labels are before it"
        press.say({"slips": presses.PrinterNow("paper_out", 0)})
        assert not presses.will_print(house.file, "slips")
        press.say({"slips": presses.PrinterNow(None, 0)})
        late = time.monotonic() + 16
        monkeypatch.setattr("depot.presses.time.monotonic", lambda: late)
        assert not presses.will_print(house.file, "slips")
    finally:
        press.close()


def test_looking_for_work_takes_no_longer_where_many_labels_were_printed(house: House) -> None:
    """A press looks twice a second for years: every question about what is open goes through the open ones' index."""
    asked: list[str] = []
    with house.ledger.reading() as conn:
        event.listen(conn, "before_cursor_execute", lambda _c, _u, text, *_more: asked.append(text))
        queue.next_waiting(conn, "slips", default=True, now=house.now)
        queue.is_any_late(conn, now=house.now)
        queue.waiting_for(conn, "slips", default=True)
        queue.in_hands(conn, "slips", default=True)
        queue.read(conn)
        queue.count(conn)
        plans = [
            " ".join(str(row[3]) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", _nulls(text)))
            for text in tuple(asked)
        ]
    assert len(plans) >= 6
    assert [plan for plan in plans if "label_jobs_to_be_printed" not in plan] == []


def _nulls(text: str) -> tuple[None, ...]:
    return (None,) * text.count("?")
