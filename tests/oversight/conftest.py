"""The inspection that is read, in files of its own."""

from pathlib import Path

import pytest

from tests.oversight import watched
from tests.participation.area import Area


@pytest.fixture
def heard(tmp_path: Path) -> Area:
    """A conversation whose views are kept."""
    return watched.heard(tmp_path)
