"""Methodologies are data: each edition fits one form, is never edited once used, and no code asks for it by name."""

import ast
from collections.abc import Collection
from dataclasses import FrozenInstanceError, is_dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, get_args, get_type_hints

import pytest

from shared import methodologies
from shared.methodologies import DoesNotFit, Edition, UnknownEdition, edition, editions, load, parts, shape
from shared.vocabulary.bodies import LISTED_BODIES, ScrutinyBody
from shared.vocabulary.framework import NameStatus, indicator
from shared.vocabulary.identity import EditionKey
from shared.vocabulary.methods import (
    Attribution,
    Closing,
    Delivery,
    OutputForm,
    OutputScope,
    ReachUnit,
    ReturnKind,
    StepKind,
)
from shared.vocabulary.participation import ContributorKind, ParticipationChannel

FIRST: Final = EditionKey("supervision-at-home@2025-1")
SECOND: Final = EditionKey("supervision-at-home@2025-2")
AT_HOME: Final = (FIRST, SECOND)
ROOT: Final = Path(methodologies.__file__).parents[2]

AS_USED: Final = {
    EditionKey(
        "community-justice-partnerships@2018-1"
    ): "dd26e42167531b4e12875b7c64b6c28c929cacdb7e1d5412fec7182b79e0b515",
    EditionKey("diversion-from-prosecution@2023-1"): "e73faff560f6fae1d9e2e5a6e54fec277aac2b116c34057c1ea2f81866d09908",
    EditionKey("justice-self-evaluation@2024-1"): "093460d3144278998c06acbb2e9432fbc4c5e9304f205cf99fc62bda6060bda7",
    EditionKey("prison-based-social-work@2023-1"): "467e6fe0a54527e0bf7133209ccdc73a5deb0d1f479456dd78dc11228a774473",
    EditionKey("prison-based-social-work@2026-1"): "1295f4341566a40b1e0041ae527dbdfdcf4287a1aaf008cd8c65658359ae2024",
    EditionKey("supervision-at-home@2025-1"): "b8a39c273720b9bdcb4a0f3add4872ddf516ee1e5924e37e97d230cee2bc07ff",
    EditionKey("supervision-at-home@2025-2"): "413d62c0bbf4451cdc83cd57e2862b9147cbcf0ce0538cb003e4f8d2f44f1521",
    EditionKey("throughcare@2021-1"): "0704c01309cc8ffd805ee1e401d9bee90ad50ca7df49adb861a7401cf3c9cb6e",
}
"""The SHA-256 of every edition's bytes. A new edition is a new row; a row that is here never changes."""


def bytes_of(key: str) -> bytes:
    return files(methodologies).joinpath(f"{key}.toml").read_bytes()


def text_of(key: str = SECOND) -> str:
    return bytes_of(key).decode()


def test_an_edition_that_was_used_is_never_edited() -> None:
    assert {key: sha256(bytes_of(key)).hexdigest() for key in editions()} == AS_USED


def names_asked_for(code: str, keys: Collection[str]) -> set[str]:
    """The texts in some code (docstrings apart) that are a methodology's key, or an edition's name."""
    tree = ast.parse(code)
    bare = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in bare)
    return {text for text in texts if isinstance(text, str) and text.partition("@")[0] in keys}


def test_no_code_asks_for_a_methodology_by_name() -> None:
    keys = {one.key for one in editions().values()}
    code = [file for folder in ("services", "shared") for file in (ROOT / folder).rglob("*.py")]
    asked = [file for file in code if names_asked_for(file.read_text(encoding="utf-8"), keys)]
    # The demonstration tells the story of one inspection, and so may name what it follows.
    assert [file for file in asked if not file.relative_to(ROOT).as_posix().startswith("services/demo")] == []
    assert asked, "the demonstration does, so the search finds what there is"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('if key == "throughcare": pass', {"throughcare"}),
        ('edition("throughcare@2021-1")', {"throughcare@2021-1"}),
        ('f"throughcare@{year}"', {"throughcare@"}),
        ('match key:\n    case "throughcare": pass', {"throughcare"}),
        ('"""Statutory throughcare."""', set()),
        ('title = "Licences of throughcare"', set()),
    ],
)
def test_a_key_is_told_from_the_domains_word(code: str, found: set[str]) -> None:
    assert names_asked_for(code, {"throughcare"}) == found


