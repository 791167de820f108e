"""The tables as they are declared, as a migration makes them, and as the hub's database would have them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic_command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, UniqueConstraint, create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from depot import ledger, migrate, sqlite, tables
from depot.errors import LedgerError, LedgerTooNew
from depot.ledger import open_ledger
from depot.states import State
from tests.depot.house import STICK, House, settings_for


def names_of_constraints() -> list[str]:
    """Everything that the database refuses by name, and every index, since a unique one refuses too."""
    found = []
    for table in tables.metadata.sorted_tables:
        declared = [*table.constraints, *(one for column in table.c for one in column.constraints)]
        found += [one.name for one in declared if isinstance(one, CheckConstraint | UniqueConstraint)]
        found += [index.name for index in table.indexes]
    return [str(name) for name in found]


# --- as they are declared ---


def test_the_hub_could_have_the_same_tables() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
    for table in tables.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect)).replace(
            '"', ""
        )
        for index in table.indexes:
            made = str(CreateIndex(index).compile(dialect=dialect))
            partial = index.dialect_options["sqlite"]["where"] is not None
            assert ("WHERE" in made) is partial, index.name


def test_constraints_are_sentences() -> None:
    for name in names_of_constraints():
        assert re.fullmatch(r"[a-z]+(_[a-z]+){2,}", name), name


def test_every_table_says_what_its_rows_are_named_by() -> None:
    assert [table.name for table in tables.metadata.sorted_tables if not table.primary_key.columns] == []


def test_derived_and_reference_tables_are_never_mixed() -> None:
    derived, reference = set(tables.DERIVED), set(tables.REFERENCE)
    assert not derived & reference
    assert tables.link not in derived | reference
    persons = {column.name for column in tables.link.c}
    for table in derived | {tables.event, tables.label_job, tables.refusal}:
        assert "borrower" not in {column.name for column in table.c}, table.name
    assert persons == {"key", "borrower", "station", "made_at"}


def test_no_key_is_counted_up() -> None:
    """Two stations may write reference rows while they cannot hear each other."""
    for table in tables.metadata.sorted_tables:
        for column in table.primary_key:
            assert column.autoincrement in ("auto", False)
            assert not (len(table.primary_key) == 1 and str(column.type) == "INTEGER"), table.name


# --- what must never happen is refused by the database, too ---

A_SECOND_LOAN = (
    "INSERT INTO loan SELECT 'second', item, product, deed, depot, out_at, days, policy, due, flags,"
    " renewals, returned_at, ended FROM loan WHERE ended IS NULL"
)
_REST = "deed, kind, tick, at, trusted, item, loan, hold, body, hash FROM event"
A_KEY_TWICE = f"INSERT INTO event SELECT station, seq + 99, fork, key, {_REST}"
A_NUMBER_TWICE = f"INSERT INTO event SELECT station, seq, fork, key || 'x', {_REST}"
A_JOB = "INSERT INTO label_job (key, event, design, made_at, state) VALUES ('j', 'x', 'loan', 1, 'waiting')"
A_JOB_IN_NO_STATE = A_JOB.replace("'j'", "'k'").replace("waiting", "")

REFUSED = [
    # what the refusal names                       what must never happen
    ("a_state_is_one_of_the_known",                "UPDATE item_state SET state = 'eaten'"),
    ("an_item_on_loan_has_its_loan",               "UPDATE item_state SET state = 'on_loan'"),
    ("an_item_on_loan_has_its_loan",               "UPDATE item_state SET loan = 'x'"),
    ("an_item_set_aside_has_its_hold",             "UPDATE item_state SET hold = 'x'"),
    ("loan.item",                                  A_SECOND_LOAN),
    ("a_loan_ends_at_a_time",                      "UPDATE loan SET ended = 'returned'"),
    ("a_loan_ends_in_one_of_the_known_ways",       "UPDATE loan SET ended = 'eaten', returned_at = 1"),
    ("a_part_owed_is_at_least_one",                "INSERT INTO owed_part VALUES ('x', 'bolt', 'x', 0)"),
    ("a_borrower_is_starter_or_confirmed",         "UPDATE borrower SET standing = 'x', confirmed_at = NULL"),
    ("a_confirmed_borrower_was_confirmed_once",    "UPDATE borrower SET confirmed_at = NULL"),
    ("a_card_is_given_to_somebody",                "UPDATE card SET borrower = NULL"),
    ("a_loan_lasts_at_least_a_day",                "UPDATE product SET loan_days = 0"),
    ("products_need_or_suit_each_other",           "UPDATE product_relation SET kind = 'hates'"),
    ("a_label_job_is_in_one_of_the_known_states",  A_JOB_IN_NO_STATE),
    ("a_label_is_of_a_deed_or_of_things",          "UPDATE label_job SET event = NULL"),
    ("a_label_in_work_is_in_somebodys_hands",      "UPDATE label_job SET state = 'sent'"),
    ("a_hold_is_in_one_of_the_known_states",       "UPDATE hold SET state = 'forgotten'"),
    ("a_hold_that_is_ready_has_its_item",          "UPDATE hold SET state = 'ready'"),
    ("event.key",                                  A_KEY_TWICE),
    ("event.station, event.seq",                   A_NUMBER_TWICE),
    ("product.label",                              "UPDATE product SET label = 'P00010012B'"),
]  # fmt: skip


@pytest.fixture
def furnished(house: House) -> House:
    """One piece on its shelf, one on loan, one place in a queue."""
    house.stands(STICK)
    house.lends(house.confirmed(), house.stands(STICK))
    house.queues(house.confirmed(), "WLK-07")
    return house


def test_the_database_itself_refuses_what_must_never_happen(furnished: House) -> None:
    furnished.close()
    with closing(sqlite3.connect(furnished.file)) as raw:
        raw.execute(A_JOB)
        raw.commit()
        for named, statement in REFUSED:
            with pytest.raises(sqlite3.IntegrityError, match=re.escape(named)):
                raw.execute(statement)
            raw.rollback()
    furnished.reopen()


def test_the_states_of_the_table_are_those_of_the_life(furnished: House) -> None:
    (check,) = [
        one for one in checks(furnished.file, "item_state") if one["name"] == "a_state_is_one_of_the_known"
    ]
    assert set(re.findall(r"'(\w+)'", check["sqltext"])) == set(State)


# --- as a migration makes them ---


def checks(file: Path, table: str) -> list[dict[str, Any]]:
    engine = create_engine(f"sqlite:///{file}")
    try:
        return [dict(one) for one in inspect(engine).get_check_constraints(table)]
    finally:
        engine.dispose()


def declared(file: Path) -> Path:
    """A database with the tables as they are declared, never migrated."""
    engine = create_engine(f"sqlite:///{file}")
    tables.metadata.create_all(engine)
    engine.dispose()
    return file


def shape(file: Path) -> dict[str, Any]:
    """Everything about a database's tables: columns, keys, checks, uniques, indexes with their conditions."""
    with closing(sqlite3.connect(file)) as raw:
        named = raw.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name != 'alembic_version'"
        )
        found: dict[str, Any] = {}
        for (table,) in named.fetchall():
            columns = raw.execute(f"PRAGMA table_info({table})").fetchall()
            indexes = [row[1:4] for row in raw.execute(f"PRAGMA index_list({table})")]
            over = [raw.execute(f"PRAGMA index_info({name})").fetchall() for name, *_ in indexes]
            rowid = raw.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
            tests = sorted((str(one["name"]), one["sqltext"]) for one in checks(file, table))
            found[table] = (columns, sorted(map(repr, zip(indexes, over, strict=True))), rowid, tests)
        partial = raw.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%WHERE%'"
        )
        found["partial indexes"] = sorted((name, re.sub(r"\s+", " ", sql)) for name, sql in partial)
    return found


