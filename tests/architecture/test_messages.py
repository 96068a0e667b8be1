"""What the services say: every fact, command, refusal and decision in words, and nobody's words in the clear."""

import ast
from collections import Counter
from importlib import import_module
from typing import Any, get_type_hints

import pytest

from docs.declared import everything
from shared.edges.everywhere import READ_MODELS
from shared.errors import refusals
from shared.messages import Confidential, Words, command_types, event, event_type_of, event_types, sealed
from tests.architecture.tree import (
    RINGS,
    ROOT,
    SERVICES,
    has_its_own_docstring,
    ours,
    parsed,
    service,
    sources,
)

everything()
declared = {name: service(name) for name in SERVICES}


def test_every_fact_command_and_refusal_says_what_it_is() -> None:
    kinds = [kind.cls for kind in event_types.values()] + [*command_types.values(), *refusals.values()]
    assert [kind for kind in kinds if ours(kind) and not has_its_own_docstring(kind)] == []


def test_every_decision_policy_and_projection_says_why() -> None:
    said = [allowed.decide for each in declared.values() for a in each.aggregates for allowed in a.decisions.values()]
    said += [policy for each in declared.values() for policies in each.policies.values() for policy in policies]
    assert [function for function in said if not (function.__doc__ or "").strip()] == []


def test_no_two_refusals_say_the_same() -> None:
    sentences = Counter(refusal.sentence() for refusal in refusals.values() if ours(refusal))
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_every_command_is_somebodys() -> None:
    decided = {command for each in declared.values() for a in each.aggregates for command in a.decisions}
    assert [name for name, command in command_types.items() if ours(command) and command not in decided] == []


def test_a_fact_is_kept_by_the_service_that_decides_it() -> None:
    for name, kind in event_types.items():
        if ours(kind.cls) and not name.startswith("speir."):
            owner = name.partition(".")[0]
            assert kind.cls.__module__ in (f"services.{owner}.events", f"shared.contracts.{owner}")


@pytest.mark.parametrize("module", ["shared.contracts.scheduling", "services.scheduling.events"])
@pytest.mark.parametrize("hint", [str, str | None, tuple[str, ...], float, dict[str, str], Any])
def test_words_in_the_clear_are_refused_where_a_fact_is_declared(module: str, hint: Any) -> None:
    planted = type("SomethingSaid", (), {"__module__": module, "__annotations__": {"said": hint}})
    with pytest.raises(TypeError, match=r"SomethingSaid\.said"):
        event(planted)


def test_a_published_fact_seals_nothing() -> None:
    members = {"__annotations__": {"person_id": int, "said": Confidential}, "said": sealed(under="person_id")}
    planted = type("SomethingSaid", (), {"__module__": "shared.contracts.scheduling", **members})
    with pytest.raises(TypeError, match="only a private fact"):
        event(planted)


def test_a_fact_is_sealed_under_a_field_that_it_has() -> None:
    for said in (sealed(under="person_id"), sealed(under="body_id", within="inspection_id")):
        members = {"__annotations__": {"body_id": int, "said": Confidential}, "said": said}
        planted = type("SomethingSaid", (), {"__module__": "services.scheduling.events", **members})
        with pytest.raises(TypeError, match="under a field"):
            event(planted)


def test_whoever_takes_part_in_an_inspection_has_a_key_that_goes_with_it_and_staff_do_not() -> None:
    apart = {
        kind.name: kind.within[name]
        for kind in event_types.values()
        for name, under in kind.sealed
        if under not in {"inspection_id", "programme_id"} and kind.cls.__module__.startswith("services.")
    }
    assert apart == {
        "participation.SpeakingAskedFor": "inspection_id",
        "participation.VolunteeringAskedFor": "inspection_id",
        "participation.ConcernRaised": "inspection_id",
        "scheduling.TeamMemberRegistered": "",
        "scheduling.ConflictMitigated": "",
    }