def test_an_edition_is_found_by_its_key_or_refused() -> None:
    assert edition(SECOND).name == SECOND
    with pytest.raises(UnknownEdition) as refused:
        edition(EditionKey("supervision-at-home@2025-3"))
    assert refused.value.status == 422


@pytest.mark.parametrize("key", list(AS_USED))
def test_an_edition_can_be_kept_but_not_changed(key: EditionKey) -> None:
    one = edition(key)
    assert hash(one) == hash(load(text_of(key)))
    with pytest.raises(FrozenInstanceError):
        one.key = one.key  # type: ignore[misc]


def test_the_first_edition_is_as_it_was_announced() -> None:
    first = edition(FIRST)
    assert first.indicators == ("2.1", "5.3", "9.2")
    assert (first.reach.at_most, first.period.weeks, first.period.looks_back_years) == (6, 12, 2)
    assert first.evaluation.scale == "ci-six-point"


def test_the_second_edition_is_as_it_was_published_later() -> None:
    second = edition(SECOND)
    assert second.indicators == ("2.1", "5.3", "5.4", "9.2")
    assert (second.reach.at_most, second.period.weeks, second.period.counts_to) == (4, 21, "publication")


def test_the_published_footprint_has_nineteen_steps_in_their_weeks() -> None:
    weeks = {step.code: (step.week_from, step.week_to) for step in edition(SECOND).steps}
    assert weeks == {
        "notification": (1, 1),
        "first-meeting": (2, 2),
        "pre-inspection-return": (3, 3),
        "document-return": (4, 4),
        "surveys-arranged": (4, 4),
        "staff-survey": (4, 7),
        "children-and-families-surveys": (4, 8),
        "discussion-1": (5, 5),
        "evidence-analysis": (6, 6),
        "records-review": (8, 8),
        "discussion-2": (11, 11),
        "on-site": (12, 12),
        "final-analysis": (13, 13),
        "discussion-3": (15, 15),
        "panel": (17, 17),
        "first-draft": (17, 17),
        "embargoed-report": (20, 20),
        "publication": (21, 21),
        "follow-up": (22, 27),
    }
    assert len(weeks) == 19


@pytest.mark.parametrize("key", AT_HOME)
def test_a_joint_inspection_has_two_listed_partners_at_least_and_tells_five_offices(key: EditionKey) -> None:
    one = edition(key)
    assert one.partners_at_least == 2
    assert set(one.partners) <= LISTED_BODIES
    assert one.partners[0] == "care-inspectorate"
    assert len(one.notifies) == 5


@pytest.mark.parametrize("key", AT_HOME)
def test_every_indicator_evaluated_has_a_name_that_was_checked(key: EditionKey) -> None:
    for asked in edition(key).evaluation.indicators:
        known = indicator(asked.code)
        assert (known.title, known.name_status) == (asked.title, NameStatus.VERIFIED)


@pytest.mark.parametrize("key", AT_HOME)
def test_surveys_close_by_themselves_and_hear_children_families_and_staff(key: EditionKey) -> None:
    surveys = [step for step in edition(key).steps if step.kind is StepKind.SURVEY]
    assert {step.closes_with for step in surveys} == {Closing.WINDOW}
    assert {kind for step in surveys for kind in step.hears} == {"child", "young_person", "parent_carer", "staff"}


@pytest.mark.parametrize("key", AT_HOME)
def test_a_position_statement_has_at_most_five_thousand_words(key: EditionKey) -> None:
    limits = {request.kind: request.max_words for request in edition(key).requests}
    assert limits[ReturnKind.POSITION_STATEMENT] == 5000
    assert set(limits) == {
        ReturnKind.PRE_INSPECTION_RETURN,
        ReturnKind.DOCUMENT_RETURN,
        ReturnKind.POSITION_STATEMENT,
    }


@pytest.mark.parametrize("key", AT_HOME)
def test_an_area_gets_one_report_and_an_accessible_one(key: EditionKey) -> None:
    forms = [(output.form, output.per) for output in edition(key).outputs]
    assert forms.count((OutputForm.REPORT, OutputScope.AREA)) == 1
    assert forms.count((OutputForm.ACCESSIBLE_REPORT, OutputScope.AREA)) == 1


def of(name: str) -> Edition:
    return edition(EditionKey(name))


def forms(one: Edition) -> dict[OutputForm, OutputScope]:
    return {output.form: output.per for output in one.outputs}


