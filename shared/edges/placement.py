"""Where keys lie: a deployed service refuses to start on a key store that is copied, or that is no second place."""

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shared.edges.settings import NotConfigured, Problem, demo, variable
from shared.errors import Unavailable
from shared.sourcing.running import RunningService

KEEPS_NOTHING = {"archive_mode": "off", "wal_level": "minimal", "max_wal_senders": "0"}
"""What a PostgreSQL says of itself whose write-ahead log nobody keeps."""
WHERE = "SELECT host(inet_server_addr()), inet_server_port()"
WHO = "SELECT system_identifier::text FROM pg_control_system()"


def start_safely(running: RunningService, origin: str, apart: dict[str, Engine]) -> None:
    """Have a service's keys ready; raises what ``refuse_unsafe`` and ``Keyring.start`` do, and Unavailable."""
    try:
        refuse_unsafe(origin, running.log.engine, apart)
        running.keyring.start(running.log.holds_words)
    except SQLAlchemyError as silent:
        raise Unavailable from silent


def refuse_unsafe(origin: str, log: Engine, apart: dict[str, Engine]) -> None:
    """Ask the servers of the log and of what lies apart from it (setting → engine) how they keep it.

    Raises NotConfigured with all that is wrong. A demonstration, whose origin begins with ``demo.``, may do anything.
    """
    if demo(origin):
        return
    with log.connect() as tx:
        home = _server(tx)
    problems: dict[str, list[str]] = {}
    for name, engine in apart.items():
        with engine.connect() as tx:
            found = [*_kept(name, tx)]
            if not home.isdisjoint(_server(tx)):
                found.append((name, "This is the log's own server; use another one, whose data nobody copies."))
        for setting, problem in found:
            problems.setdefault(variable(setting), []).append(problem)
    if problems:
        raise NotConfigured(problems)


def _kept(name: str, tx: Connection) -> list[Problem]:
    """What the server keeps of what was deleted."""
    said = {each: str(tx.exec_driver_sql(f"SHOW {each}").scalar_one()) for each in KEEPS_NOTHING}
    return [
        (name, f"Its server keeps copies of what is deleted: set {each} to {wanted} there (it is {said[each]}).")
        for each, wanted in KEEPS_NOTHING.items()
        if said[each] != wanted
    ]


def _server(tx: Connection) -> set[str]:
    """What tells a server from others: its cluster's identifier where that may be asked, and its address."""
    host, port = tx.exec_driver_sql(WHERE).one()
    named = {f"{host}:{port}"} if host else set()
    try:
        named.add(str(tx.exec_driver_sql(WHO).scalar_one()))
    except DBAPIError:
        tx.rollback()
    return named
