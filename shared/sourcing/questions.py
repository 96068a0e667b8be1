"""Questions that every request asks: compiled once, and put to PostgreSQL by its own driver in one round trip."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from sqlalchemy import BigInteger, Connection, Select, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from shared.sourcing.tables import log_head

_CURSOR = "speir_questions"
MACHINE_US: Final = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
"""PostgreSQL's clock in microseconds, which moves within a transaction."""


class MachineUs(FunctionElement[int]):
    """The database's own clock in microseconds, which moves within a transaction; a file's is this machine's."""

    type = BigInteger()
    inherit_cache = True


@compiles(MachineUs, "postgresql")
def _on_postgres(_element: Any, _compiler: Any, **_options: Any) -> str:
    return MACHINE_US


@compiles(MachineUs, "sqlite")
def _on_sqlite(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "speir_machine_us()"


NOW_US: Final = log_head.c.clock_offset_us + MachineUs()
"""The log's clock, wherever its head is asked: the database's, plus what a demonstration has moved it forward by."""


class Question:
    """A query with named values, asked so often that making and compiling it each time would cost more than it does."""

    def __init__(self, query: Select[Any]) -> None:
        """Take the query; its values are ``bindparam``s."""
        self._query = query
        self._text = str(query.compile(dialect=postgresql.psycopg.dialect()))  # type: ignore[no-untyped-call]

    def rows(self, tx: Connection, **values: Any) -> Sequence[Any]:
        """The answer's rows as tuples; raises as SQLAlchemy does."""
        if tx.dialect.name != "postgresql":
            return tx.execute(self._query, values).all()
        return asked(tx, self._text, values, tx.info.get(_CURSOR) or _cursor(tx))


THE_TIME: Final = Question(select(NOW_US).select_from(log_head))
"""What the log's clock says."""


def asked(tx: Connection, statement: str, values: Any, cursor: Any) -> list[Any]:
    """Rows by a driver's cursor that lives as long as the connection. Raises as SQLAlchemy would."""
    try:
        return cursor.execute(statement, values).fetchall()  # type: ignore[no-any-return]
    except psycopg.Error as failed:
        if cursor.connection.closed:
            tx.invalidate(failed)
        raise DBAPIError.instance(statement, None, failed, psycopg.Error, hide_parameters=True) from failed


def _cursor(tx: Connection) -> Any:
    raw: Any = tx.connection.driver_connection
    cursor = tx.info[_CURSOR] = raw.cursor(binary=True)
    return cursor