def test_every_council_evaluates_itself_and_letters_come_before_a_report_that_names_none() -> None:
    one = of("justice-self-evaluation@2024-1")
    assert (one.reach.every, one.attribution, one.evaluation.published) == (True, Attribution.NOT_ATTRIBUTED, False)
    assert one.validation is not None
    assert (one.validation.planned, [each.code for each in one.validation.indicators]) == (4, ["6.4"])
    assert forms(one) == {
        OutputForm.VALIDATION_LETTER: OutputScope.AREA,
        OutputForm.NATIONAL_REPORT: OutputScope.NATION,
    }
    assert one.outputs[1].after == (OutputForm.VALIDATION_LETTER,)
    (asked,) = one.requests
    assert (asked.kind, asked.due_week) == (ReturnKind.SELF_EVALUATION, 12)


def test_a_second_phase_covers_what_the_first_one_left_and_prisons_keep_their_own_scale() -> None:
    first, second = of("prison-based-social-work@2023-1"), of("prison-based-social-work@2026-1")
    assert first.phase is not None
    assert second.phase is not None
    assert (first.phase.number, second.phase.number) == (1, 2)
    assert set(first.phase.covers) == {"governance", "leadership", "accountability"}
    assert set(first.phase.leaves) == {"quality-of-practice", "participation-in-custody"}
    assert set(first.phase.leaves) < set(second.phase.covers)
    assert second.phase.leaves == ()
    assert first.scale_of(ScrutinyBody.PRISONS) == "hmips"
    assert first.scale_of(ScrutinyBody.CARE_INSPECTORATE) == first.scale_of(None) == "ci-six-point"


def test_a_process_is_looked_at_in_eight_stages_with_cases_that_were_not_considered() -> None:
    one = of("diversion-from-prosecution@2023-1")
    assert [stage.code for stage in one.stages] == [
        "spr", "decision", "referral", "suitability", "intervention", "completion", "comm_accused", "comm_complainer"
    ]  # fmt: skip
    assert all(stage.agencies for stage in one.stages)
    assert one.strata == ("diverted", "not-considered")
    assert one.partners_at_least == len(one.partners) == 4


def test_what_is_delivered_remotely_has_no_step_on_site_and_reads_every_type_of_licence() -> None:
    one = of("throughcare@2021-1")
    assert (one.delivery, one.reach.at_most, one.reach.reason_needed) == (Delivery.REMOTE, 4, True)
    assert not any(step.on_site for step in one.steps)
    assert one.strata == ("sro", "stso", "extended", "parole", "non_parole", "life", "olr")
    assert {output.form: output.after for output in one.outputs}[OutputForm.NATIONAL_REPORT] == (
        OutputForm.FEEDBACK_LETTER,
    )
    assert ParticipationChannel.IN_PERSON not in one.participation.channels
    assert [step.hears for step in one.steps if step.anywhere] == [(ContributorKind.RECALLED_PERSON,)]


def test_only_where_it_is_said_are_people_heard_from_anywhere() -> None:
    assert [name for name, one in editions().items() if any(step.anywhere for step in one.steps)] == [
        "throughcare@2021-1"
    ]


def test_a_partnership_is_told_in_words_before_its_letter_and_gets_no_grades() -> None:
    one = of("community-justice-partnerships@2018-1")
    assert (one.reach.unit, one.partners_at_least) == (ReachUnit.COMMUNITY_JUSTICE_PARTNERSHIP, 1)
    assert {output.form: output.after for output in one.outputs} == {
        OutputForm.VERBAL_FEEDBACK: (),
        OutputForm.VALIDATION_LETTER: (OutputForm.VERBAL_FEEDBACK,),
    }
    assert (one.indicators, one.evaluation.published) == ((), False)


def test_the_six_types_have_eight_editions_and_the_listed_bodies_carry_them_out() -> None:
    assert len({one.key for one in editions().values()}) == 6
    assert len(editions()) == 8
    assert all(set(one.partners) <= LISTED_BODIES for one in editions().values())


