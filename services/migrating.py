"""Migrating one deployed service: its owner makes the tables of its log, its keys and, where it has one, its intake."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import click
from environs import EnvValidationError, FileAwareEnv

from services.assembly import declared
from shared.edges.allowances import make_table
from shared.edges.intake import intake
from shared.edges.settings import PREFIX, NotConfigured, database_read, questions, told, variable
from shared.sealing.databases import open_database
from shared.sourcing.migrating import migrate, migrate_keys

OWNER: Final = "owner_database_url"
INTAKE: Final = "intake_url"
asked: Final = {"origin": questions["origin"], OWNER: told(database_read), "keys_url": questions["keys_url"]}
"""What a migration must be told; it is given no key, so it can read nothing that is sealed."""
asked_of: Final = defaultdict(dict, {"participation": {INTAKE: told(database_read)}})
"""What some services' migrations must be told besides."""


def migrate_service(service: str) -> None:
    """Bring a deployed service's databases to what this version needs; safe to repeat, ClickException if it cannot."""
    try:
        answers = told_by_environment(service)
    except NotConfigured as wrong:
        raise click.ClickException(str(wrong)) from wrong
    try:
        migrate(answers[OWNER], f"{answers['origin']}/{service}", declared(service).service.read_models)
    except ValueError as another:
        message = f"The log that {variable(OWNER)} names belongs to another origin than {variable('origin')} says."
        raise click.ClickException(message) from another
    migrate_keys(answers["keys_url"])
    _make(answers["keys_url"], make_table)
    if INTAKE in answers:
        _make(answers[INTAKE], intake.metadata.create_all)
    click.echo(f"{service} is migrated")


def told_by_environment(service: str) -> dict[str, Any]:
    """Read ``SPEIR_…``, or the file that ``SPEIR_…_FILE`` names; NotConfigured with every problem at once."""
    env = FileAwareEnv(prefix=PREFIX, eager=False, strip_whitespace=True)
    problems: dict[str, list[str]] = {}
    answers: dict[str, Any] = {}
    for name, read in (asked | asked_of[service]).items():
        try:
            answers[name] = read(env, name.upper())
        except (ValueError, OSError):
            problems[variable(name)] = [f"The file named by {variable(name)}_FILE cannot be read."]
    try:
        env.seal()
    except EnvValidationError as wrong:
        problems |= wrong.error_messages  # type: ignore[arg-type]
    if problems:
        raise NotConfigured(problems)
    return answers


def _make(url: str, make: Callable[[Any], None]) -> None:
    """Make a table where it is missing, in a database that has no revisions."""
    engine = open_database(url, pool_size=1)
    try:
        make(engine)
    finally:
        engine.dispose()
