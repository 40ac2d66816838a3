"""The queue in its order whoever asks for a look: the model, a colleague or nobody."""

from alembic import op

revision = "0006"
down_revision = "0005"

_QUEUE = ["open", "rank", "first_look_by", "certainty", "clue_id", "needs_review", "state"]


def upgrade() -> None:
    op.drop_index("ix_clues_queue", table_name="clues")
    op.create_index("ix_clues_queue", "clues", _QUEUE)


def downgrade() -> None:
    raise NotImplementedError("a backup from before the upgrade is the way back")
