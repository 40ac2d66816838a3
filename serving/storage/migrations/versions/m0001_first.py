"""The first schema: tables."""

import sqlalchemy as sa
from alembic import op

from serving.storage.columns import SerialNumber, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    for create in (
        _clues,
        _triages,
        _reviews,
        _leases,
        _signatures,
        _audit,
        _audit_head,
        _api_keys,
        _users,
        _sessions,
        _webhooks,
        _deliveries,
        _jobs,
        _model_choices,
        _retention,
    ):
        create()


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first schema")


def _clues() -> None:
    op.create_table(
        "clues",
        sa.Column("clue_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=32), nullable=False),
        sa.Column("secondary_modules", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("function", sa.String(length=32), nullable=False),
        sa.Column("procuratorate", sa.String(length=32), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("first_look_by", UtcDateTime(), nullable=False),
        sa.Column("certainty", sa.Float(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=128), nullable=True),
        sa.Column("decided_version", sa.Integer(), nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("purged_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("clue_id", name="pk_clues"),
    )
    op.create_index("ix_clues_arrival", "clues", ["received_at", "clue_id"])
    op.create_index("ix_clues_decided", "clues", ["decided_at", "clue_id"])
    op.create_index("ix_clues_key", "clues", ["key_id"])
    op.create_index("ix_clues_model", "clues", ["model_version", "received_at", "clue_id"])
    op.create_index("ix_clues_module", "clues", ["module", "received_at", "clue_id"])
    op.create_index("ix_clues_procuratorate", "clues", ["procuratorate", "received_at", "clue_id"])
    op.create_index(
        "ix_clues_queue",
        "clues",
        ["open", "needs_review", "rank", "first_look_by", "certainty", "clue_id"],
    )
    op.create_index("ix_clues_state", "clues", ["state", "received_at", "clue_id"])
    op.create_index("ix_clues_urgency", "clues", ["urgency", "received_at", "clue_id"])


def _triages() -> None:
    op.create_table(
        "triages",
        sa.Column("triage_id", SerialNumber, nullable=False),
        sa.Column("clue_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("encoder", sa.String(length=32), nullable=False),
        sa.Column("module", sa.String(length=32), nullable=False),
        sa.Column("module_confidence", sa.Float(), nullable=False),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("urgency_confidence", sa.Float(), nullable=False),
        sa.Column("function", sa.String(length=32), nullable=False),
        sa.Column("function_confidence", sa.Float(), nullable=False),
        sa.Column("procuratorate", sa.String(length=32), nullable=False),
        sa.Column("secondary_modules", sa.Text(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clue_id"], ["clues.clue_id"], name="fk_triages_clue_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("triage_id", name="pk_triages"),
        sa.UniqueConstraint(
            "clue_id", "role", "model_version", name="uq_triages_clue_id_role_model_version"
        ),
    )
    op.create_index("ix_triages_answered", "triages", ["answered_at", "triage_id"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("review_id", SerialNumber, nullable=False),
        sa.Column("clue_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("module", sa.String(length=32), nullable=True),
        sa.Column("secondary_modules", sa.Text(), nullable=True),
        sa.Column("urgency", sa.String(length=32), nullable=True),
        sa.Column("function", sa.String(length=32), nullable=True),
        sa.Column("procuratorate", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["clue_id"], ["clues.clue_id"], name="fk_reviews_clue_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("review_id", name="pk_reviews"),
        sa.UniqueConstraint("clue_id", "version", name="uq_reviews_clue_id_version"),
    )
    op.create_index("ix_reviews_at", "reviews", ["at", "review_id"])


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("clue_id", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clue_id"], ["clues.clue_id"], name="fk_leases_clue_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("clue_id", name="pk_leases"),
    )


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("number", SerialNumber, nullable=False),
        sa.Column("clue_id", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clue_id"], ["clues.clue_id"], name="fk_signatures_clue_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_signatures"),
        sa.UniqueConstraint("clue_id", name="uq_signatures_clue_id"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", SerialNumber, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_actor", "audit", ["actor", "number"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_subject", "audit", ["subject", "number"])


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("head_id", SerialNumber, autoincrement=False, nullable=False),
        sa.Column("number", SerialNumber, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("head_id", name="pk_audit_head"),
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("prefix", name="pk_api_keys"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("handles_protected", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("username", name="pk_users"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["users.username"], name="fk_sessions_username", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_username", "sessions", ["username"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhooks"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.Column("webhook_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("clue_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_result", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.webhook_id"], name="fk_deliveries_webhook_id"
        ),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_clue", "deliveries", ["clue_id", "version"])
    op.create_index("ix_deliveries_due", "deliveries", ["state", "due_at"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("output_suffix", sa.String(length=8), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state", "created_at"])


def _model_choices() -> None:
    op.create_table(
        "model_choices",
        sa.Column("number", SerialNumber, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_model_choices"),
    )


def _retention() -> None:
    op.create_table(
        "retention",
        sa.Column("module", sa.String(length=32), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("module", name="pk_retention"),
    )
