"""The frozen formats, byte for byte: the ADRs' vectors are what their words say, and what the code makes."""

import json
import re
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from docs.generate import DOCS
from shared.messages import Place
from shared.sealing.fields import SealBroken, associated_bytes, unseal
from shared.sourcing.merkle import commitment, entry_bytes, leaf_hash, root_of
from shared.sourcing.telling import partition_of


def vector(adr: str) -> Any:
    """The JSON block of an ADR."""
    (page,) = DOCS.glob(f"adr/{adr}-*.md")
    (block,) = re.findall(r"```json\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return json.loads(block)


def prefixed(*members: bytes) -> bytes:
    return b"".join(len(member).to_bytes(4, "big") + member for member in members)


def test_the_leaf_is_what_its_description_says() -> None:
    given = vector("0002")
    body_commitment = sha256(bytes.fromhex(given["salt"]) + given["body"].encode()).digest()
    numbers = {
        name: given[name].to_bytes(8, "big") for name in ("version", "schema_version", "recorded_us", "sequenced_us")
    }
    entry = prefixed(
        b"\x01", given["origin"].encode(), given["stream"].encode(), numbers["version"], given["about"].encode(),
        UUID(given["event_id"]).bytes, given["type"].encode(), numbers["schema_version"], numbers["recorded_us"],
        numbers["sequenced_us"], body_commitment, sha256(given["meta"].encode()).digest(),
    )  # fmt: skip
    leaf = sha256(b"\x00" + entry).digest()
    two = sha256(b"\x01" + leaf + leaf).digest()
    assert given["commitment"] == body_commitment.hex()
    assert given["entry"] == entry.hex()
    assert given["leaf"] == leaf.hex()
    assert given["root_of_this_leaf_three_times"] == sha256(b"\x01" + two + leaf).hexdigest()


def test_the_leaf_is_what_the_log_makes() -> None:
    given = vector("0002")
    body_commitment = commitment(bytes.fromhex(given["salt"]), given["body"].encode())
    entry = entry_bytes(
        given["origin"], given["stream"], given["version"], given["about"], UUID(given["event_id"]).bytes,
        given["type"], given["schema_version"], given["recorded_us"], given["sequenced_us"],
        body_commitment, given["meta"].encode(),
    )  # fmt: skip
    assert entry.hex() == given["entry"]
    assert leaf_hash(entry).hex() == given["leaf"]
    assert root_of([leaf_hash(entry)] * 3).hex() == given["root_of_this_leaf_three_times"]


def test_partitions_are_what_their_description_says() -> None:
    for given in vector("0003"):
        about = given["about"]
        assert partition_of(about) == given["partition"]
        assert int.from_bytes(sha256(about.encode()).digest()[:8], "big") % 8 == given["partition"]


def test_a_sealed_field_is_what_its_description_says() -> None:
    given = vector("0004")
    key_id = UUID(given["key_id"])
    associated = prefixed(
        UUID(given["event_id"]).bytes, given["stream"].encode(), given["type"].encode(), given["path"].encode(),
        key_id.bytes,
    )  # fmt: skip
    place = Place(UUID(given["event_id"]), given["stream"], given["type"], given["path"])
    cipher = AESGCM(bytes.fromhex(given["key"]))
    assert associated.hex() == given["associated"] == associated_bytes(place, key_id).hex()
    assert given["token"].startswith(f"s1.{key_id.hex}.")
    assert unseal(given["token"], cipher, place) == given["text"]


@pytest.mark.parametrize("moved", [{"event_id": UUID(int=1)}, {"stream": "x"}, {"type": "x"}, {"path": "x"}])
def test_a_sealed_field_opens_nowhere_else(moved: dict[str, Any]) -> None:
    given = vector("0004")
    here = {"event_id": UUID(given["event_id"]), **{name: given[name] for name in ("stream", "type", "path")}}
    with pytest.raises(SealBroken):
        unseal(given["token"], AESGCM(bytes.fromhex(given["key"])), Place(**(here | moved)))


def test_every_decision_is_one_page_of_four_parts() -> None:
    pages = sorted(DOCS.glob("adr/0*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text("utf-8")
        for part in ("Context", "Decision", "Consequence", "How it is checked"):
            assert text.count(f"**{part}.**") == 1, page
        assert page.name in (DOCS / "adr/README.md").read_text("utf-8")


def test_every_test_that_a_decision_names_exists() -> None:
    for page in DOCS.glob("adr/0*.md"):
        for named in re.findall(r"`(tests/[\w/]+\.py)`", page.read_text("utf-8")):
            assert (DOCS.parent / named).exists(), f"{page.name} names {named}"
