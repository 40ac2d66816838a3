"""The tables of clues, triages and decisions. Everything readable here is masked.

``secondary_modules`` and ``reasons`` hold codes joined by ";".
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from serving.storage.columns import SerialNumber, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

clues = Table(
    "clues",
    metadata,
    Column("clue_id", String(64), primary_key=True),
    # SHA-256 of the content as sent: tells a repeat from another clue under the same id.
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("channel", Text),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("location", Text),
    # The content as sent, under AES-GCM with the key of that id.
    Column("sealed", LargeBinary),
    Column("key_id", String(32)),
    # What is known now: the model's proposal until a person decides, then the decision.
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("module", String(32), nullable=False),
    Column("secondary_modules", Text, nullable=False),
    Column("urgency", String(32), nullable=False),
    Column("function", String(32), nullable=False),
    Column("procuratorate", String(32), nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("model_version", String(64), nullable=False),
    # The order of the queue: rank, then first_look_by, then certainty, each from the least.
    Column("open", Boolean, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("first_look_by", UtcDateTime, nullable=False),
    Column("certainty", Float, nullable=False),
    Column("looked_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(128)),
    Column("decided_version", Integer),
    # Somebody still needs it: not to be erased, whatever its age.
    Column("on_hold", Boolean, nullable=False),
    Column("purged_at", UtcDateTime),
    # All that the charts of volumes and deadlines read, so that they need not read the texts.
    Index("ix_clues_arrival", "received_at", "clue_id", "needs_review", "alarm", "state"),
    Index("ix_clues_module", "module", "received_at", "clue_id"),
    Index(
        "ix_clues_urgency",
        "urgency",
        "received_at",
        "clue_id",
        "open",
        "looked_at",
        "first_look_by",
    ),
    Index("ix_clues_procuratorate", "procuratorate", "received_at", "clue_id"),
    Index("ix_clues_state", "state", "received_at", "clue_id"),
    Index("ix_clues_model", "model_version", "received_at", "clue_id"),
    # In the order of the queue whoever is asked to look, and all that says whether they are.
    Index(
        "ix_clues_queue",
        "open",
        "rank",
        "first_look_by",
        "certainty",
        "clue_id",
        "needs_review",
        "state",
    ),
    Index("ix_clues_decided", "decided_at", "clue_id"),
    Index("ix_clues_key", "key_id"),
)

triages = Table(
    "triages",
    metadata,
    Column("triage_id", SerialNumber, primary_key=True),
    Column("clue_id", ForeignKey("clues.clue_id", ondelete="CASCADE"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    Column("model_version", String(64), nullable=False),
    Column("encoder", String(32), nullable=False),
    Column("module", String(32), nullable=False),
    Column("module_confidence", Float, nullable=False),
    Column("urgency", String(32), nullable=False),
    Column("urgency_confidence", Float, nullable=False),
    Column("function", String(32), nullable=False),
    Column("function_confidence", Float, nullable=False),
    Column("procuratorate", String(32), nullable=False),
    Column("secondary_modules", Text, nullable=False),
    Column("needs_review", Boolean, nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),
    # The answer as JSON; its spans keep offsets and leave out the words of the clue.
    Column("answer", Text, nullable=False),
    # From arrival to this answer, waiting included; without the commit.
    Column("milliseconds", Float, nullable=False),
    UniqueConstraint("clue_id", "role", "model_version"),
    # All that the charts of confidence and latency read; the answers themselves are long.
    Index(
        "ix_triages_answered",
        "answered_at",
        "triage_id",
        "role",
        "module_confidence",
        "urgency_confidence",
        "function_confidence",
        "milliseconds",
    ),
)

reviews = Table(
    "reviews",
    metadata,
    Column("review_id", SerialNumber, primary_key=True),
    Column("clue_id", ForeignKey("clues.clue_id", ondelete="CASCADE"), nullable=False),
    # The clue's version that this review made; two reviews of one version cannot both be stored.
    Column("version", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("module", String(32)),
    Column("secondary_modules", Text),
    Column("urgency", String(32)),
    Column("function", String(32)),
    Column("procuratorate", String(32)),
    Column("reason", String(32)),
    Column("note", Text),
    Column("model_version", String(64), nullable=False),
    UniqueConstraint("clue_id", "version"),
    Index("ix_reviews_at", "at", "review_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("clue_id", ForeignKey("clues.clue_id", ondelete="CASCADE"), primary_key=True),
    Column("holder", String(128), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

signatures = Table(
    "signatures",
    metadata,
    # Counts clues up in the order of their arrival, for the index of similar ones.
    Column("number", SerialNumber, primary_key=True),
    Column("clue_id", ForeignKey("clues.clue_id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("signature", LargeBinary, nullable=False),
    # From when on it is to be compared with the others; empty once it was.
    Column("compare_after", UtcDateTime),
    Index(
        "ix_signatures_due",
        "compare_after",
        "number",
        sqlite_where=text("compare_after IS NOT NULL"),
        postgresql_where=text("compare_after IS NOT NULL"),
    ),
)

near_copies = Table(
    "near_copies",
    metadata,
    # A pair stands here from either side, but not in the list of one that has very many.
    Column("clue_id", ForeignKey("clues.clue_id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("clues.clue_id", ondelete="CASCADE"), primary_key=True),
    Column("jaccard", Float, nullable=False),
    Column("in_order", Float, nullable=False),
    Index("ix_near_copies_other", "other_id"),
)
