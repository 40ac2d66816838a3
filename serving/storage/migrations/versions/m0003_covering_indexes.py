"""Indexes that hold all that a chart reads; and no table of retention, which nothing ever used."""

from alembic import op

revision = "0003"
down_revision = "0002"

_COVERING = (
    ("ix_clues_arrival", "clues", ["received_at", "clue_id", "needs_review", "alarm", "state"]),
    ("ix_clues_urgency", "clues", ["urgency", "received_at", "clue_id", "open", "looked_at",
                                   "first_look_by"]),
    ("ix_triages_answered", "triages", ["answered_at", "triage_id", "role", "module_confidence",
                                        "urgency_confidence", "function_confidence",
                                        "milliseconds"]),
)  # fmt: skip


def upgrade() -> None:
    for index, table, columns in _COVERING:
        op.drop_index(index, table_name=table)
        op.create_index(index, table, columns)
    op.drop_table("retention")


def downgrade() -> None:
    raise NotImplementedError("a backup from before the upgrade is the way back")
