"""The whole visit: lines that are counted, parts of a line, whom to ring, a borrower's PIN, reviewed notes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables and columns, and the index by which the events of no thing are found."""
    op.create_index(
        "events_of_no_thing", "event", ["kind"], sqlite_where=sa.text("item IS NULL AND hold IS NULL")
    )
    op.create_table(
        "quantity",
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("depot", "product"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ring",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.CheckConstraint(
            "why IN ('hold_ready', 'pick_up_moved', 'due_moved', 'kept')",
            name="somebody_is_rung_for_one_of_the_known_reasons",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("rings_to_be_made", "ring", ["subject"], sqlite_where=sa.text("done_at IS NULL"))
    op.create_table(
        "product_part",
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("product", "part"),
        sa.CheckConstraint("pieces > 0", name="a_part_of_a_line_is_at_least_one"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "part_text",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("part", "language"),
        sqlite_with_rowid=False,
    )
    op.add_column("product", sa.Column("counted", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column(
        "product_text", sa.Column("note_reviewed", sa.Boolean(), nullable=False, server_default="0")
    )
    op.add_column("borrower", sa.Column("pin", sa.Text(), nullable=True))
    # Things that were set aside get a sign of their own; the municipality may rename it, as it may the others.
    op.execute("INSERT INTO place (depot, purpose, name) SELECT id, 'pick_up', 'HENTES' FROM depot")
    op.execute(
        'INSERT INTO revision ("table", key, version, at, body)'
        " SELECT 'place', json_array(depot, purpose), 1, CAST(strftime('%s', 'now') AS INTEGER) * 1000,"
        " json_object('depot', depot, 'name', name, 'purpose', purpose)"
        " FROM place WHERE purpose = 'pick_up'"
    )
