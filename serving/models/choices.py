"""Which model people chose for the running service, and which copies of it are kept."""

from pathlib import Path

from sqlalchemy import Connection, select

from serving.storage.work_tables import model_choices

CHOSEN = ("use", "rollback")
_RECENT = 20


def chosen_source(connection: Connection) -> str | None:
    """What a person chose last while the service ran."""
    query = select(model_choices.c.source).where(model_choices.c.act.in_(CHOSEN))
    newest = query.order_by(model_choices.c.number.desc()).limit(1)
    return connection.execute(newest).scalar()


def kept_copy(connection: Connection, source: str) -> Path | None:
    """What the registered ``source`` held last, kept here for the time that MLflow is away."""
    m = model_choices.c
    loaded = (m.act == "loaded", m.actor == "service:champion", m.detail == source)
    query = select(m.source).where(*loaded).order_by(m.number.desc()).limit(_RECENT)
    folders = (Path(kept) for kept in connection.execute(query).scalars())
    return next(filter(Path.is_dir, folders), None)