def test_what_a_policy_asks_for_holds_nobodys_words() -> None:
    asked = {
        command
        for each in declared.values()
        for policies in each.policies.values()
        for policy in policies
        for command in getattr(get_type_hints(policy)["return"], "__args__", ())
        if command in command_types.values()
    }
    worded = [
        c for c in asked for hint in get_type_hints(c).values() if Words in (hint, *getattr(hint, "__args__", ()))
    ]
    assert worded == []


def test_a_row_of_a_read_model_belongs_to_one_stream() -> None:
    keys = {model.name: next(iter(model.table.primary_key)).name for s in declared.values() for model in s.read_models}
    assert keys == dict.fromkeys(keys, "stream")
    assert keys


def test_read_models_of_different_services_have_different_names() -> None:
    names = Counter(
        model.table.name for each in declared.values() for model in set(each.read_models) - set(READ_MODELS)
    )
    assert [name for name, times in names.items() if times > 1] == []
    assert all(set(READ_MODELS) <= set(each.read_models) for each in declared.values())


def contract_modules() -> list[str]:
    return [path.stem for path in sources("shared/contracts") if path.stem != "__init__"]


def test_only_services_publish_and_only_services_are_heard() -> None:
    assert set(contract_modules()) == set(SERVICES)
    for name, each in declared.items():
        assert set(each.hears) <= set(SERVICES) - {name}


def test_every_service_that_publishes_is_heard_by_somebody() -> None:
    assert set(contract_modules()) == {producer for each in declared.values() for producer in each.hears}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_hears_whom_it_reacts_to_and_shows(name: str) -> None:
    each = declared[name]
    facts = [*each.policies, *(fact for model in each.read_models for fact in model.projections)]
    producers = {event_type_of(fact).name.partition(".")[0] for fact in facts} - {name, "speir"}
    assert producers <= set(each.hears)
    assert [fact for fact in facts if event_type_of(fact).name.partition(".")[0] in producers
            and not event_type_of(fact).published] == []  # fmt: skip


NOT_A_DECISIONS_TO_ASK = {
    ("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time"),
    ("uuid", "uuid4"), ("uuid", "uuid1"), ("os", "urandom"), ("os", "environ"), ("random", "random"),
    ("random", "choice"),
}  # fmt: skip
NOT_A_DECISIONS_TO_IMPORT = {
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "asyncio",
    "urllib",
    "http",
    "uuid4",
    "uuid1",
}


def decisions() -> list[Any]:
    kinds = ("commands.py", "events.py", "policies.py")
    found = [path for path in sources("services") if path.name in kinds or "aggregates" in path.parts]
    return [*found, *sources("shared/contracts", "shared/vocabulary", "shared/methodologies")]


@pytest.mark.parametrize("path", decisions(), ids=str)
def test_a_decision_asks_neither_the_clock_nor_chance(path: Any) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in NOT_A_DECISIONS_TO_ASK, f"line {node.lineno}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
            assert not {name.partition(".")[0] for name in names} & NOT_A_DECISIONS_TO_IMPORT, f"line {node.lineno}"


def test_no_code_asks_for_a_methodology_by_its_key() -> None:
    keys = {path.stem.partition("@")[0] for path in (ROOT / "shared/methodologies").glob("*.toml")}
    assert keys
    for path in sources(*RINGS):
        if "demo" not in path.parts:  # a demonstration is a caller: it commissions one
            text = (ROOT / path).read_text("utf-8")
            assert [key for key in keys if key in text] == [], path


def test_appending_notifies_nobody() -> None:
    for path in sources(*RINGS):
        text = (ROOT / path).read_text("utf-8").lower()
        assert "pg_notify" not in text, path
        assert "notify " not in text, path


def test_a_service_is_declared_under_its_own_name() -> None:
    for name, each in declared.items():
        assert each.name == name
        assert import_module(f"services.{name}.api").api.service == name
