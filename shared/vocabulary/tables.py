"""Tables of public facts that come with the vocabulary, each row with the page it was read at."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def rows_of(table: str) -> Iterator[dict[str, str]]:
    """The rows of a table, by the names of its columns."""
    yield from csv.DictReader(files(__package__).joinpath(f"{table}.csv").read_text(encoding="utf-8").splitlines())
