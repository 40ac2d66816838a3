"""The audit chain: who did what to which, never what it said. Rows are only ever added."""

from sqlalchemy import Column, Index, String, Table, Text

from serving.storage.columns import SerialNumber, UtcDateTime
from serving.storage.tables import metadata

audit = Table(
    "audit",
    metadata,
    Column("number", SerialNumber, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_subject", "subject", "number"),
    Index("ix_audit_actor", "actor", "number"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("head_id", SerialNumber, primary_key=True, autoincrement=False),
    Column("number", SerialNumber, nullable=False),
    Column("hash", String(64), nullable=False),
)