MISFITS: Final = {
    "an unknown key": ('delivery = "hybrid"', 'delivery = "hybrid"\nspeed = 3', "speed: unknown key"),
    "an unknown key further in": ("at_most = 4", "at_most = 4\nat_least = 1", "reach.at_least: unknown key"),
    "a missing key": ("looks_back_years = 2\n", "", "period.looks_back_years: missing"),
    "text for a number": ("week_from = 2", 'week_from = "2"', "steps[1].week_from: expected a whole number"),
    "a fraction for a number": ("weeks = 21", "weeks = 21.0", "period.weeks: expected a whole number"),
    "a truth for a number": ("at_most = 4", "at_most = true", "reach.at_most: expected a whole number"),
    "less than none": ("at_most = 4", "at_most = -4", "reach.at_most: expected a whole number"),
    "a number for a truth": ("supporter_welcome = true", "supporter_welcome = 1", "participation.supporter_welcome: "),
    "a number for text": ('asked_by = "Scottish Ministers"', "asked_by = 7", "asked_by: expected text"),
    "empty text": ('asked_by = "Scottish Ministers"', 'asked_by = ""', "asked_by: expected text"),
    "a word outside the list": ('kind = "meeting"', 'kind = "party"', "steps[1].kind: expected one of notification"),
    "text for a list": ('modes = ["survey", "one_to_one", "group"]', 'modes = "survey"', "participation.modes: "),
    "an item outside the list": ('"one_to_one"', '"two_to_two"', "participation.modes[1]: expected one of"),
    "a list for a table": ("[reach]", "[[reach]]", "reach: expected a table"),
    "a cap of none": ("at_most = 4", "at_most = 0", "reach: at_most is 1 or more"),
    "a cap on every one": ("at_most = 4", "at_most = 4\nevery = true", "reach: at_most is 1 or more, and not with"),
    "an unknown scale": ('"ci-six-point"', '"five-stars"', "evaluation: there is no scale five-stars"),
    "an indicator twice": ('code = "5.4"', 'code = "5.3"', "evaluation: indicator 5.3 is named twice"),
    "an indicator misnamed": ('title = "Involving', 'title = "Asking', "evaluation: indicator 5.4 is not so called"),
    "one partner": ("partners_at_least = 2", "partners_at_least = 1", "too few partners"),
    "more partners than named": ("partners_at_least = 2", "partners_at_least = 5", "too few partners"),
    "a step twice": ('code = "discussion-2"', 'code = "discussion-1"', "step discussion-1 is named twice"),
    "a step that ends before": ("week_to = 7", "week_to = 3", "steps[5]: step staff-survey ends before it begins"),
    "nobody heard from anywhere": (
        'kind = "analysis"',
        'kind = "analysis"\nanywhere = true',
        "steps[8]: step evidence-analysis hears nobody",
    ),
    "weeks out of order": ("week_from = 13\nweek_to = 13", "week_from = 11\nweek_to = 13", "not in the order"),
    "a period that does not add up": ("weeks = 21", "weeks = 20", "period.weeks is not where counts_to ends"),
    "a return due at another time": ("due_week = 3", "due_week = 4", "pre_inspection_return is not due as its step"),
    "a sample without a step": ('step = "records-review"', 'step = "reading"', "sample reading has no step"),
    "a method not announced": ('  "literature",\n  "position_statement",\n  "record_reading",', "", "records-review"),
    "no sense at all": ("[reach]", "[reach", "Expected ']'"),
}


@pytest.mark.parametrize("case", list(MISFITS))
def test_a_file_that_does_not_fit_is_refused_with_the_place(case: str) -> None:
    right, wrong, message = MISFITS[case]
    assert right in text_of()
    with pytest.raises(DoesNotFit) as refused:
        load(text_of().replace(right, wrong, 1))
    assert message in str(refused.value)


def test_a_table_left_out_is_missed_by_its_name() -> None:
    with pytest.raises(DoesNotFit, match=r"^key: missing$"):
        load("")


def test_no_text_of_an_edition_is_anything_but_published_or_a_code() -> None:
    named = [one for module in (parts, shape) for one in vars(module).values() if is_dataclass(one)]
    hints = [hint for one in named for hint in get_type_hints(one).values()]
    assert Edition in named
    assert not [hint for hint in hints if str in (hint, *get_args(hint))]


CONTRADICTIONS: Final = {
    "a step on site of what is remote": ('delivery = "hybrid"', 'delivery = "remote"', "no step on site"),
    "an output that waits for none of its own": (
        'form = "accessible_report"\nper = "area"',
        'form = "accessible_report"\nper = "area"\nafter = ["feedback_letter"]',
        "waits for one that there is not",
    ),
}


@pytest.mark.parametrize(("written", "instead", "wrong"), CONTRADICTIONS.values(), ids=list(CONTRADICTIONS))
def test_an_edition_that_contradicts_itself_is_refused(written: str, instead: str, wrong: str) -> None:
    text = text_of().replace('code = "on-site"', 'code = "on-site"\non_site = true').replace(written, instead)
    with pytest.raises(DoesNotFit, match=wrong):
        load(text)
