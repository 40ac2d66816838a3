"""What goes on beside the answers: webhooks, files, the choice of model."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from serving.storage.columns import SerialNumber, UtcDateTime
from serving.storage.tables import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", String(36), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("disabled_at", UtcDateTime),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", String(36), primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.webhook_id"), nullable=False),
    Column("event", String(32), nullable=False),
    Column("clue_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    # JSON of codes and ids; never the text of a clue or a note.
    Column("payload", Text, nullable=False),
    # pending → sent, dead or cancelled
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("last_result", String(100)),
    Index("ix_deliveries_due", "state", "due_at"),
    Index("ix_deliveries_clue", "clue_id", "version"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", String(36), primary_key=True),
    # waiting → running → done or failed; removed once its files are gone
    Column("state", String(16), nullable=False),
    Column("suffix", String(8), nullable=False),
    Column("output_suffix", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("heartbeat_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    # times begun since it last got on
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("rows", Integer),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("error", Text),
    Index("ix_jobs_state", "state", "created_at"),
)

model_choices = Table(
    "model_choices",
    metadata,
    Column("number", SerialNumber, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(128), nullable=False),
    # use, rollback: what a person chose; loaded, refused: what the service made of it
    Column("act", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("version", String(64)),
    Column("detail", Text, nullable=False),
)