def test_the_newest_migration_is_the_one_this_version_knows(tmp_path: Path) -> None:
    script = ScriptDirectory.from_config(migrate.configuration(tmp_path / "depot.db"))
    assert script.get_current_head() == ledger.SCHEMA
    assert tuple(one.revision for one in script.walk_revisions())[::-1] == ledger.KNOWN_SCHEMAS


def test_a_migrated_ledger_has_the_tables_that_are_declared(tmp_path: Path) -> None:
    migrate.create(tmp_path / "migrated.db")
    migrated, wanted = shape(tmp_path / "migrated.db"), shape(declared(tmp_path / "declared.db"))
    assert migrated.keys() == wanted.keys()
    for table in wanted:
        assert migrated[table] == wanted[table], table


def test_a_migration_written_by_the_tool_would_be_empty(tmp_path: Path) -> None:
    migrate.create(tmp_path / "migrated.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), tables.metadata) == []
    engine.dispose()


def test_a_new_ledger_is_its_owners_alone_and_laid_out_as_measured(tmp_path: Path) -> None:
    file = tmp_path / "new" / "depot.db"
    migrate.create(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA page_size").fetchone() == (sqlite.PAGE_SIZE,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with pytest.raises(FileExistsError):
        migrate.create(file)


NEXT_STEP = f'''
"""A step that a later version takes."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{ledger.SCHEMA}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("later", sa.Column("key", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("key"))
'''


@pytest.fixture
def later_version(furnished: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This program a version later, when there is a ledger already: it knows one migration more."""
    steps = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", steps)
    (steps / "versions" / "9999_later.py").write_text(NEXT_STEP)

    def configuration(file: Path) -> Config:
        config = Config()
        config.set_main_option("script_location", str(steps))
        config.attributes["file"] = file
        return config

    monkeypatch.setattr(migrate, "configuration", configuration)
    monkeypatch.setattr(ledger, "KNOWN_SCHEMAS", (*ledger.KNOWN_SCHEMAS, "9999"))
    monkeypatch.setattr(ledger, "SCHEMA", "9999")


def told(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as raw:
        return [
            raw.execute("SELECT station, seq, body, hash FROM event ORDER BY station, seq").fetchall(),
            raw.execute("SELECT * FROM outbox").fetchall(),
        ]


@pytest.mark.usefixtures("later_version")
def test_an_upgrade_makes_a_backup_and_leaves_every_event_as_it_was(furnished: House) -> None:
    furnished.close()
    before, schema = told(furnished.file), sqlite.schema_of(furnished.file)
    furnished.reopen()
    assert sqlite.schema_of(furnished.file) == "9999"
    assert told(furnished.file) == before
    (copy,) = furnished.file.parent.glob("*.backup")
    assert copy.name.startswith(f"depot.db.{schema}.")
    assert (copy.stat().st_mode & 0o777, sqlite.schema_of(copy)) == (0o600, schema)
    assert told(copy) == before
    furnished.lends(furnished.confirmed(), furnished.stands(STICK))


@pytest.mark.usefixtures("later_version")
def test_an_upgrade_that_was_made_is_not_made_again(furnished: House) -> None:
    furnished.reopen()
    furnished.reopen()
    assert len(list(furnished.file.parent.glob("*.backup"))) == 1


def as_the_first_version_left_it(file: Path) -> None:
    """Write what a ledger holds into a file of the first version's schema, and put that in its place."""
    older = file.with_name("older.db")
    engine = create_engine(f"sqlite:///{older}")
    with engine.begin() as conn:
        config = migrate.configuration(older)
        config.attributes["connection"] = conn
        alembic_command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(older)) as raw:
        raw.execute("ATTACH ? AS newer", (str(file),))
        raw.execute("DELETE FROM newer.place WHERE purpose = 'pick_up'")  # a sign that it did not have
        for (table,) in raw.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if table != "alembic_version":
                columns = ", ".join(
                    f'"{row[1]}"' for row in raw.execute(f'PRAGMA main.table_info("{table}")')
                )
                raw.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM newer."{table}"')
        raw.commit()
        raw.execute("PRAGMA journal_mode=WAL")
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    older.replace(file)


def test_a_ledger_of_the_first_version_goes_on_with_all_that_it_held(furnished: House) -> None:
    card, stick = furnished.confirmed(), furnished.stands(STICK)
    loan = furnished.lends(card, stick)
    furnished.close()
    before = told(furnished.file)
    as_the_first_version_left_it(furnished.file)
    assert sqlite.schema_of(furnished.file) == "0001"
    furnished.reopen()
    assert sqlite.schema_of(furnished.file) == ledger.SCHEMA
    assert told(furnished.file) == before
    assert furnished.loan(loan.key).due == str(loan.due)
    assert [row.name for row in furnished.rows(tables.place, purpose="pick_up")] == ["HENTES"]
    assert furnished.unsoundness() == []
    furnished.brings(stick)


def test_a_ledger_of_a_later_version_is_left_alone(furnished: House) -> None:
    furnished.close()
    with closing(sqlite3.connect(furnished.file)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0099'")
        raw.commit()
    with pytest.raises(LedgerTooNew, match="0099"):
        open_ledger(settings_for(furnished.file))
    assert list(furnished.file.parent.glob("*.backup")) == []
    with closing(sqlite3.connect(furnished.file)) as raw:
        raw.execute(f"UPDATE alembic_version SET version_num = '{ledger.SCHEMA}'")
        raw.commit()
    furnished.reopen()


def test_a_database_that_is_no_ledger_is_not_made_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "depot.db")) as raw:
        raw.execute("CREATE TABLE recipe (name TEXT)")
    with pytest.raises(LedgerError, match="not a ledger"):
        open_ledger(settings_for(tmp_path / "depot.db"))
