"""What others wrote and lies among our files is on one record: which version, under which licence, and unchanged."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, tracked

KINDS = {".js", ".css", ".woff", ".woff2", ".wasm", ".map"}
RECORD = json.loads((ROOT / "deploy" / "vendored.json").read_text("utf-8"))


def test_every_file_of_others_is_on_the_record_and_nothing_else() -> None:
    there = {path for path in tracked() if path.suffix in KINDS}
    assert {Path(name) for each in RECORD for name in each["files"]} == {path for path in there if not is_ours(path)}


def is_ours(path: Path) -> bool:
    """A service's own style stands beside its templates; a provider to sign in at is started by a file of ours."""
    if path == Path("tests/identity/provider/provider.js"):
        return True
    return (
        path.parent.name in ("pages", "templates") and path.parts[0] in ("services", "shared") and path.suffix == ".css"
    )


@pytest.mark.parametrize("each", RECORD, ids=[each["package"] for each in RECORD])
def test_what_is_recorded_is_what_lies_there_with_its_licence(each: dict) -> None:
    texts = []
    for name, digest in each["files"].items():
        raw = (ROOT / name).read_bytes()
        assert sha256(raw).hexdigest() == digest, f"{name} was changed: take it anew, and record what it is"
        texts.append(raw.decode("utf-8"))
    assert any(each["version"] in text for text in texts)
    assert each["licence"]
    assert all((ROOT / name).stat().st_size for name in each["licence_files"])
