"""What every answer tells a browser, whatever it holds: run nothing, load nothing, frame nothing, remember nothing."""

from secrets import token_urlsafe
from typing import Final

from flask import Response

POLICY: Final = "Content-Security-Policy"
NONCE_BYTES: Final = 16
CLOSED: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of whatever is no page."""
UNUSED: Final = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-create", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
"""What a browser could do for a page, and no page of ours asks for."""

on_every_answer: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
unless_said: Final = {"Cache-Control": "no-store", POLICY: CLOSED}
"""What an answer may say otherwise: public facts may be kept, and a page has a policy of its own."""


def new_nonce() -> str:
    """What the styles and scripts of one answer are marked with, so that no other runs: 128 bits, never used twice."""
    return token_urlsafe(NONCE_BYTES)


def page_policy(nonce: str, *, scripts: bool = False, asks: bool = False) -> str:
    """The policy of a page whose own styles, and scripts if it has any, bear the nonce; ``asks`` if it has a form."""
    running = f"script-src 'nonce-{nonce}'; connect-src 'self'; " if scripts else ""
    form = "'self'" if asks else "'none'"
    return (
        f"default-src 'none'; {running}style-src 'nonce-{nonce}'; img-src data:; "
        f"base-uri 'none'; form-action {form}; frame-ancestors 'none'"
    )


def said_by(answer: Response, request_id: str) -> Response:
    """The answer with all of that, and the id that the request is known by."""
    answer.headers["X-Request-ID"] = request_id
    answer.headers.update(on_every_answer)
    for name, value in unless_said.items():
        answer.headers.setdefault(name, value)
    return answer
