"""What the services tell on the bus, as an AsyncAPI 3.1 description: one channel a producer, one message a fact."""

from dataclasses import MISSING, fields
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from docs.declared import events, first_paragraph
from shared.edges.settings import SERVICES
from shared.messages import EventType

Json = dict[str, Any]

_plain: dict[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    NoneType: {"type": "null"},
}


def schema(hint: Any) -> Json:
    """The JSON Schema of what an annotation is written as."""
    if hint in _plain:
        return dict(_plain[hint])
    if hasattr(hint, "__supertype__"):
        return {**schema(hint.__supertype__), "title": hint.__name__}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": schema(get_args(hint)[0])}
    if get_origin(hint) in (Union, UnionType):
        return {"anyOf": [schema(arg) for arg in get_args(hint)]}
    if issubclass(hint, Enum):
        return {"title": hint.__name__, "enum": [member.value for member in hint]}
    return object_schema(hint)


def object_schema(declared: type) -> Json:
    """The JSON Schema of a frozen dataclass."""
    hints = get_type_hints(declared)
    members = [member for member in fields(declared) if member.init]
    required = [each.name for each in members if each.default is MISSING and each.default_factory is MISSING]
    described = {"title": declared.__name__, "description": first_paragraph(declared), "type": "object"}
    return {**described, "properties": {each.name: schema(hints[each.name]) for each in members}, "required": required}


def envelope_schema(kind: EventType) -> Json:
    """The JSON Schema of a fact in its CloudEvents 1.0 envelope."""
    producer = kind.name.partition(".")[0]
    members: Json = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"const": f"/speir/{producer}"},
        "type": {"const": kind.name},
        "subject": {"type": "string", "description": "what it is about: a programme, an inspection or a person"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "schemaversion": {"type": "integer", "minimum": 1, "maximum": kind.version},
        "partition": {"type": "integer", "minimum": 0, "maximum": 7},
        "number": {"type": "integer", "minimum": 1, "description": "dense within the partition: a gap is pulled"},
        "data": object_schema(kind.cls),
    }
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _message(kind: EventType) -> Json:
    return {
        "name": kind.name,
        "title": kind.cls.__name__,
        "summary": first_paragraph(kind.cls),
        "contentType": "application/cloudevents+json",
        "payload": envelope_schema(kind),
    }


def asyncapi() -> Json:
    """The whole description."""
    published = {name: [kind for kind in events(name) if kind.published] for name in SERVICES}
    messages = {kind.name: _message(kind) for kinds in published.values() for kind in kinds}
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Speir: what the services tell one another",
            "version": "v1",
            "description": "Published facts: ids, codes, dates, counts and published text, and nothing personal.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            name: {
                "address": f"speir.{name}",
                "title": f"What {name} tells",
                "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"} for kind in kinds},
                "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": f"speir.{name}", "type": "direct"}}},
            }
            for name, kinds in published.items()
        },
        "operations": {
            f"{name}Tells": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in published
        },
        "components": {"messages": messages},
    }
