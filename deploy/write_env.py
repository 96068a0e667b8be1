"""The secrets of one deployment are drawn once, and never written over."""  # noqa: INP001 - run by its path, not imported

import argparse
import base64
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SERVICES = ("scheduling", "evidence", "participation", "reporting")
ACCOUNTS = ("owner", "app", "projector", "eraser", "reader", "keys", "broker")
"""What each service has a password for: five accounts of its database, one of its keys' database, one of the bus."""
EXCHANGE_TYPE = "direct"
"""What the bus declares its exchanges as; another type here would be refused to it."""

PRIVATE = "private.env"
DEFINITIONS = "rabbitmq-definitions.json"

PREAMBLE = """\
# Every secret of this deployment, drawn once. Keep it: without the root keys nothing sealed can be opened again.
# With the volumes *-epochs it is the other way round: nothing may keep a copy of them. See docs/how-to/keys.md.
# SPEIR_ISSUER_SIGNING_KEY signs tokens and is given to no container.
"""


def main(arguments: list[str] | None = None) -> None:
    """Write what is missing; refuse, with what to do, when what is there has another origin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--origin", default="speir.local", help="what every log of this deployment is called after")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent / "env", help="the folder for both files")
    asked = parser.parse_args(arguments)
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", asked.origin):
        sys.exit(f"--origin {asked.origin!r} is not a host name such as speir.local")
    folder: Path = asked.into.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # The broker's own account must be able to read its file; on the host this door keeps others out.
    folder.chmod(0o700)
    private, definitions = folder / PRIVATE, folder / DEFINITIONS
    if not private.exists():
        _write_once(private, _as_env(drawn(asked.origin, definitions)), mode=0o600)
    kept = read_env(private)
    if kept.get("SPEIR_ORIGIN") != asked.origin:
        sys.exit(
            f"{private} belongs to the origin {kept.get('SPEIR_ORIGIN')}, not to {asked.origin}:"
            " ask for that one, or for another folder with --into"
        )
    if not definitions.exists():
        _write_once(definitions, json.dumps(broker_definitions(kept), indent=1) + "\n", mode=0o644)


def drawn(origin: str, definitions: Path) -> dict[str, str]:
    """Draw passwords (192 bits), root keys (32 bytes), and Ed25519 seeds with their public keys (32 bytes each)."""
    values = {"SPEIR_ORIGIN": origin, "SPEIR_DEFINITIONS": str(definitions)}
    for owner in ("POSTGRES", "POSTGRES_KEYS", "PARTICIPATION_INTAKE", "BROKER_ADMIN"):
        values[f"SPEIR_{owner}_PASSWORD"] = _password()
    public: dict[str, str] = {}
    for service in SERVICES:
        name = f"SPEIR_{service.upper()}"
        values |= {f"{name}_{account.upper()}_PASSWORD": _password() for account in ACCOUNTS}
        values[f"{name}_ROOT_KEY"] = _as_text(secrets.token_bytes(32))
        values[f"{name}_SIGNING_KEY"], public[service] = _signing_pair()
    values["SPEIR_SERVICE_KEYS"] = ",".join(f"{service}={key}" for service, key in public.items())
    values["SPEIR_ISSUER_SIGNING_KEY"], values["SPEIR_ISSUER_PUBLIC_KEY"] = _signing_pair()
    return values


def broker_definitions(values: Mapping[str, str]) -> dict[str, object]:
    """Say what RabbitMQ takes in at each start: accounts, what they may touch, and an exchange for each producer.

    A service makes and writes what is called after it; it reads that and the exchanges of all four.
    """
    heard = "|".join(SERVICES)
    accounts = {service: values[f"SPEIR_{service.upper()}_BROKER_PASSWORD"] for service in SERVICES}
    rights = {
        service: {"configure": own, "write": own, "read": rf"^speir\.({service}(\..*)?|{heard})$"}
        for service in SERVICES
        for own in [rf"^speir\.{service}(\..*)?$"]
    }
    rights["admin"] = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": "speir", "default_queue_type": "quorum"}],
        "users": [
            _account("admin", values["SPEIR_BROKER_ADMIN_PASSWORD"], "administrator"),
            *(_account(name, password) for name, password in accounts.items()),
        ],
        "permissions": [{"user": name, "vhost": "speir", **right} for name, right in rights.items()],
        "exchanges": [
            {
                "name": f"speir.{service}",
                "vhost": "speir",
                "type": EXCHANGE_TYPE,
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for service in SERVICES
        ],
    }


def broker_hash(password: str, salt: bytes) -> str:
    """Hash as rabbit_password_hashing_sha256 does: base64(salt ‖ SHA256(salt ‖ password)), with a salt of 4 bytes."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def read_env(path: Path) -> dict[str, str]:
    """Read the KEY=VALUE lines of a file that this module wrote."""

    def pairs() -> Iterator[tuple[str, str]]:
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                key, _, value = line.partition("=")
                yield key, value.strip("'")

    return dict(pairs())


def _account(name: str, password: str, *tags: str) -> dict[str, object]:
    return {
        "name": name,
        "password_hash": broker_hash(password, secrets.token_bytes(4)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(tags),
    }


def _password() -> str:
    # Hexadecimal, so that it means the same in a URL, in SQL and in a shell.
    return secrets.token_hex(24)


def _signing_pair() -> tuple[str, str]:
    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return _as_text(seed), _as_text(public)


def _as_text(raw: bytes) -> str:
    # As the services read it: base64url without padding (RFC 4648, section 5).
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _as_env(values: Mapping[str, str]) -> str:
    # Single quotes: both Compose versions and shells then take spaces and dollars as they stand.
    return PREAMBLE + "".join(f"{key}='{value}'\n" for key, value in values.items())


def _write_once(path: Path, text: str, mode: int) -> None:
    """Make the file appear whole, or leave alone the one that is there."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces what another run has just written.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
    print(f"wrote {path}")  # noqa: T201 - said to whoever runs it


if __name__ == "__main__":
    main()
