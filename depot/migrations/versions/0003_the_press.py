"""The press: what became of each label, who holds it, and labels that staff ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of label jobs anew: SQLite cannot give an old one another condition."""
    op.rename_table("label_job", "label_job_before")
    op.create_table(
        "label_job",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("lapses_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=True),
        sa.Column("printer", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("skip", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.CheckConstraint(
            "state IN ('waiting', 'printing', 'sent', 'printed', 'unsure', 'lapsed', 'cancelled')",
            name="a_label_job_is_in_one_of_the_known_states",
        ),
        sa.CheckConstraint(
            "event IS NOT NULL OR subjects IS NOT NULL", name="a_label_is_of_a_deed_or_of_things"
        ),
        sa.CheckConstraint(
            "(state IN ('printing', 'sent')) = (held_by IS NOT NULL)",
            name="a_label_in_work_is_in_somebodys_hands",
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO label_job (key, event, design, made_at, lapses_at, state)"
        " SELECT key, event, design, made_at, lapses_at, state FROM label_job_before"
    )
    op.drop_table("label_job_before")
    op.create_index(
        "label_jobs_to_be_printed",
        "label_job",
        ["made_at"],
        sqlite_where=sa.text("state IN ('waiting', 'printing', 'sent')"),
    )
