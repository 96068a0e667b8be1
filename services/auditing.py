"""``speir audit``: what an auditor types to check a log, on the machine that has it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from shared.audit.checkpoints import Checkpoint, believed
from shared.audit.following import Followed
from shared.audit.notes import COSIGNS, SIGNS, NoteUnfit, Verifier, verifier_read
from shared.audit.verifying import verify as verify_log
from shared.audit.witnessing import AlreadyFurther, LogDiffers, Witness
from shared.edges.identity.trusted import is_url
from shared.edges.local_identity import LocalIdentity
from shared.edges.settings import SERVICES, NotConfigured, Settings
from shared.errors import Refused
from shared.sealing.key_files import KeysNotSafe
from shared.sourcing.event_log import EventLog
from shared.sourcing.opening import AnotherOrigin, open_log
from shared.sourcing.tree import BeyondTheLog

DIFFERS = 1
"""The exit status of a verification that found something."""


@click.group()
def audit() -> None:
    """Check a log by itself, and against what others saw of it."""


@audit.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--full", is_flag=True, help="From the first event on.")
@click.option("--since", type=click.IntRange(min=0), help="From this position on; what lies before is taken as signed.")
@click.option(
    "--directory", type=click.Path(path_type=Path, exists=True), help="Of what runs on this machine: its directory."
)
@click.option("--origin", default="speir.local", show_default=True, help="With --directory: the logs' name.")
@click.option("--key", "key", help="The log's key as you know it from elsewhere; else as this machine has it.")
@click.option("--seen", type=click.Path(path_type=Path, exists=True), multiple=True, help="A checkpoint that you keep.")
@click.option("--witness", "witnesses", multiple=True, help="A witness's key: what you keep has to bear its name.")
def verify(  # noqa: PLR0913 - what an auditor may say
    service: str,
    since: int | None,
    directory: Path | None,
    origin: str,
    key: str | None,
    seen: tuple[Path, ...],
    witnesses: tuple[str, ...],
    *,
    full: bool,
) -> None:
    """Hash a log anew and say what does not hold: exit 0 for nothing, 1 for anything, each with its place.

    Without --directory the log is the one that the environment's settings name.
    """
    if full == (since is not None):
        message = "Give either --full or --since."
        raise click.UsageError(message)
    with _log_of(service, directory, origin, key) as (log, verifier):
        kept = [_kept(path, verifier, witnesses) for path in seen]
        try:
            found = verify_log(log, verifier, since=since or 0, seen=kept)
        except BeyondTheLog as beyond:
            message = f"since: the log does not reach position {since}."
            raise click.ClickException(message) from beyond
    click.echo(f"{log.origin}: {found.events} events up to size {found.size}, root {found.root.hex()}")
    click.echo(f"{found.checkpoints} checkpoints of its own, {len(kept)} that you keep")
    for each in found.findings:
        click.echo(f"DIFFERS  {each}")
    if found.findings:
        raise SystemExit(DIFFERS)
    click.echo("nothing differs")


@audit.command()
@click.argument("logs", nargs=-1, required=True, metavar="ADDRESS=KEY...")
@click.option(
    "--directory", type=click.Path(path_type=Path), required=True, help="What the witness keeps, and its key."
)
@click.option("--name", required=True, help="The witness's name, as its signatures say it: witness.example")
@click.option("--every", default=10, show_default=True, type=click.IntRange(1, 3600), help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Look once, and end.")
def witness(logs: tuple[str, ...], directory: Path, name: str, every: int, *, once: bool) -> None:
    """Keep what logs say of themselves, and sign what only adds to it; run it where nobody else has a hand in.

    ADDRESS=KEY is a service's address and the key of its log: https://speir.example/evidence/v1=speir.example/evidence+…
    Ends with 1 as soon as a log says something that does not add to what was seen.
    """
    try:
        seeing = Witness(directory, name)
        click.echo(f"witness key: {seeing.verifier}")
        followed = [_followed(each) for each in logs]
    except (KeysNotSafe, ValueError) as unfit:
        raise click.ClickException(str(unfit)) from unfit
    stopping = threading.Event()
    for number in () if once else (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    differs = _look_at_all(followed, seeing)
    while not once and not differs and not stopping.wait(every):
        differs = _look_at_all(followed, seeing)
    if differs:
        raise SystemExit(DIFFERS)


def _followed(said: str) -> Followed:
    address, _, key = said.partition("=")
    if not is_url(address):
        message = f"{address}: an address is https, or http on the machine itself."
        raise click.ClickException(message)
    return Followed(address, _verifier(key, SIGNS))


def _look_at_all(followed: list[Followed], seeing: Witness) -> bool:
    """Look at every log, whatever the others say; whether any differs from what was seen of it."""
    return sum(_looked(each, seeing) for each in followed) > 0


def _looked(log: Followed, seeing: Witness) -> bool:
    """Look once; whether what the log says differs from what was seen."""
    try:
        seen = log.look(seeing)
    except (LogDiffers, AlreadyFurther) as differs:
        click.echo(f"{log.log.name}: DIFFERS  {differs.code()} {differs.details}", err=True)
        return True
    except Refused as unfit:
        click.echo(f"{log.log.name}: {unfit.code()}", err=True)
        return False
    if seen is not None:
        click.echo(f"{log.log.name}: size {seen.splitlines()[1]}")
    return False


@contextmanager
def _log_of(service: str, directory: Path | None, origin: str, key: str | None) -> Iterator[tuple[EventLog, Verifier]]:
    """A log to read, and the key that counts for it."""
    try:
        if directory is None:
            os.environ.setdefault("SPEIR_SERVICE", service)
            settings = Settings.from_environment()
            url, name, public = settings.database_url, f"{settings.origin}/{service}", settings.service_keys[service]
        else:
            identity = LocalIdentity.at(directory / "identity", keys_dir=directory / "keys")
            url, name = f"sqlite:///{directory / 'data' / service}.db", f"{origin}/{service}"
            public = identity.public_keys[service]
        verifier = _verifier(key, SIGNS) if key else Verifier(name, SIGNS, public)
    except (NotConfigured, Refused) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    log = open_log(url, name, pool_size=1)
    try:
        yield log, verifier
    except AnotherOrigin as another:
        raise click.ClickException(str(another)) from another
    finally:
        log.close()


def _verifier(text: str, kind: int) -> Verifier:
    try:
        verifier = verifier_read(text)
    except NoteUnfit as unfit:
        message = "key: this is no verifier key (name+id+base64)."
        raise click.ClickException(message) from unfit
    if verifier.kind != kind:
        message = "key: a log's key is of kind 1, a witness's of kind 4."
        raise click.ClickException(message)
    return verifier


def _kept(path: Path, verifier: Verifier, witnesses: tuple[str, ...]) -> Checkpoint:
    """A checkpoint that somebody kept, if the log signed it and every witness named saw it."""
    try:
        said, note = believed(path.read_text("utf-8"), verifier)
    except (NoteUnfit, UnicodeDecodeError) as unfit:
        message = f"{path}: signature: the log whose key this is did not sign it."
        raise click.ClickException(message) from unfit
    for each in witnesses:
        witness = _verifier(each, COSIGNS)
        if note.cosigned_at(witness) is None:
            message = f"{path}: cosignature: {witness.name} did not see it."
            raise click.ClickException(message)
    return said
