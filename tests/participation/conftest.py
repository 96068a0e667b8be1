"""The inspection that participation's tests ask about over HTTP."""

from pathlib import Path

import pytest

from tests.participation.area import Area


@pytest.fixture
def area(tmp_path: Path) -> Area:
    """A new one, in files of its own."""
    return Area(tmp_path)
