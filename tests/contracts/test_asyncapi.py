"""What is told on the bus is what its description says, and is a CloudEvent to everybody else's library too."""

import json
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from docs.asyncapi import asyncapi, envelope_schema, schema
from docs.declared import events
from docs.generate import written
from shared.edges.settings import SERVICES
from shared.messages import EventType
from shared.methodologies import edition
from shared.methodologies.shape import Edition
from shared.sourcing import codec
from shared.sourcing.telling import envelope, partition_of, told
from shared.vocabulary.areas import Area, area_of
from shared.vocabulary.identity import EditionKey

published = [kind for name in SERVICES for kind in events(name) if kind.published]
ABOUT = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")

samples: dict[Any, Any] = {
    UUID: ABOUT,
    int: 3,
    bool: True,
    str: "code-1",
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 9, 30, 0, 250, tzinfo=UTC),
    bytes: b"\x00\xff",
    NoneType: None,
    Area: area_of(["S12000047"]),
    Edition: edition(EditionKey("supervision-at-home@2025-2")),
}


def sample(hint: Any) -> Any:
    """Something that an annotation allows."""
    if hint in samples:
        return samples[hint]
    if hasattr(hint, "__supertype__"):
        return sample(hint.__supertype__)
    if get_origin(hint) is tuple:
        return (sample(get_args(hint)[0]),)
    if get_origin(hint) in (Union, UnionType):
        return sample(get_args(hint)[0])
    if issubclass(hint, Enum):
        return next(iter(hint))
    return hint(**{name: sample(member) for name, member in get_type_hints(hint).items()})


def message(kind: EventType) -> bytes:
    """A fact as the bus carries it."""
    body = codec.canonical(sample(kind.cls))
    row: Any = SimpleNamespace(
        event_id=ABOUT, type=kind.name, about=str(ABOUT), recorded_us=1_772_443_800_000_250, body=body,
        schema_version=kind.version, partition=partition_of(str(ABOUT)), number=12,
    )  # fmt: skip
    return envelope(kind.name.partition(".")[0], row)


def test_the_description_that_is_checked_in_is_what_the_code_says() -> None:
    assert json.loads(written().get("asyncapi.json", "{}")) == asyncapi(), "run: make docs"


def test_the_description_holds_every_published_fact_and_no_private_one() -> None:
    described = asyncapi()
    assert set(described["components"]["messages"]) == {kind.name for kind in published}
    assert {each["address"] for each in described["channels"].values()} == {f"speir.{name}" for name in SERVICES}
    for each in described["channels"].values():
        for reference in each["messages"].values():
            assert reference["$ref"].removeprefix("#/components/messages/") in described["components"]["messages"]


@pytest.mark.parametrize("kind", published, ids=lambda kind: kind.name)
def test_what_is_told_is_what_is_described(kind: EventType) -> None:
    described = envelope_schema(kind)
    Draft202012Validator.check_schema(described)
    Draft202012Validator(described, format_checker=FormatChecker()).validate(json.loads(message(kind)))


@pytest.mark.parametrize("kind", published, ids=lambda kind: kind.name)
def test_what_is_told_is_a_cloud_event_and_is_heard_as_it_was_told(kind: EventType) -> None:
    raw = message(kind)
    read = JSONFormat().read(CloudEvent, raw)
    assert read.get_specversion() == "1.0"
    assert (read.get_type(), read.get_subject(), read.get_id()) == (kind.name, str(ABOUT), str(ABOUT))
    assert read.get_time() == samples[datetime]
    assert (read.get_extension("partition"), read.get_extension("number")) == (partition_of(str(ABOUT)), 12)
    assert told(raw).fact == sample(kind.cls)


@pytest.mark.parametrize("kind", published, ids=lambda kind: kind.name)
def test_who_did_it_where_in_the_log_and_on_what_authority_is_not_told(kind: EventType) -> None:
    assert not {"actor", "authority", "role", "stream", "position", "version", "correlation"} & set(
        json.loads(message(kind))
    )


def test_a_wrong_member_is_told_apart() -> None:
    kind = published[0]
    wrong = json.loads(message(kind)) | {"number": 0}
    with pytest.raises(ValidationError):
        Draft202012Validator(envelope_schema(kind)).validate(wrong)


def test_a_list_an_option_and_a_code_are_described_as_they_are_written() -> None:
    assert schema(tuple[int, ...]) == {"type": "array", "items": {"type": "integer"}}
    assert schema(date | None) == {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
    assert schema(EditionKey) == {"type": "string", "title": "EditionKey"}
