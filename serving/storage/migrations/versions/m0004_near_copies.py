"""Near-copies are found on arrival and kept; what arrived before is compared in the background."""

import sqlalchemy as sa
from alembic import op

from serving.storage.columns import UtcDateTime

revision = "0004"
down_revision = "0003"

_DUE = sa.text("compare_after IS NOT NULL")


def upgrade() -> None:
    op.add_column("signatures", sa.Column("compare_after", UtcDateTime()))
    op.execute(
        "UPDATE signatures SET compare_after = "
        "(SELECT received_at FROM clues WHERE clues.clue_id = signatures.clue_id)"
    )
    op.create_index(
        "ix_signatures_due", "signatures", ["compare_after", "number"], sqlite_where=_DUE,
        postgresql_where=_DUE,
    )  # fmt: skip
    op.create_table(
        "near_copies",
        sa.Column("clue_id", sa.String(64), nullable=False),
        sa.Column("other_id", sa.String(64), nullable=False),
        sa.Column("jaccard", sa.Float(), nullable=False),
        sa.Column("in_order", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("clue_id", "other_id", name="pk_near_copies"),
        *(
            sa.ForeignKeyConstraint(
                [column], ["clues.clue_id"], name=f"fk_near_copies_{column}",
                ondelete="CASCADE",
            )
            for column in ("clue_id", "other_id")
        ),
    )  # fmt: skip
    op.create_index("ix_near_copies_other", "near_copies", ["other_id"])


def downgrade() -> None:
    raise NotImplementedError("a backup from before the upgrade is the way back")
