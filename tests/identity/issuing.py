"""Issuers of every kind for tests: keys of their own, and a server on this machine that says which they are."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.edges.access import as_text
from shared.edges.identity.trusted import ALGORITHMS, TrustedIssuer

ACTOR = UUID("6f1f6c1e-54a7-4b7c-9a9d-0d6c1c2b3a49")
Parts = dict[str, Any]


def number(value: int, size: int = 0) -> str:
    return as_text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class SigningKey:
    """A key pair for one algorithm, under a local id."""

    def __init__(self, algorithm: str, kid: str) -> None:
        self.algorithm, self.kid = algorithm, kid
        made = {"RS256": new_rsa, "PS256": new_rsa, "ES256": new_ec, "Ed25519": ed25519.Ed25519PrivateKey.generate}
        self.private: Any = made[algorithm]()
        self.public = self.private.public_key()

    def sign(self, message: bytes) -> bytes:
        if self.algorithm == "Ed25519":
            return self.private.sign(message)
        if self.algorithm == "ES256":
            r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        how = pss if self.algorithm == "PS256" else padding.PKCS1v15()
        return self.private.sign(message, how, hashes.SHA256())

    @property
    def jwk(self) -> Parts:
        named = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "Ed25519":
            return {"kty": "OKP", "crv": "Ed25519", "x": as_text(self.public.public_bytes_raw()), **named}
        numbers = self.public.public_numbers()
        if self.algorithm == "ES256":
            return {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32), "y": number(numbers.y, 32), **named}
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **named}

    def as_if(self, algorithm: str) -> "SigningKey":
        """The same key, signing with another algorithm for its kind."""
        other = copy(self)
        other.algorithm = algorithm
        return other

    def as_secrets(self) -> list[bytes]:
        """Whatever a careless verifier may take the public key for, as the secret of an HMAC."""
        spki = PublicFormat.SubjectPublicKeyInfo
        pem = self.public.public_bytes(Encoding.PEM, spki)
        der = self.public.public_bytes(Encoding.DER, spki)
        jwk = self.jwk
        texts = [json.dumps(jwk), json.dumps(jwk, separators=(",", ":")), json.dumps({"keys": [jwk]}), self.kid]
        texts += [value for name, value in jwk.items() if name in ("x", "y", "n")]
        return [pem, pem.strip(), pem.replace(b"\n", b""), der, b"", b"secret", *(text.encode() for text in texts)]


def new_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def new_ec() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Somewhere:
    """A server on this machine: what stands at its paths, and how often each was asked for."""

    url: str
    stands: dict[str, Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)


@contextmanager
def somewhere() -> Iterator[Somewhere]:
    """Serve JSON from memory; what can be called is asked for what it is."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked[self.path] += 1
            found = here.stands.get(self.path, (404, {}, b""))
            if callable(found):
                found = found()
            status, headers, raw = found if isinstance(found, tuple) else (200, {}, json.dumps(found).encode())
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    here = Somewhere(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class IssuerElsewhere:
    """An issuer that signs with one algorithm, and says at its address which keys it has."""

    at: Somewhere
    algorithm: str
    key: SigningKey
    path: str = ""
    keys: list[Parts] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.at.url}{self.path}"

    def publishes(self, *keys: Parts) -> None:
        self.at.stands[f"{self.path}/.well-known/openid-configuration"] = {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
        }
        self.at.stands[f"{self.path}/jwks"] = {"keys": list(keys)}

    def header(self, **changed: Any) -> Parts:
        return {"alg": self.algorithm, "typ": "at+jwt", "kid": self.key.kid} | changed

    def claims(self, **changed: Any) -> Parts:
        now = int(time.time())
        said = {"iss": self.url, "sub": str(ACTOR), "aud": "scheduling", "jti": str(uuid4()), "client_id": "planning"}
        return said | {"role": "planner", "iat": now, "nbf": now, "exp": now + 600} | changed

    def token(self, **changed: Any) -> str:
        return signed(self.key, self.header(), self.claims(**changed))

    def trusted(self, **more: Any) -> TrustedIssuer:
        return TrustedIssuer(issuer=self.url, algorithm=self.algorithm, **more)


def elsewhere(at: Somewhere, algorithm: str) -> IssuerElsewhere:
    """A new issuer with one key, under a path of its own."""
    issuer = IssuerElsewhere(at, algorithm, SigningKey(algorithm, f"key-{algorithm.lower()}"), f"/{algorithm.lower()}")
    issuer.publishes(issuer.key.jwk)
    return issuer


def every_issuer(at: Somewhere) -> dict[str, IssuerElsewhere]:
    return {algorithm: elsewhere(at, algorithm) for algorithm in ALGORITHMS}


def segment(part: Parts | str | bytes) -> str:
    text = json.dumps(part) if isinstance(part, dict) else part
    return as_text(text if isinstance(text, bytes) else text.encode())


def signed(key: SigningKey, head: Parts | str, body: Parts | str | bytes) -> str:
    message = f"{segment(head)}.{segment(body)}"
    return f"{message}.{as_text(key.sign(message.encode()))}"
