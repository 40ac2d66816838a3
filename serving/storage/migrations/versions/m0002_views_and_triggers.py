"""Two views for analysts, and triggers that keep history as it was."""

from alembic import op

revision = "0002"
down_revision = "0001"

_LABELLED = """
CREATE VIEW labelled_clues AS
SELECT c.clue_id, c.title, c.text, c.channel, c.location, {submitted_at} AS submitted_at,
       c.module, c.secondary_modules, c.urgency, c.function, 'service' AS source,
       c.decided_by AS labeller, {decided_at} AS labelled_at, r.note
FROM clues c JOIN reviews r ON r.clue_id = c.clue_id AND r.version = c.decided_version
WHERE c.state IN ('confirmed', 'corrected') AND c.purged_at IS NULL
"""

_ANSWERS = """
CREATE VIEW answers AS
SELECT t.clue_id, {answered_at} AS answered_at, t.model_version, t.role,
       t.module, t.module_confidence, t.urgency, t.urgency_confidence,
       t.function, t.function_confidence, t.needs_review, t.alarm, t.reasons, c.text
FROM triages t JOIN clues c ON c.clue_id = t.clue_id
WHERE c.purged_at IS NULL
"""

_ISO = {
    "sqlite": "{column}",
    "postgresql": """to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}

_FROZEN_REVIEW = (
    "clue_id", "version", "act", "actor", "at", "module", "secondary_modules", "urgency",
    "function", "procuratorate", "reason", "model_version",
)  # fmt: skip
"""A note may be blanked when its time has come; what was decided, by whom and when, may not."""


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    iso = _ISO[dialect]
    columns = {
        "submitted_at": iso.format(column="c.submitted_at"),
        "decided_at": iso.format(column="c.decided_at"),
        "answered_at": iso.format(column="t.answered_at"),
    }
    op.execute(_LABELLED.format_map(columns))
    op.execute(_ANSWERS.format_map(columns))
    (_sqlite_triggers if dialect == "sqlite" else _postgresql_triggers)()
    op.execute("INSERT INTO audit_head (head_id, number, hash) VALUES (1, 0, '')")


def _sqlite_triggers() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    frozen = ", ".join(f'"{name}"' for name in _FROZEN_REVIEW)
    op.execute(f"CREATE TRIGGER audit_kept BEFORE UPDATE ON audit {refuse}")
    op.execute(f"CREATE TRIGGER audit_kept_whole BEFORE DELETE ON audit {refuse}")
    op.execute(f"CREATE TRIGGER reviews_kept BEFORE UPDATE OF {frozen} ON reviews {refuse}")
    op.execute(f"CREATE TRIGGER reviews_kept_whole BEFORE DELETE ON reviews {refuse}")


def _postgresql_triggers() -> None:
    frozen = ", ".join(f'"{name}"' for name in _FROZEN_REVIEW)
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
    )
    each = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit {each}")
    op.execute(f"CREATE TRIGGER reviews_kept BEFORE UPDATE OF {frozen} OR DELETE ON reviews {each}")


def downgrade() -> None:
    raise NotImplementedError("history is not to lose its guard")
