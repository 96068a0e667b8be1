"""The command line: what operators, developers and auditors type."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid5

import click

from services.auditing import audit
from services.keys import keys
from shared.edges.access import EVERY_SERVICE, LONGEST, Caller, Issuer, from_text
from shared.edges.local_identity import LOCAL, LocalIdentity
from shared.edges.settings import SERVICES, NotConfigured, Settings
from shared.edges.settings import demo as is_demo
from shared.errors import Refused
from shared.limits import BODY_BYTES, HEADER_BYTES, HEADER_FIELDS, HEADERS_BYTES, IDLE_CLIENT_S, THREADS, URL_BYTES
from shared.sealing.key_files import KeysNotSafe
from shared.sourcing.running import RunningService
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole

HOME = Path(os.environ.get("SPEIR_HOME", "var/speir"))
PEOPLE = UUID("3d0a3d5c-4f5e-5b0a-8f0e-5f3f6a7f2b10")
"""The namespace of the pseudonyms that ``speir token`` gives to names."""
ISSUER_KEY = "SPEIR_ISSUER_SIGNING_KEY"

home_option = click.option(
    "--directory", type=click.Path(path_type=Path), default=HOME, show_default=True, help="Where everything is kept."
)
epochs_option = click.option(
    "--epochs",
    type=click.Path(path_type=Path),
    envvar="SPEIR_EPOCHS",
    help="Where the epochs' keys lie, best on an encrypted volume; default: beside the rest. Never copy it.",
)
service_argument = click.argument("service", type=click.Choice(SERVICES))


@click.group()
def speir() -> None:
    """Speir: joint inspections and other scrutiny reviews, on a record that can be proved."""


speir.add_command(keys)
speir.add_command(audit)


@speir.command()
@home_option
@click.option("--port", default=8110, show_default=True, type=click.IntRange(1, 65535))
@click.option("--origin", default="speir.local", show_default=True, help="The logs' name; demo.* may move its clock.")
@epochs_option
def up(directory: Path, port: int, origin: str, epochs: Path | None) -> None:
    """Run all four services in this process, on SQLite, on 127.0.0.1 only."""
    from waitress import create_server  # noqa: PLC0415 - only this command serves by itself

    from services.embedded import LOOPBACK, Embedded  # noqa: PLC0415 - loads all four services
    from shared.edges import logs, memory  # noqa: PLC0415

    memory.stays_here()
    logs.configure("embedded")
    try:
        here = Embedded(directory, origin, epochs)
    except (KeysNotSafe, Refused) as unsafe:
        raise click.ClickException(str(unsafe)) from unsafe
    server = create_server(
        here.app(),
        host=LOOPBACK,
        port=port,
        threads=THREADS,
        ident="",
        max_request_header_size=HEADERS_BYTES,
        max_request_body_size=BODY_BYTES,
        channel_timeout=IDLE_CLIENT_S,
    )
    for name in SERVICES:
        click.echo(f"{name:14} http://{LOOPBACK}:{port}/{name}/v1   description: /{name}/openapi.json, /{name}/docs")
    click.echo("A token:       .venv/bin/speir token --role planner")
    click.echo(f'To try it:     curl -H "Authorization: Bearer $(.venv/bin/speir token --role planner)" '
               f"http://{LOOPBACK}:{port}/scheduling/v1/programmes")  # fmt: skip
    with here.working():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        server.run()


@speir.command()
@home_option
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in AccessRole if role != AccessRole.SERVICE])
)
@click.option("--who", default="me", show_default=True, help="Any name; the same name is the same pseudonym.")
@click.option("--hours", default=1, show_default=True, type=click.IntRange(1, LONGEST // 3600))
@click.option("--env-file", type=click.Path(path_type=Path, exists=True), help="Of a deployment: its private.env.")
@click.option("--proved", is_flag=True, help="As somebody who has just proved who they are twice.")
def token(directory: Path, role: str, who: str, hours: int, env_file: Path | None, *, proved: bool) -> None:
    """Mint a short token for this machine's services, or for a deployment by its env file."""
    if env_file is None:
        issuer = LocalIdentity.at(directory / "identity", keys_dir=directory / "keys").issuer
    else:
        refuse_withheld(env_file, AccessRole(role))
        issuer = deployed_issuer(env_file)
    click.echo(issuer.mint(uuid5(PEOPLE, who), AccessRole(role), EVERY_SERVICE, hours * 3600, proved=proved))


