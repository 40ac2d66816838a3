"""Which models stored clues were read by: a walk over one index, cheap at any size."""

from sqlalchemy import Connection, select

from serving.access.policy import Action, Principal, require
from serving.storage.tables import clues


def models_seen(connection: Connection, principal: Principal) -> list[str]:
    """Versions, sorted. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    version = clues.c.model_version
    return list(connection.execute(select(version).distinct().order_by(version)).scalars())
