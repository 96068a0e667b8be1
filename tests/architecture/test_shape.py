"""Small by habit, the same everywhere, and called by the domain's words."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import (
    EVERYWHERE,
    RINGS,
    ROOT,
    SERVICES,
    definitions,
    lines_without_docstring,
    parsed,
    sources,
    words,
)

FILE_LINES, FUNCTION_LINES = 200, 30
SLACK = 20
"""Lines that a ceiling may lie above what it bounds: a longer file may become shorter, never longer again."""

LIST = "a list of declarations: each is short, and they are looked up together"
ONE_STORY = "one story that is harder to follow in two files"

longer_files = {
    "services/reporting/events.py": (530, LIST),
    "services/reporting/commands.py": (550, LIST),
    "services/reporting/api.py": (500, LIST),
    "services/command.py": (280, LIST),
    "services/demo/stage.py": (220, ONE_STORY),
    "services/evidence/aggregates/evidence_item.py": (220, ONE_STORY),
    "services/evidence/aggregates/information_return.py": (220, ONE_STORY),
    "services/evidence/aggregates/self_evaluation.py": (220, ONE_STORY),
    "services/evidence/api.py": (240, LIST),
    "services/evidence/commands.py": (420, LIST),
    "services/evidence/events.py": (360, LIST),
    "services/participation/aggregates/safeguarding.py": (220, ONE_STORY),
    "services/participation/api.py": (260, LIST),
    "services/participation/commands.py": (360, LIST),
    "services/participation/events.py": (370, LIST),
    "services/scheduling/api.py": (270, LIST),
    "services/scheduling/commands.py": (380, LIST),
    "shared/edges/access.py": (260, "who may say what is judged in one place"),
    "shared/edges/bus.py": (230, "publishing and listening share what a broken line means"),
    "shared/edges/admitting.py": (210, "who is let in is judged in one place"),
    "shared/edges/http.py": (320, "all that a route can be"),
    "shared/edges/logs.py": (240, "what a log line may hold is judged in one place"),
    "shared/contracts/scheduling.py": (230, LIST),
    "shared/edges/settings.py": (330, LIST),
    "shared/edges/strict_json.py": (230, "one parser"),
    "shared/messages.py": (270, "what a message may be is said in one place"),
    "shared/sealing/keyring.py": (220, "all that a service asks of its keys"),
    "shared/sourcing/event_log.py": (220, "all that is asked of a log"),
    "shared/sourcing/hearing.py": (310, "what is heard, repaired and parked is one protocol"),
    "shared/vocabulary/catalogue.py": (210, LIST),
    "shared/sourcing/running.py": (320, "the one way anything changes"),
}
longer_functions = {
    "services/reporting/aggregates/drafting.py:draft_report": (40, "all that a report begins with"),
    "services/reporting/aggregates/evaluation.py:evolve": (40, "a case a fact"),
    "services/reporting/aggregates/publication.py:publish_report": (40, "all that a publication says"),
    "shared/edges/identity/tokens_api.py:tokens_api": (50, "a list of short routes"),
    "shared/audit/api.py:_open_to_all": (40, "a list of short routes"),
    "shared/edges/record.py:record_api": (60, "a list of short routes"),
    "shared/sourcing/merkle.py:entry_bytes": (40, "a leaf's members in their frozen order"),
}


def test_all_four_services_have_the_same_files() -> None:
    must = {
        "__init__.py", "service.py", "commands.py", "events.py", "policies.py", "api.py", "aggregates", "read_models"
    }  # fmt: skip
    found = {name: {path.name for path in (ROOT / "services" / name).iterdir()} - {"__pycache__"} for name in SERVICES}
    assert {name: files - {"pages"} for name, files in found.items()} == dict.fromkeys(SERVICES, must)


def file_lengths() -> dict[str, int]:
    return {str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path in sources(*RINGS)}


def function_lengths() -> dict[str, int]:
    lengths: dict[str, int] = {}
    for path in sources(*RINGS):
        for node in definitions(path):
            if not isinstance(node, ast.ClassDef):
                key = f"{path}:{node.name}"
                lengths[key] = max(lengths.get(key, 0), lines_without_docstring(node))
    return lengths


@pytest.mark.parametrize(
    ("measured", "limit", "longer"),
    [(file_lengths, FILE_LINES, longer_files), (function_lengths, FUNCTION_LINES, longer_functions)],
    ids=["files", "functions"],
)
def test_what_is_longer_than_the_habit_has_a_reason_and_a_ceiling(measured, limit, longer) -> None:
    lengths = measured()
    assert {where: n for where, n in lengths.items() if n > longer.get(where, (limit, ""))[0]} == {}
    assert [where for where in longer if lengths.get(where, 0) <= limit] == [], "no longer an exception"
    assert [where for where, (most, _) in longer.items() if most - lengths[where] >= SLACK] == [], "lower its ceiling"


BANNED = {"manager", "helper", "util", "processor", "base", "dto", "impl", "data", "info", "entity"}
BANNED |= {f"{word}s" for word in BANNED} | {"entities"}


@pytest.mark.parametrize("path", sources("services", "shared", "bench", "deploy", "docs"), ids=str)
def test_names_say_what_something_is(path: Path) -> None:
    names = [path.stem, path.parent.name, *(node.name for node in definitions(path))]
    assert [name for name in names if BANNED & set(words(name))] == []


def test_a_banned_word_is_found_in_a_name_but_not_within_a_word() -> None:
    assert words("UserDTO") == ["user", "dto"]
    assert BANNED & set(words("load_data"))
    assert BANNED & set(words("SessionManager"))
    assert not BANNED & set(words("open_database"))


@pytest.mark.parametrize("path", sources(*EVERYWHERE), ids=str)
def test_every_module_opens_with_a_sentence(path: Path) -> None:
    said = ast.get_docstring(parsed(path)) or ""
    assert said.split("\n\n")[0].rstrip().endswith((".", "?", "!"))