@speir.command()
@home_option
@click.option("--role", required=True, type=click.Choice([each.value for each in AccessRole if each != "service"]))
@click.option("--who", default="me", show_default=True, help="Any name; the same name is the same pseudonym.")
@click.option("--service", default="evidence", show_default=True, type=click.Choice(SERVICES), help="Whose pages.")
@click.option("--port", default=8110, show_default=True, type=click.IntRange(1, 65535), help="Of the running instance.")
def login(directory: Path, role: str, who: str, service: str, port: int) -> None:
    """Print a link that signs a browser in to the pages of this machine's services, once and within a minute."""
    from shared.edges.identity.links import link_for  # noqa: PLC0415 - only this command lets browsers in

    signing_key = LocalIdentity.at(directory / "identity", keys_dir=directory / "keys").services[service].signing
    link = link_for(signing_key, Caller(uuid5(PEOPLE, who), AccessRole(role), LOCAL))
    click.echo(f"http://127.0.0.1:{port}/{service}/login/once/{link}")


def said_in(env_file: Path, wanted: str) -> list[str]:
    """What an env file says of a variable."""
    lines = (line.partition("=") for line in env_file.read_text("utf-8").splitlines())
    return [value.strip().strip("'") for name, _, value in lines if name == wanted]


def refuse_withheld(env_file: Path, role: AccessRole) -> None:
    """Refuse what no service of a real deployment would believe: its operators read no concern and erase nothing."""
    if role in WITHHELD_FROM_OPERATORS and not is_demo("".join(said_in(env_file, "SPEIR_ORIGIN")[-1:])):
        message = f"{role.value} is withheld from whoever runs a real deployment; such people sign in at an issuer."
        raise click.ClickException(message)


def deployed_issuer(env_file: Path) -> Issuer:
    """The deployment's own issuer, whose key only its env file has."""
    try:
        return Issuer("operator", from_text(said_in(env_file, ISSUER_KEY)[-1]))
    except (IndexError, ValueError) as unreadable:
        message = f"{env_file} has no {ISSUER_KEY}; name the private.env that `make compose-up` wrote."
        raise click.ClickException(message) from unreadable


@speir.command()
@service_argument
@click.argument("kind", type=click.Choice(["web", "worker"]))
def run(service: str, kind: str) -> None:
    """Run one process of a deployed service; everything it must know comes from SPEIR_… variables."""
    settings = settings_for(service)
    ready_keys(settings)
    if kind == "web":
        bind = f"{settings.host}:{settings.port}"
        threads = str(settings.threads)
        # Beyond twice the limits the server answers by itself; up to there it is we who say what is wrong.
        os.execv(  # noqa: S606 - the server takes this process's place  # nosec B606
            sys.executable,
            [sys.executable, "-m", "gunicorn", "--bind", bind, "--worker-class", "gthread", "--threads", threads,
             "--workers", os.environ.get("SPEIR_WORKERS", "1"), "--no-control-socket", "--worker-tmp-dir", "/dev/shm",  # noqa: S108 - in memory  # nosec B108
             "--graceful-timeout", "10", "--log-level", "warning", "--limit-request-line", str(2 * URL_BYTES),
             "--limit-request-fields", str(2 * HEADER_FIELDS), "--limit-request-field_size", str(2 * HEADER_BYTES),
             "services.deployed:web_of_environment()"],
        )  # fmt: skip
    work(settings)


