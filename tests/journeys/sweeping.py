"""Looking for a marker in every byte of a place: as text, and as whatever text is commonly turned into."""

import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import IO

PART = 1024 * 1024
Bytes = Iterable[tuple[str, IO[bytes]]]


def new_marker() -> str:
    """A text that stands nowhere else; of letters and digits, so that JSON, SQL, HTML and URLs leave it as it is."""
    return f"canary{token_hex(10)}"


def forms_of(marker: str) -> dict[str, bytes]:
    """What the marker may look like in a file, by the name of the form."""
    plain = marker.encode()
    forms = {
        "UTF-8": plain,
        "upper case": plain.upper(),
        "UTF-16LE": marker.encode("utf-16-le"),
        "UTF-16BE": marker.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": "".join(f"%{each:02x}" for each in plain).encode(),
        "PERCENT": "".join(f"%{each:02X}" for each in plain).encode(),
        "backwards": plain[::-1],
    }
    for before in range(3):
        # What stands before and after the marker decides about its first and last characters: those are left out.
        text = b64encode(b"\0" * before + plain)
        whole = text[(0, 2, 3)[before] : -4]
        forms[f"base64 at {before}"] = whole
        forms[f"base64url at {before}"] = whole.replace(b"+", b"-").replace(b"/", b"_")
    return forms


def found(marker: str, places: Bytes) -> list[str]:
    """Where the marker is and in which form, as ``<place>: <form>``."""
    forms = forms_of(marker)
    overlap = max(map(len, forms.values()))
    hits = []
    for name, stream in places:
        kept = b""
        seen: set[str] = set()
        while part := stream.read(PART):
            kept += part
            seen.update(form for form, looks in forms.items() if looks in kept)
            kept = kept[-overlap:]
        hits += [f"{name}: {form}" for form in sorted(seen)]
    return hits


def files_in(directory: Path) -> Bytes:
    """Every file under a directory, hidden ones too."""
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        with path.open("rb") as stream:
            yield str(path.relative_to(directory)), stream


def files_of(container: str, path: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Every file under a path of a container, and what stands in the place of links."""
    with subprocess.Popen(["docker", "cp", f"{container}:{path}", "-"], stdout=subprocess.PIPE) as copying:  # noqa: S607
        assert copying.stdout is not None
        with tarfile.open(fileobj=copying.stdout, mode="r|") as archive:
            for member in archive:
                if (stream := archive.extractfile(member)) is not None:
                    yield member.name, stream
    assert copying.returncode == 0, f"{path} was not copied"


def said_by(container: str, into: Path) -> None:
    """Keep everything that a container has printed."""
    with into.open("wb") as words:
        subprocess.run(["docker", "logs", container], stdout=words, stderr=words, check=True)  # noqa: S607
