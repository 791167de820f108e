"""The ledger's first schema.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "about",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("attempts_of_a_kind", "attempt", ["kind", "at"], unique=False)
    op.create_table(
        "borrower",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "standing",
            sa.Text(),
            sa.CheckConstraint(
                "standing IN ('starter', 'confirmed')", name="a_borrower_is_starter_or_confirmed"
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked", sa.Text(), nullable=True),
        sa.Column("died_on", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(standing = 'confirmed') = (confirmed_at IS NOT NULL)",
            name="a_confirmed_borrower_was_confirmed_once",
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("borrowers_by_phone", "borrower", ["phone"], unique=False)
    op.create_table(
        "call_back",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "card",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("borrower", sa.Text(), nullable=True),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.CheckConstraint("(borrower IS NULL) = (given_at IS NULL)", name="a_card_is_given_to_somebody"),
        sa.PrimaryKeyConstraint("code"),
        sqlite_with_rowid=False,
    )
    op.create_index("cards_of_a_borrower", "card", ["borrower"], unique=False)
    op.create_table(
        "closed_day",
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("depot", "day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "depot",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("open_weekdays", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "discrepancy",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "event"),
        sqlite_with_rowid=False,
    )
    op.create_index("discrepancies_of_an_item", "discrepancy", ["item"], unique=False)
    op.create_table(
        "event",
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fork", sa.Integer(), server_default="0", nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("trusted", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("loan", sa.Text(), nullable=True),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("station", "seq", "fork", name="a_station_numbers_its_events_once"),
        sa.UniqueConstraint("key", name="an_event_is_recorded_once"),
    )
    op.create_index(
        "events_of_a_hold",
        "event",
        ["hold"],
        unique=False,
        sqlite_where=sa.text("hold IS NOT NULL"),
        postgresql_where=sa.text("hold IS NOT NULL"),
    )
    op.create_index("events_of_an_item_in_order", "event", ["item", "tick"], unique=False)
    op.create_table(
        "foreign_return",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("hms", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("event"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hold",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=True),
        sa.Column("slip", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("placed_by_station", sa.Text(), nullable=False),
        sa.Column("placed_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint(
                "state IN ('waiting', 'ready', 'fetched', 'expired', 'cancelled')",
                name="a_hold_is_in_one_of_the_known_states",
            ),
            nullable=False,
        ),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("pick_up_by", sa.Text(), nullable=True),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ready') = (item IS NOT NULL)", name="a_hold_that_is_ready_has_its_item"
        ),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "holds_in_the_queue",
        "hold",
        ["product", "placed_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'ready')"),
        postgresql_where=sa.text("state IN ('waiting', 'ready')"),
    )
    op.create_table(
        "item",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("price_ore", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
        sqlite_with_rowid=False,
    )
    op.create_index("items_of_a_product", "item", ["product"], unique=False)
    op.create_table(
        "item_state",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint(
                "state IN ('received', 'available', 'set_aside', 'on_loan', 'returned', 'cleaning',"
                " 'inspection', 'repair', 'quarantine', 'missing', 'written_off', 'kept', 'in_transit')",
                name="a_state_is_one_of_the_known",
            ),
            nullable=False,
        ),
        sa.Column("depot", sa.Text(), nullable=True),
        sa.Column("shelf", sa.Text(), nullable=True),
        sa.Column("loan", sa.Text(), nullable=True),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("infected", sa.Boolean(), nullable=False),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("inspected_on", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'on_loan') = (loan IS NOT NULL)", name="an_item_on_loan_has_its_loan"),
        sa.CheckConstraint(
            "(state = 'set_aside') = (hold IS NOT NULL)", name="an_item_set_aside_has_its_hold"
        ),
        sa.PrimaryKeyConstraint("item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "label_job",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("lapses_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Text(),
            sa.CheckConstraint(
                "state IN ('waiting', 'printed', 'lapsed', 'cancelled')",
                name="a_label_job_is_in_one_of_the_known_states",
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("borrower", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("links_of_a_borrower", "link", ["borrower"], unique=False)
    op.create_table(
        "loan",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=True),
        sa.Column("out_at", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "ended",
            sa.Text(),
            sa.CheckConstraint(
                "ended IN ('returned', 'implied', 'lost', 'kept', 'undone')",
                name="a_loan_ends_in_one_of_the_known_ways",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("(ended IS NULL) = (returned_at IS NULL)", name="a_loan_ends_at_a_time"),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "one_open_loan_per_item",
        "loan",
        ["item"],
        unique=True,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_table(
        "look_up",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("borrower", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("shipped_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("station"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "owed_part",
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "pieces",
            sa.Integer(),
            sa.CheckConstraint("pieces > 0", name="a_part_owed_is_at_least_one"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("loan", "part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "place",
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("depot", "purpose"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("iso9999", sa.Text(), nullable=False),
        sa.Column(
            "loan_days",
            sa.Integer(),
            sa.CheckConstraint("loan_days > 0", name="a_loan_lasts_at_least_a_day"),
            nullable=False,
        ),
        sa.Column("self_service", sa.Boolean(), nullable=False),
        sa.Column("cleaning_class", sa.Text(), nullable=False),
        sa.Column("inspection_days", sa.Integer(), nullable=False),
        sa.Column("max_weight_kg", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("label", name="a_product_label_is_one_products"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_identifier",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "value"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_relation",
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            sa.CheckConstraint("kind IN ('needs', 'suits')", name="products_need_or_suit_each_other"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("product", "other"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_text",
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("product", "language"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recall",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("recalls_of_a_product", "recall", ["product"], unique=False)
    op.create_table(
        "refusal",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "station", "reason", "product"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resolution",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "event"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revision",
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("table", "key", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "series"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shelf",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("badge", sa.Text(), nullable=False),
        sa.Column("pin", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("badge", name="a_badge_is_one_persons"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
