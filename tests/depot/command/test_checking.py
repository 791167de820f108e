"""`depot check` finds every kind of damage and names it; `depot rebuild` puts right what can be."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from depot import clock, demo, journal
from depot.ledger import SCHEMA, open_ledger
from depot.settings import load
from depot.states import Fact
from tests.depot.command.front import Shell


def damage(depot: Shell, *statements: str) -> None:
    """Do to the file what no deed does."""
    with contextlib.closing(sqlite3.connect(depot.file, isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)


def broken(depot: Shell) -> list[str]:
    """What a check finds broken."""
    said = depot("check", "--json")
    report = said.json
    assert report.keys() >= {"ok", "broken", "events", "items", "loans"}
    assert (said.status, report["ok"]) == ((1, False) if report["broken"] else (0, True))
    return [one["what"] for one in report["broken"]]


def test_the_practice_depot_is_sound(depot: Shell) -> None:
    report = depot.json("check")
    assert (report["ok"], report["broken"]) == (True, [])
    assert (report["events"], report["items"]) == (len(depot.json("events")), len(depot.json("items")))
    assert report["loans"] == len(depot.json("loans"))
    assert depot("check").out.startswith(f"the ledger is sound: {report['events']} events")


def test_two_who_became_one_are_sound_and_one_who_became_nobody_is_not(depot: Shell) -> None:
    assert depot("borrower", "merge", demo.KARI.card, demo.OLA.card).status == 0
    assert broken(depot) == []
    damage(depot, "UPDATE borrower SET merged_into = 'nobody' WHERE merged_into IS NOT NULL")
    assert broken(depot) == ["a borrower became one who is not there"]


def test_a_check_writes_nothing_and_needs_no_turn(depot: Shell) -> None:
    with open_ledger(load()) as ledger:
        head = len(depot.json("events"))
        assert ledger.perform(lambda *_: depot.json("check"))["ok"] is True
    assert len(depot.json("events")) == head


OPEN = "(SELECT key FROM loan WHERE ended IS NULL LIMIT 1)"
MIDDLE = "(SELECT max(seq) / 2 FROM event)"

# fmt: off
# What is done to one copy of the ledger, and everything that a check must then say of it.
JOURNAL = {
    "the chain of hashes is broken": "UPDATE event SET body = replace(body, ':90,', ':91,') WHERE seq > 600",
    "an event's columns differ from its body": f"UPDATE event SET at = '1970' WHERE seq = {MIDDLE}",
    "an event is missing before this one": "DELETE FROM event WHERE seq = 50",
}
UNREADABLE = {"an event's body cannot be read": f"UPDATE event SET body = 'gone' WHERE seq = {MIDDLE}"}
TABLES = {
    "item_state: a row that no event tells of":
        f"UPDATE item_state SET shelf = NULL WHERE item = '{demo.ROLLATOR}'",
    "loan: a row that the events tell of is missing":
        "DELETE FROM loan WHERE key = (SELECT key FROM loan WHERE ended = 'returned' LIMIT 1)",
    "a loan is open, but its item is not out by it":
        f"UPDATE loan SET ended = NULL, returned_at = NULL WHERE item = '{demo.IN_CLEANING}'",
    "an item is out by a loan that is not open": f"DELETE FROM loan WHERE key = {OPEN}",
    "a hold is ready, but its item is not set aside for it":
        f"UPDATE item_state SET state = 'available', hold = NULL WHERE item = '{demo.SET_ASIDE}'",
    "a link is of no loan and no hold": f"UPDATE link SET key = 'nothing' WHERE key = {OPEN}",
    "quantity: a row that no event tells of": "UPDATE quantity SET n = 50 WHERE product = 'WLK-11'",
    "fewer than none of a line are there": "UPDATE quantity SET n = -1 WHERE product = 'WLK-12'",
    "a loan that was taken back is still somebody's":
        "INSERT INTO link SELECT key, (SELECT id FROM borrower), '', 0 FROM loan"
        " WHERE ended = 'undone' LIMIT 1",
}
REFERENCES = {
    "an item is of a line that is not there": "DELETE FROM product WHERE code = 'WLK-06'",
    "words are for a line that is not there": "SELECT 1",  # that line's
    "a part is of a line that is not there": "DELETE FROM product WHERE code = 'LFT-02'",
    "a part of a line has no name": "DELETE FROM part_text WHERE part = 'footrest'",
    "a count is of a line that is not there": "DELETE FROM product WHERE code = 'WLK-11'",
    "an item stands on a shelf that is not there": "DELETE FROM shelf WHERE name = 'A1'",
    "a story is of an item that is not there": f"DELETE FROM item WHERE code = '{demo.SHOWER_STOOL}'",
    "an item has no story": f"DELETE FROM item_state WHERE item = '{demo.ROLLATOR}'",
    "a card is of a borrower who is not there": "DELETE FROM borrower WHERE name = 'Kari Eksempel'",
    "a link is to a borrower who is not there": "SELECT 1",  # to her
    "a label's event is not in the journal":
        "INSERT INTO label_job (key, event, design, made_at, state) VALUES ('k', '-', 'loan', 0, 'waiting')",
    "a foreign return's event is not in the journal": "UPDATE foreign_return SET event = 'gone'",
    "a person's revision says more than that there was one":
        "UPDATE revision SET body = '{}' WHERE \"table\" = 'borrower'",
    "a code is not one of ours": "UPDATE card SET code = 'B00000000B' WHERE code LIKE 'B4723%'",
    "more was shipped than was written, or nobody counts": "DELETE FROM outbox",
    "wanted journal_mode wal, got delete": "PRAGMA journal_mode = DELETE",
    f"wanted schema {SCHEMA}, got 0000": "UPDATE alembic_version SET version_num = '0000'",
}
NO_STATION = {"wanted one station of its own, got 0": "UPDATE station SET ours = 0"}
NOT_READY = {
    "an item is set aside for a hold that is not ready":
        "UPDATE hold SET state = 'waiting', item = NULL WHERE state = 'ready'"
}
# fmt: on


@pytest.mark.parametrize("done", [JOURNAL, UNREADABLE, TABLES, REFERENCES, NO_STATION, NOT_READY])
def test_damage_is_found_and_named(depot: Shell, done: dict[str, str]) -> None:
    damage(depot, *done.values())
    assert set(done) <= set(broken(depot))


def test_a_ledger_of_an_older_version_is_not_called_damaged_for_what_it_lacks(depot: Shell) -> None:
    damage(depot, "UPDATE alembic_version SET version_num = '0001'", "DROP TABLE quantity")
    (only,) = depot("check", "--json").json["broken"]
    assert only["what"] == f"wanted schema {SCHEMA}, got 0001"
    assert "depot init" in only["where"]


def test_people_read_what_is_broken_and_where(depot: Shell) -> None:
    damage(depot, "UPDATE card SET code = 'B00000000B' WHERE code LIKE 'B4723%'")
    assert depot("check").out.startswith(
        "broken: a code is not one of ours (card ending 00)\n1 thing is broken"
    )


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        ("an event holds personal data", {"card": demo.CONFIRMED_CARD}),
        ("an event holds personal data", {"note": "Kari Eksempel"}),
        ("an event holds personal data", {"parts": [["46701740605", 1]]}),
        ("an event holds free text", {"note": "left at the door"}),
    ],
)
def test_what_no_event_may_hold_is_found(depot: Shell, what: str, facts: dict[str, object]) -> None:
    with open_ledger(load()) as ledger:

        def tell(conn: Connection, _: object) -> None:
            head = journal.head_of(conn, ledger.station.id)
            now = clock.SystemClock().now()
            pen = journal.Pen(conn, ledger.station.id, head, now=now, trusted=True)
            pen.write(Fact.RECEIVED_FOREIGN, facts=facts)

        ledger.perform(tell)
    said = depot("check", "--json")
    assert [one["what"] for one in said.json["broken"]] == [what]
    assert demo.CONFIRMED_CARD not in said.out


def test_a_journal_that_lost_its_end_is_found_by_the_anchor(depot: Shell) -> None:
    depot("return", demo.SHOWER_STOOL)  # opens and closes the ledger, which notes its end
    damage(depot, "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    assert any(what.startswith("the journal ends at event") for what in broken(depot))


def test_a_file_that_others_can_read_is_found(depot: Shell) -> None:
    depot.file.chmod(0o644)
    assert set(broken(depot)) == {"others than its owner can read or write the file"}


def test_a_file_that_is_no_database_is_a_report_and_no_failure(empty: Shell) -> None:
    empty.file.write_bytes(b"no database" * 1000)
    empty.file.chmod(0o600)
    (what,) = broken(empty)
    assert "not a sound ledger" in what


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_a_file_with_a_page_gone_is_a_report_and_no_failure(depot: Shell, at: float) -> None:
    size = depot.file.stat().st_size
    with depot.file.open("r+b") as file:
        file.seek(int(size * at) // 2048 * 2048)
        file.write(b"\xff" * 2048)
    assert broken(depot)


def test_a_file_cut_in_half_is_a_report_and_no_failure(depot: Shell) -> None:
    with depot.file.open("r+b") as file:
        file.truncate(depot.file.stat().st_size // 2)
    assert broken(depot)


# --- rebuild ---


def test_a_rebuild_of_a_sound_ledger_changes_nothing(depot: Shell) -> None:
    assert depot.json("rebuild") == {"changed": []}
    assert depot("rebuild").out == "the tables were as the events say\n"


def test_a_rebuild_puts_right_what_the_events_can_tell(depot: Shell, tmp_path: Path) -> None:
    before = [depot.json(verb) for verb in ("items", "loans", "products")]
    damage(
        depot,
        "DELETE FROM loan",
        "DELETE FROM owed_part",
        "DELETE FROM quantity WHERE product = 'WLK-11'",
        "UPDATE item_state SET state = 'available', loan = NULL, hold = NULL",
        "DELETE FROM hold WHERE state = 'waiting'",
    )
    assert "loan: a row that the events tell of is missing" in broken(depot)
    changed = depot.json("rebuild")["changed"]
    assert changed
    assert changed[0].keys() == {"what", "where"}
    assert broken(depot) == []
    assert [depot.json(verb) for verb in ("items", "loans", "products")] == before


def test_a_broken_chain_is_never_rebuilt_from(depot: Shell) -> None:
    damage(depot, "UPDATE event SET body = replace(body, 'check_in', 'check_ex') WHERE kind = 'check_in'")
    said = depot("rebuild", "--json")
    assert (said.status, said.out) == (1, "")
    assert "see: depot check" in said.err
