"""A page that shows sealed words asks first what it is opened for: an address that is followed says nothing of that."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flask import Response, request

from shared.edges.admitting import Gate, said_purpose
from shared.edges.identity.visiting import caller_of
from shared.edges.pages import Pages
from shared.edges.requests import serving
from shared.policy.table import purposes_of
from shared.vocabulary.roles import Purpose

pages: Final = Pages(Path(__file__).parent / "templates")

IN_WORDS: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.INSPECT: "To inspect: I am assigned to this inspection and need it for my part of the work",
        Purpose.MODERATE: "To moderate: I am checking that an evaluation rests on its evidence",
        Purpose.PUBLISH: "To publish: I am deciding on what becomes public",
        Purpose.SAFEGUARD: "To safeguard: somebody may be at risk",
        Purpose.AUDIT: "To audit: I am checking what was done",
        Purpose.ERASE: "To answer somebody who asks for what is held on them, or for its erasure",
        Purpose.OPERATE: "To operate: I am keeping the services running",
    }
)


def asked_first(gate: Gate) -> Response | None:
    """The page that asks; None where the purpose is said, or this role needs none, or may not at all.

    It depends on the role alone, so it tells nobody whether there is anything to be seen.
    """
    if said_purpose() is not None:
        return None
    here = serving(gate.service)
    caller = caller_of(here.verifier, here.sign_in)
    grant = gate.row.grants.get(caller.role) if gate.row else None
    if gate.row is None or grant is None or not grant.words:
        return None
    open_to = [(each.value, IN_WORDS[each]) for each in purposes_of(caller.role) if each in gate.row.purposes]
    kept = [(name, value) for name, value in request.args.items() if name != "purpose"]
    return pages.rendered("purpose.html", asks=True, purposes=open_to, kept=kept) if open_to else None
