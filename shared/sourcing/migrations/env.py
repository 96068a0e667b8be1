"""Where alembic begins: on the connection it was handed, inside that connection's transaction."""

from alembic import context

from shared.sourcing.tables import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables,
    include_name=lambda name, kind, _of: kind != "table" or name in tables.tables,  # read models are not migrated
    compare_server_default=connection.dialect.name != "sqlite",  # which has no identity columns to compare
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