def ready_keys(settings: Settings) -> None:
    """Start nothing on keys that are lost or lie unsafely."""
    from services.deployed import start_keys  # noqa: PLC0415 - only a deployed process has them

    try:
        start_keys(settings)
    except (NotConfigured, KeysNotSafe, Refused) as unsafe:
        raise click.ClickException(str(unsafe)) from unsafe


def work(settings: Settings) -> None:
    """Run a worker until SIGTERM."""
    from services.deployed import DeployedWorker  # noqa: PLC0415 - only a worker needs the bus
    from shared.edges import logs, memory  # noqa: PLC0415

    memory.stays_here()
    logs.configure(settings.service)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    worker = DeployedWorker(settings)
    worker.prepare_bus()
    worker.start()
    stopping.wait()
    worker.stop()


def settings_for(service: str) -> Settings:
    """The settings, or a list of all that is wrong with them."""
    os.environ.setdefault("SPEIR_SERVICE", service)
    try:
        return Settings.from_environment()
    except NotConfigured as wrong:
        raise click.ClickException(str(wrong)) from wrong


@speir.command()
@service_argument
def migrate(service: str) -> None:
    """Make or upgrade a deployed service's tables, as their owner."""
    from services.migrating import migrate_service  # noqa: PLC0415 - only this command needs alembic

    migrate_service(service)


@speir.group()
def erase() -> None:
    """See how far erasures are in a deployed service, and carry out again what a restored key store undid."""


@erase.command()
@service_argument
def status(service: str) -> None:
    """Every erasure that this service knows of: its keys, what is done, and whether a key of it has come back."""
    from shared.erasure.reapplying import erasures, outstanding  # noqa: PLC0415 - only these need a service's log

    with at_work(service) as running:
        back = outstanding(running)
        for erased_id, state in erasures(running).items():
            step = "confirmed" if state.confirmed else "keys destroyed" if state.destroyed_at else "ordered"
            came_back = "  A KEY IS BACK: speir erase apply" if erased_id in back else ""
            click.echo(
                f"{erased_id}  {state.kind.value}  {state.basis.value}  {len(state.keys)} keys  {step}{came_back}"
            )


@erase.command()
@service_argument
def apply(service: str) -> None:
    """Destroy again what the log says is erased; safe to repeat, and done by every web process before it is ready."""
    from shared.erasure.reapplying import reapply  # noqa: PLC0415 - as above

    with at_work(service) as running:
        click.echo(f"{reapply(running)} erased again")


@contextmanager
def at_work(service: str) -> Iterator[RunningService]:
    """A deployed service, opened by its settings for one command."""
    from services.assembly import declared, opened  # noqa: PLC0415 - loads a service
    from services.deployed import place_of  # noqa: PLC0415 - as above

    running = opened(declared(service).service, place_of(settings_for(service)), pool_size=1)
    try:
        yield running
    finally:
        running.close()


@speir.command()
@click.option("--url", help="A deployment's address; without it the demonstration starts its own instance.")
@click.option("--env-file", type=click.Path(path_type=Path, exists=True), help="The deployment's private.env.")
@click.option("--type", "methodology", help="Another methodology's story, or all; list says which there are.")
def demo(url: str | None, env_file: Path | None, methodology: str | None) -> None:
    """Drive one review from commission to what it gives back over REST, and check everything it shows."""
    from services.demo.run import IN_THEIR_ORDER, demonstrate  # noqa: PLC0415 - only this command needs it
    from services.demo.stage import FIRST  # noqa: PLC0415

    told = IN_THEIR_ORDER if methodology == "all" else (methodology or FIRST,)
    if not set(told) <= set(IN_THEIR_ORDER):
        click.echo("\n".join((*IN_THEIR_ORDER, "all")))
        sys.exit(0 if methodology == "list" else 2)

    issuer = deployed_issuer(env_file) if env_file else None
    if (url is None) != (issuer is None):
        message = "Give --url and --env-file together, or neither."
        raise click.UsageError(message)
    sys.exit(demonstrate(url, issuer, *told))
