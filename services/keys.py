"""What an operator types about keys: another epoch, how things stand, and shares of a root key for its holders."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from shared.edges.access import as_text
from shared.edges.local_identity import kept
from shared.edges.settings import SERVICES, NotConfigured, Settings, variable
from shared.errors import Refused
from shared.sealing.custody import HOLDERS, NEEDED, Share, rebuilt, split
from shared.sealing.databases import open_database
from shared.sealing.key_files import KeysNotSafe, put, put_bytes
from shared.sealing.keyring import Keyring

HEAD: Final = """\
# Share {number} of {holders} of the root key of {service}. Any {needed} shares make the key; one alone tells nothing.
# Keep it on paper or on a stick, sealed, and apart from the others. Rebuild with: speir keys rebuild SHARE SHARE
"""

service_argument = click.argument("service", type=click.Choice(SERVICES))
home_option = click.option(
    "--directory",
    type=click.Path(path_type=Path),
    default=Path(os.environ.get("SPEIR_HOME", "var/speir")),
    show_default=True,
    help="Of an embedded instance; a deployed service is told everything by SPEIR_… variables.",
)
epochs_option = click.option("--epochs", type=click.Path(path_type=Path), help="If `speir up` was given it.")


@click.group()
def keys() -> None:
    """The keys that words are sealed under; nothing here ever shows one of those."""


@keys.command()
@service_argument
@home_option
@epochs_option
def rotate(service: str, directory: Path, epochs: Path | None) -> None:
    """Begin another epoch: wrap every key anew and destroy the key they lay under. Do it daily and after erasing."""
    with said(), keyring_of(service, directory, epochs) as keyring:
        click.echo(f"{service}: epoch {keyring.rotate()} begins; copies of the key store from before open nothing now")


@keys.command()
@service_argument
@home_option
@epochs_option
def status(service: str, directory: Path, epochs: Path | None) -> None:
    """Show the epoch, since when, and how many keys there are."""
    with said(), keyring_of(service, directory, epochs) as keyring:
        now, counts = keyring.status()
    since = datetime.fromtimestamp(now.begun_us / 1_000_000, UTC)
    click.echo(f"epoch      {now.number}, since {since:%Y-%m-%d %H:%M} UTC")
    for name, count in counts.items():
        click.echo(f"{name:10} {count}")


@keys.command()
@service_argument
@click.option("-o", "into", required=True, type=click.Path(path_type=Path), help="A new file.")
@home_option
@epochs_option
def copy(service: str, into: Path, directory: Path, epochs: Path | None) -> None:
    """Write a copy of the key store and the epoch's key that only the root opens; destroy it within seven days."""
    with said(), keyring_of(service, directory, epochs) as keyring:
        put_bytes(into, keyring.sealed_copy())


@keys.command()
@service_argument
@click.argument("sealed", metavar="COPY", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@home_option
@epochs_option
def restore(service: str, sealed: Path, directory: Path, epochs: Path | None) -> None:
    """Bring lost keys back from a copy, and begin another epoch. Repeat the erasures made since it was taken."""
    with said(), keyring_of(service, directory, epochs, make=True) as keyring:
        number = keyring.bring_back(sealed.read_bytes())
    click.echo(f"{service}: keys are back, and epoch {number} begins; repeat what was erased since the copy was taken")


@keys.command("split")
@click.option("--service", required=True, type=click.Choice(SERVICES))
@click.option("-o", "into", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new directory.")
@home_option
def split_root(service: str, into: Path, directory: Path) -> None:
    """Write three shares of a service's root key; give each to another holder, and remove the files."""
    with said():
        shares = split(service, root_of(service, directory))
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for share in shares:
            head = HEAD.format(number=share.number, holders=HOLDERS, needed=NEEDED, service=service)
            put(into / f"{service}-share-{share.number}.txt", head + share.written())
            click.echo(into / f"{service}-share-{share.number}.txt")


@keys.command()
@click.argument("shares", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "into", type=click.Path(path_type=Path), help="A new file for the key; default: it is printed.")
def rebuild(shares: tuple[Path, ...], into: Path | None) -> None:
    """Make a root key again from two shares, as a key file or for SPEIR_ROOT_KEY."""
    with said():
        text = as_text(rebuilt([Share.read(path.read_text("ascii", errors="replace")) for path in shares]))
        if into is None:
            click.echo(text)
        else:
            put(into, text)


@contextmanager
def said() -> Iterator[None]:
    """Say what is wrong, and what to do, in a sentence."""
    try:
        yield
    except FileExistsError as there:
        message = "There is such a file already; name another place."
        raise click.ClickException(message) from there
    except (KeysNotSafe, NotConfigured, Refused) as wrong:
        raise click.ClickException(str(wrong)) from wrong


@contextmanager
def keyring_of(service: str, directory: Path, epochs: Path | None, *, make: bool = False) -> Iterator[Keyring]:
    """A service's keyring, as its settings or an embedded instance's directory say; ``make`` its tables if asked."""
    if deployed():
        settings = told(service)
        url, root, epochs_at = settings.keys_url, settings.root_key, settings.epochs
    else:
        store = directory / "keys" / f"{service}.keys.db"
        root, epochs_at = root_of(service, directory), (epochs or directory / "epochs") / service
        if not (make or store.exists()):
            raise KeysNotSafe(store, "there is no key store here; name the directory of the instance.")
        url = f"sqlite:///{store}"
    keyring = Keyring(open_database(url, pool_size=1, by_hand=True), root, epochs_at)
    try:
        if make:
            keyring.create_tables()
        yield keyring
    finally:
        keyring.close()


def root_of(service: str, directory: Path) -> bytes:
    """A service's root key, of 32 bytes."""
    if deployed():
        return told(service).root_key
    return kept(directory / "keys" / f"{service}.root.key", make=False)


def told(service: str) -> Settings:
    """The settings of this service, and of no other."""
    settings = Settings.from_environment()
    if settings.service != service:
        message = f"This process is told of {settings.service}; ask one of {service}."
        raise click.ClickException(message)
    return settings


def deployed() -> bool:
    """Whether this process is told by variables what it works on."""
    return variable("keys_url") in os.environ or f"{variable('keys_url')}_FILE" in os.environ
