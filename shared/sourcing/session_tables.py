"""The tables of who is signed in to pages: beside the log, never part of it, and of no use to whoever reads them."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, Uuid

session_tables = MetaData()

session = Table(
    "session",
    session_tables,
    Column("id_hash", Text, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("actor", Uuid, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("proved_at", BigInteger),
    Column("began_s", BigInteger, nullable=False),
    Column("seen_s", BigInteger, nullable=False),
)
"""A row a browser that somebody signed in with, found by the keyed hash of what its cookie holds."""

spent_link = Table(
    "spent_link",
    session_tables,
    Column("link_hash", Text, primary_key=True),
    Column("until_s", BigInteger, nullable=False),
)
"""A row a link that let somebody in, until it would let nobody in any more."""
