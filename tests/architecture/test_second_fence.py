"""Whatever people ask to be shown of read models is read within the second fence; what is not is written down here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import definitions, sources

FOLDS = "folds a stream, which the gate let this request in to, or asks the clock"
JUDGES = "finds out what a decision or an answer rests on, and shows no row"
SECRET = "is let in by a secret, which names whose rows they are"

outside_the_fence = {
    "services/evidence/api.py:_noting_over_supply": FOLDS,
    "services/evidence/api.py:rehearse_disposal": FOLDS,
    "services/participation/api.py:clearance": JUDGES,
    "services/participation/api.py:show_volunteer": FOLDS,
    "services/participation/api.py:survey_state": FOLDS,
    "services/participation/api.py:take_answers": FOLDS,
    "services/reporting/api.py:_history": FOLDS,
    "services/reporting/api.py:benchmarks_beside": FOLDS,
    "services/reporting/api.py:read_embargoed_copy": SECRET,
    "services/reporting/api.py:with_clearance_and_content": FOLDS,
    "services/scheduling/api.py:_until_now": FOLDS,
    "services/scheduling/api.py:calendar": SECRET,
    "services/scheduling/api.py:show_team_member": FOLDS,
    "shared/edges/erasures.py:accept": JUDGES,
    "shared/edges/erasures.py:erasing_api": FOLDS,
    "shared/edges/http.py:shows": FOLDS,
    "shared/edges/identity/tokens_api.py:tokens_api": FOLDS,
    "shared/edges/record.py:progress": "counts of the log as a whole, for who keeps it going",
    "shared/edges/record.py:record_api": "the feed and the history: events, in which nothing is open",
}
"""A function at the edge that reads as the service itself, and why it may; nested ones go by the outermost."""


def reading_as_the_service(path: Path) -> Iterator[str]:
    """The outermost functions in which a log is read as the account that writes it."""
    functions = [each for each in definitions(path) if isinstance(each, ast.FunctionDef)]
    inner = {id(below) for each in functions for below in ast.walk(each) if below is not each}
    for each in functions:
        asked = {n.func.attr for n in ast.walk(each) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
        if id(each) not in inner and asked & {"reading", "snapshot"}:
            yield each.name


def test_whatever_people_are_shown_of_read_models_is_read_within_the_second_fence() -> None:
    names = ("api.py", "http.py", "record.py", "tokens_api.py", "erasures.py")
    routes = [path for path in sources("services", "shared/edges") if path.name in names]
    assert {f"{path}:{name}" for path in routes for name in reading_as_the_service(path)} == set(outside_the_fence)
