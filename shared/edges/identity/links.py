"""Links that let somebody in once, within a minute: how the embedded form signs people in, without any password."""

import hmac
import json
import secrets
import time
from typing import Any, Final

from shared.edges import strict_json
from shared.edges.access import Caller, as_text, exact_uuid, from_text
from shared.edges.local_identity import LOCAL
from shared.errors import NotRecognised, Refused
from shared.limits import TOKEN_BYTES
from shared.vocabulary.roles import AccessRole

LINK_S: Final = 60


def link_for(signing_key: bytes, caller: Caller) -> str:
    """Write a link's secret: whom it lets in, until when, and which of many it is."""
    said = {
        "actor": str(caller.actor),
        "role": caller.role.value,
        "until": int(time.time()) + LINK_S,
        "once": secrets.token_urlsafe(16),
    }
    text = as_text(json.dumps(said).encode())
    return f"{text}.{_signed(signing_key, text)}"


def let_in(signing_key: bytes, link: str) -> tuple[Caller, int]:
    """Whom a link's secret lets in, and until when; NotRecognised if it is over, or none of ours."""
    text, _, signature = link[:TOKEN_BYTES].partition(".")
    if not hmac.compare_digest(_signed(signing_key, text).encode(), signature.encode(errors="replace")):
        raise NotRecognised
    try:
        said: dict[str, Any] = strict_json.loads(from_text(text))
        caller = Caller(exact_uuid(said["actor"]), AccessRole(said["role"]), LOCAL)
    except (ValueError, KeyError, TypeError, Refused):
        raise NotRecognised from None
    if said["until"] <= int(time.time()):
        raise NotRecognised
    return caller, said["until"]


def _signed(signing_key: bytes, text: str) -> str:
    key = hmac.digest(signing_key, b"speir links", "sha256")
    return as_text(hmac.digest(key, text.encode(errors="replace"), "sha256"))
