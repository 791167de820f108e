"""The desk: stock levels, checklists, repairs, kits, fees, whom a recall reached, work that was laid aside."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the storekeeper's tables, and the columns that a recall, an item and a borrower lacked."""
    op.add_column("item", sa.Column("home", sa.Text(), nullable=True))
    op.add_column("borrower", sa.Column("birth_year", sa.Integer(), nullable=True))
    op.add_column("borrower", sa.Column("last_month", sa.Text(), nullable=True))
    op.add_column("recall", sa.Column("serial_to", sa.Text(), nullable=True))
    op.add_column("recall", sa.Column("why", sa.Text(), nullable=True))
    _stock()
    _upkeep()
    _kits()
    _people()
    _work()
    _what_waits()


def _stock() -> None:
    op.create_table(
        "stock_level",
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("depot", "product"),
        sa.CheckConstraint("minimum >= 0", name="a_minimum_is_no_less_than_none"),
        sa.CheckConstraint("target >= minimum", name="a_target_is_no_less_than_its_minimum"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "restock_order",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.CheckConstraint("pieces > 0", name="an_order_is_for_one_piece_at_least"),
        sa.CheckConstraint(
            "state IN ('ordered', 'received', 'cancelled')", name="an_order_is_in_one_of_the_known_states"
        ),
        sa.CheckConstraint("(state = 'ordered') = (ended_at IS NULL)", name="an_order_ends_at_a_time"),
        sqlite_with_rowid=False,
    )


def _upkeep() -> None:
    op.create_table(
        "checklist_point",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "subject", "n", "language"),
        sa.CheckConstraint(
            "purpose IN ('cleaning', 'inspection')", name="a_checklist_is_for_one_of_the_known_purposes"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "repair_order",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("cost_ore", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.CheckConstraint(
            "state IN ('open', 'waiting_for_part', 'done', 'given_up')",
            name="a_repair_is_in_one_of_the_known_states",
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'given_up')) = (closed_at IS NOT NULL)", name="a_repair_is_closed_at_a_time"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "one_open_repair_per_item",
        "repair_order",
        ["item"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "inspection",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("event"),
        sqlite_with_rowid=False,
    )
    op.create_index("inspections_of_an_item", "inspection", ["item"])
    op.create_table(
        "note",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("notes_of_a_subject", "note", ["subject"])


def _kits() -> None:
    op.create_table(
        "kit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("split_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kit_piece",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kit", sa.Text(), nullable=False),
        sa.Column("missing_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("item"),
        sqlite_with_rowid=False,
    )
    op.create_index("pieces_of_a_kit", "kit_piece", ["kit"])


def _people() -> None:
    op.create_table(
        "collector",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("borrower", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("collected_by_a_borrower", "collector", ["borrower"])
    op.create_table(
        "product_fee",
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("fee_ore", sa.BigInteger(), nullable=False),
        sa.Column("deposit_ore", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("product"),
        sa.CheckConstraint("fee_ore >= 0 AND deposit_ore >= 0", name="a_fee_is_never_negative"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fee",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.CheckConstraint(
            "kind IN ('fee', 'deposit', 'compensation')", name="a_fee_is_of_one_of_the_known_kinds"
        ),
        sa.CheckConstraint(
            "state IN ('owed', 'paid', 'waived', 'paid_back')", name="a_fee_is_in_one_of_the_known_states"
        ),
        sa.CheckConstraint("(state = 'owed') = (settled_at IS NULL)", name="a_fee_is_settled_at_a_time"),
        sqlite_with_rowid=False,
    )
    op.create_index("fees_of_a_loan", "fee", ["loan"])
    op.create_table(
        "recall_call",
        sa.Column("recall", sa.Text(), nullable=False),
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recall", "loan"),
        sa.CheckConstraint(
            "outcome IN ('reached', 'not_reached', 'letter')",
            name="a_recall_reaches_somebody_in_one_of_the_known_ways",
        ),
        sqlite_with_rowid=False,
    )


def _work() -> None:
    op.create_table(
        "desk_work",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "work_that_was_laid_aside",
        "desk_work",
        ["depot", "changed_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "handed_over",
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("station"),
        sqlite_with_rowid=False,
    )


def _what_waits() -> None:
    """Keep the few that somebody waits for apart from the many that are done with."""
    op.create_index(
        "borrowers_to_be_confirmed",
        "borrower",
        ["made_at"],
        sqlite_where=sa.text("standing = 'starter'"),
    )
    op.create_index(
        "borrowers_who_have_died",
        "borrower",
        ["died_on"],
        sqlite_where=sa.text("died_on IS NOT NULL"),
    )
    op.create_index(
        "label_jobs_to_be_looked_at",
        "label_job",
        ["made_at"],
        sqlite_where=sa.text("state = 'unsure' OR subjects IS NOT NULL"),
    )
