"""Alembic's entry: run on the connection that the program hands over."""

from alembic import context

from serving.storage import access_tables, audit_tables, work_tables  # noqa: F401 – tables
from serving.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
