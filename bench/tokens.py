"""Who the load claims to be: a key of this run, tokens signed with it, and the same check that our services make."""

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from shared.edges.access import Issuer, Verifier

NAME = "bench"
KEY = "BENCH_VERIFYING_KEY"
ACTOR = UUID("00000000-0000-4000-8000-00000000be1c")


@cache
def issuer() -> "Issuer":
    """Give the one that signs this run's tokens; its seed stays in this process."""
    from shared.edges import access  # noqa: PLC0415 - only the comparison over HTTP needs it

    return access.Issuer(NAME, access.new_key())


def mint() -> str:
    """Give a planner's token that outlives the run."""
    from shared.edges.access import EVERY_SERVICE, LONGEST  # noqa: PLC0415
    from shared.vocabulary.roles import AccessRole  # noqa: PLC0415

    return issuer().mint(ACTOR, AccessRole.PLANNER, EVERY_SERVICE, LONGEST)


def environment() -> dict[str, str]:
    """Tell a server's process which key to verify with."""
    from shared.edges.access import public_of  # noqa: PLC0415

    return {KEY: public_of(issuer().seed).hex()}


def verifier() -> "Verifier":
    """Give what our own application believes: planners' tokens signed by the key in the environment."""
    from shared.edges.access import Verifier  # noqa: PLC0415
    from shared.vocabulary.roles import AccessRole  # noqa: PLC0415

    keys, roles = {NAME: bytes.fromhex(os.environ[KEY])}, {NAME: frozenset({AccessRole.PLANNER})}
    return Verifier(keys, "scheduling", roles_by_issuer=roles)


def check() -> Callable[[str | None], object]:
    """Give the check of an Authorization header, by the key in the environment; it raises NotRecognised."""
    return verifier().caller
