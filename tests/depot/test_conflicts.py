"""What must never happen is refused by the database too, in the words that a rule would have used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from depot import founding, journal, tables
from depot.errors import Conflict
from depot.ledger import open_ledger
from depot.settings import load
from depot.states import Fact
from depot.station import Station

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def open_loan(key: str) -> dict[str, object]:
    terms = {"days": 30, "policy": "keep", "flags": "", "renewals": 0}
    return {"key": key, "item": "D00042177C", "product": "WLK-06", "deed": key, "out_at": 1, **terms}


def test_a_second_open_loan_of_a_thing_is_refused_and_the_ledger_goes_on(tmp_path: Path) -> None:
    settings = load({"DEPOT_DATABASE": f"sqlite:///{tmp_path / 'depot.db'}"})
    founding.found_ledger(settings, now=NOW)

    def lend_past_the_rules(conn: Connection, _station: Station) -> None:
        conn.execute(insert(tables.loan), open_loan("a"))
        conn.execute(insert(tables.loan), open_loan("b"))

    def record_twice(conn: Connection, station: Station) -> None:
        for _ in range(2):
            head = journal.head_of(conn, station.id)
            journal.Pen(conn, station.id, head, now=NOW, trusted=True).write(Fact.RECEIVED, key="same")

    with open_ledger(settings) as ledger:
        with pytest.raises(Conflict) as stopped:
            ledger.perform(lend_past_the_rules)
        assert stopped.value.reason == "on_loan_to_other"
        with pytest.raises(Conflict) as stopped:
            ledger.perform(record_twice)
        assert stopped.value.reason == "key_reused"
        with ledger.reading() as conn:
            assert conn.execute(select(tables.loan)).all() == []
            assert journal.head_of(conn, ledger.station.id).seq == 1
