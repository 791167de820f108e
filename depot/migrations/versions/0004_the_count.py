"""The stocktake: what is being counted, what was seen where, and what was decided about each difference."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the four tables of a count."""
    op.create_table(
        "stocktake",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("depot", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name="a_stocktake_is_ended_by_somebody"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "one_open_stocktake_per_depot",
        "stocktake",
        ["depot"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "stocktake_shelf",
        sa.Column("stocktake", sa.Text(), nullable=False),
        sa.Column("shelf", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("stocktake", "shelf"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stocktake_seen",
        sa.Column("stocktake", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("shelf", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stocktake", "item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stocktake_decision",
        sa.Column("stocktake", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stocktake", "item"),
        sqlite_with_rowid=False,
    )
