"""Every limit stands in shared/limits.py, or is a rule of the domain's own that is named here with its reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import RINGS, parsed, sources

LIMITS = Path("shared/limits.py")
WAITS = frozenset({
    "timeout", "connect", "connect_timeout", "pool_timeout", "read", "write", "max_age", "max_content_length",
    "pool_size", "max_overflow",
})  # fmt: skip
"""Arguments by which others' code is told how long to wait, or how much to take."""
of_a_limit = re.compile(r"(LARGEST|LONGEST|DEEPEST|MOST|MAX)_|.*_(BYTES|ROWS|ITEMS|CHARACTERS|TIMEOUT(_S)?)$")
told_a_server = re.compile(r"(statement_timeout|lock_timeout|idle_\w+_timeout|busy_timeout)\s*=\s*[1-9]")

domain = {
    "services/reporting/aggregates/drafting.py:LONGEST_TITLE": "what a title is, decided with the command",
    "services/reporting/read_models/shelf.py:LONGEST_NAME": "how much of what somebody looks for is looked at",
    "services/scheduling/aggregates/timetable.py:MOST_WEEKS": "what a timetable is, decided with the command",
    "shared/methodologies/weeks.py:MOST_EXCLUDED": "how many weeks a methodology leaves out",
    "services/evidence/aggregates/over_supply.py:LONGEST_HEADING": "how much of a heading is compared",
    "services/evidence/aggregates/over_supply.py:LONGEST_CELL": "beyond it a cell holds somebody's text, by definition",
    "services/participation/api.py:ANSWER_CHARACTERS": "what an answer to a survey is",
    "services/participation/api.py:QUESTION_CHARACTERS": "what an answer to a survey is",
    "services/migrating.py:pool_size": "one connection, for one statement after the other",
    "shared/sourcing/migrating.py:pool_size": "one connection, for one statement after the other",
    "services/command.py:pool_size": "one connection, for one statement after the other",
    "services/keys.py:pool_size": "one connection, for one statement after the other",
    "services/auditing.py:pool_size": "one connection, for one statement after the other",
    "services/deployed.py:pool_size": "one connection, for one statement after the other",
    "shared/audit/tiles.py:ENTRY_BYTES": "what two bytes of length can say (C2SP tlog-tiles)",
    "shared/audit/notes.py:ID_BYTES": "the size of a key's id, not a limit",
    "shared/audit/notes.py:TIME_BYTES": "the size of a time, not a limit",
    "shared/sealing/wrapping.py:KEY_BYTES": "the size of a key, not a limit",
    "shared/sealing/wrapping.py:NONCE_BYTES": "the size of a nonce, not a limit",
    "shared/sealing/custody.py:SET_BYTES": "the size of a set's name, not a limit",
    "shared/sealing/custody.py:CHECKSUM_BYTES": "the size of a checksum, not a limit",
    "shared/edges/identity/api_tokens.py:SECRET_BYTES": "the size of a secret, not a limit",
    "shared/edges/identity/api_tokens.py:HANDLE_BYTES": "the size of a handle, not a limit",
    "shared/edges/identity/sessions.py:SECRET_BYTES": "the size of a secret, not a limit",
    "shared/edges/identity/provider.py:NONCE_BYTES": "the size of a nonce, not a limit",
    "shared/sealing/fields.py:NONCE_BYTES": "the size of a nonce, not a limit",
    "shared/sourcing/recording.py:SALT_BYTES": "the size of a salt, not a limit",
    "shared/sourcing/merkle.py:HASH_BYTES": "the size of a hash, not a limit",
    "shared/edges/settings.py:KEY_BYTES": "the size of a key, not a limit",
    "shared/sealing/key_files.py:KEY_FILE_BYTES": "the size of a file that we wrote ourselves",
    "shared/edges/headers.py:NONCE_BYTES": "the size of a nonce, not a limit",
    "shared/edges/intake.py:LARGEST_BATCH": "how answers are bundled; none is refused for it",
    "shared/sourcing/due.py:LONGEST_WAIT_US": "how attempts are spaced; nothing is refused for it",
    "shared/edges/loops.py:LONGEST_S": "how attempts are spaced; nothing is refused for it",
    "services/health.py:timeout": "a container's look at its own process, made without loading the services",
}
"""Numbers that look like a limit and are none of the edges'."""


def number(node: ast.AST) -> bool:
    """Whether something is written in numbers alone, other than 0."""
    if isinstance(node, ast.BinOp):
        return number(node.left) and number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and bool(node.value)


def found_in(tree: ast.Module) -> Iterator[str]:
    """The names or texts of whatever a module limits by a number of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield from assigned(node)
        elif isinstance(node, ast.keyword) and node.arg in WAITS and number(node.value):
            yield str(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and told_a_server.search(node.value):
            yield node.value
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and thousand(node):
            yield ast.unparse(node)


def thousand(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.Constant) and side.value == 1024 for side in (node.left, node.right))


def assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(names)
        for name, value in zip(names, values, strict=False):
            if isinstance(name, ast.Name) and of_a_limit.match(name.id) and value is not None and number(value):
                yield name.id


def outside() -> set[str]:
    paths = [path for path in sources(*RINGS) if path != LIMITS and path.parts[:2] != ("services", "demo")]
    return {f"{path.as_posix()}:{each}" for path in paths for each in found_in(parsed(path))}


def test_no_limit_stands_outside_the_one_place_for_them() -> None:
    assert outside() - domain.keys() == set()


@pytest.mark.parametrize(
    "planted",
    [
        "LARGEST_FILE = 7",
        "X, LONGEST_LINE = 1, 2 * 3",
        "BODY_BYTES: int = 5",
        "httpx.Client(timeout=3.5)",
        "create_engine(url, pool_size=4)",
        "x = 64 * 1024",
        "x = '-c statement_timeout=60000'",
        "x = f'{y} lock_timeout = 5s'",
    ],
)
def test_a_limit_written_elsewhere_is_found(planted: str) -> None:
    assert list(found_in(ast.parse(planted)))


@pytest.mark.parametrize("planted", ["LARGEST_FILE = limits.X", "Client(timeout=HTTP_S)", "x = 'lock_timeout = 0'"])
def test_a_limit_that_is_only_used_is_not(planted: str) -> None:
    assert not list(found_in(ast.parse(planted)))


def test_no_reason_is_given_for_what_is_not_there() -> None:
    assert {name for name in domain if name not in outside()} == set()
