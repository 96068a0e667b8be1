"""What is easily done wrong is done in one place, or not at all: cookies, redirections, files that are handed out."""

import ast

import pytest

from tests.architecture.tree import RINGS, parsed, sources

places: dict[str, tuple[frozenset[str], str]] = {
    "cookies": (frozenset({"set_cookie", "delete_cookie"}), "shared/edges/identity/"),
    "redirections": (frozenset({"redirect"}), "shared/edges/identity/"),
    "exports that a spreadsheet would open": (frozenset({"writer", "DictWriter", "Workbook"}), "nowhere yet"),
    "files under a name that somebody gave": (frozenset({"send_file", "secure_filename", "save"}), "nowhere yet"),
}
"""What it is, how it is called, and where alone it may stand."""


def called(tree: ast.Module) -> set[str]:
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in functions}


@pytest.mark.parametrize("what", places)
def test_what_is_easily_done_wrong_is_done_in_its_one_place(what: str) -> None:
    names, place = places[what]
    paths = [path.as_posix() for path in sources(*RINGS) if names & called(parsed(path))]
    assert [path for path in paths if not path.startswith(place)] == []


def test_no_answer_names_a_file_and_no_request_hands_one_over_under_a_name() -> None:
    """Names that people give to files are in no path, and in no header until one place writes it (RFC 6266)."""
    words = ("Content-Disposition", "content-disposition")
    said = [
        path.as_posix()
        for path in sources(*RINGS)
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Constant) and node.value in words)
        or (isinstance(node, ast.Attribute) and node.attr in ("filename", "files")
            and ast.unparse(node.value) in ("request", "file", "upload"))
    ]  # fmt: skip
    assert said == []
