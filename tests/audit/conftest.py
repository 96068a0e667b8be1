"""A log to be audited, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.logs import Audited, audited


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Audited]:
    """An empty log."""
    with audited(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Audited]:
    """An empty log in a file: where one thing is tried a thousand times."""
    with audited(f"sqlite:///{tmp_path}/log.db", tmp_path) as made:
        yield made
