"""Nothing that opens anything is under version control: no key, no token, no password of a place that exists."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.edges.access import as_text, new_key
from tests.architecture.tree import ROOT, tracked

OTHERS = {"uv.lock", "deploy/vendored.json"}
"""Full of hashes, which is what they are for."""
MINIFIED = (".min.js", "swagger-ui-bundle.js", "swagger-ui.css")
KEY_CHARACTERS, BITS_A_CHARACTER = 43, 4.3
"""Of 32 random bytes as base64url, and fewer bits than are in a character of nearly all such texts."""

shapes = {
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIV" + "ATE KEY-----"),
    "a cloud's access key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a forge's token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20}|github_pat_\w{22,})"),
    "a registry's token": re.compile(r"\b(pypi-[\w-]{40,}|npm_[A-Za-z0-9]{36})"),
    "a chat's token": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{40,}"),
    "a URL's password": re.compile(r"\b(postgres(ql)?|amqps?|https?)://[\w.-]+:(?!speir@|secret@|password@|guest@)"
                                   r"[A-Za-z0-9_-]{12,}@"),
}  # fmt: skip
key_like = re.compile(rf"(?<![\w/+-])[A-Za-z0-9_-]{{{KEY_CHARACTERS}}}(?![\w/+=-])")

shown = {
    "docs/adr": "worked examples, whose keys are those of the standards that they follow",
    "tests/golden": "samples of the formats, made once and kept for ever; no key of a place that exists is among them",
}
"""Where keys may stand, and why."""


def found_in(text: str) -> Iterator[str]:
    """What in a text looks like something that opens something."""
    yield from (what for what, shape in shapes.items() if shape.search(text))
    yield from (f"a key: {each[:6]}…" for each in key_like.findall(text) if drawn(each))


def drawn(text: str) -> bool:
    """Whether a text of a key's length was drawn at random, as far as its characters tell."""
    kinds = (str.isupper, str.islower, str.isdigit)
    if not all(any(kind(each) for each in text) for kind in kinds):
        return False
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
    return bits >= BITS_A_CHARACTER


def looked_at() -> list[Path]:
    return [path for path in tracked() if str(path) not in OTHERS and not path.name.endswith(MINIFIED)]


@pytest.mark.parametrize("path", looked_at(), ids=str)
def test_a_file_holds_nothing_that_opens_anything(path: Path) -> None:
    if any(path.is_relative_to(place) for place in shown):
        return
    assert list(found_in((ROOT / path).read_bytes().decode("utf-8", errors="replace"))) == []


def test_keys_as_ours_are_drawn_are_found() -> None:
    found = sum(bool(list(found_in(f'KEY = "{as_text(new_key())}"'))) for _ in range(200))
    assert found >= 195, "few have no digit, or letters of one kind only"


def test_other_peoples_secrets_are_found() -> None:
    planted = ("-----BEGIN OPENSSH PRIV" + "ATE KEY-----", "AKIA" + "A1B2C3D4E5F6G7H8", "ghp_" + "aB3" * 12,
               "postgresql://app:" + "hunter2hunter2@db.example/log")  # fmt: skip
    assert all(list(found_in(each)) for each in planted)
    assert not list(found_in("test_a_name_of_forty_three_characters_is_noKey"))
