"""What is sent to us is read one way only, or refused with a pointer to what is wrong."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.edges import strict_json
from shared.edges.strict_json import (
    BodyTooLarge,
    KeyTwice,
    NestedTooDeep,
    NotANumber,
    NotJson,
    NotText,
    NotUtf8,
    NumberTooLarge,
    TextTooLong,
    TooManyItems,
    TooManyKeys,
    TooManyValues,
    loads,
)
from shared.errors import Refused

BAD_REQUEST, TOO_LARGE = 400, 413

refused_at = {
    '{"a": NaN}': (NotANumber, "/a"),
    '{"a": [0, Infinity]}': (NotANumber, "/a/1"),
    "-Infinity": (NotANumber, ""),
    '{"a": 1, "a": 1}': (KeyTwice, "/a"),
    r'{"b": [{"a": 1, "\u0061": 2}]}': (KeyTwice, "/b/0/a"),
    r'{"a": {"b": "\ud800"}}': (NotText, "/a/b"),
    r'["\udc00\ud800"]': (NotText, "/0"),
    r'{"a": "\u0000"}': (NotText, "/a"),
    r'{"a": {"\u0000": 1}}': (NotText, "/a"),
    r'{"a": {"\udfff": 1}}': (NotText, "/a"),
    '{"a": 9007199254740993}': (NumberTooLarge, "/a"),
    '{"a": -9007199254740993}': (NumberTooLarge, "/a"),
    '{"a": [1e400]}': (NumberTooLarge, "/a/0"),
    '{"a": -1e400}': (NumberTooLarge, "/a"),
    '{"a": ' + "9" * 5_000 + "}": (NumberTooLarge, "/a"),
    '{"a": "' + "x" * (64 * 1024 + 1) + '"}': (TextTooLong, "/a"),
    '{"a": "' + "é" * (32 * 1024 + 1) + '"}': (TextTooLong, "/a"),
    '{"a": [' + "0," * 1_000 + "0]}": (TooManyItems, "/a"),
    '{"a": {' + ",".join(f'"k{n}": 0' for n in range(1_001)) + "}}": (TooManyKeys, "/a"),
}


@pytest.mark.parametrize("body", refused_at, ids=lambda body: body[:30])
def test_what_could_be_understood_differently_is_refused_where_it_is(body: str) -> None:
    why, pointer = refused_at[body]
    with pytest.raises(why) as refused:
        loads(body.encode())
    assert refused.value.details == {"pointer": pointer}


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "{",
        "[1,]",
        '{"a": 1,}',
        "{a: 1}",
        "'a'",
        "01",
        "1.",
        "+1",
        "nul",
        "1 2",
        '"\n"',
        r'"\x00"',
        '"a',
        "\ufeff1",
        "][",
    ],
)
def test_malformed_json_is_refused_with_the_place(body: str) -> None:
    with pytest.raises(NotJson) as refused:
        loads(body.encode())
    assert 0 <= refused.value.details["character"] <= len(body)  # type: ignore[operator]


@pytest.mark.parametrize("raw", [b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\x80"', '"a"'.encode("utf-16")])
def test_what_is_not_utf8_is_refused(raw: bytes) -> None:
    with pytest.raises(NotUtf8):
        loads(raw)


def test_the_limits_themselves_are_still_taken() -> None:
    assert loads(b"[" * 32 + b"]" * 32)
    assert loads(b"[9007199254740992, -9007199254740992]") == [2**53, -(2**53)]
    assert loads(json.dumps("x" * 64 * 1024).encode())
    assert len(loads(json.dumps({f"k{n}": n for n in range(1_000)}).encode())) == 1_000
    assert len(loads(json.dumps([0] * 1_000).encode())) == 1_000
    assert loads(b"1" + b" " * (1024 * 1024 - 1)) == 1


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"[" * 33 + b"]" * 33, NestedTooDeep),
        (b"[" * 33, NestedTooDeep),
        (b'{"a":' * 33 + b"1" + b"}" * 33, NestedTooDeep),
        (b"[{" * 100 + b"}]" * 100, NestedTooDeep),
        (b"[]" + b"[" * 90_000 + b"]" * 90_000, NestedTooDeep),
        (b"[" * 100_000 + b"]" * 100_000, NestedTooDeep),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, NestedTooDeep),
        (b'["\\"", ' * 100_000, NestedTooDeep),
        (b"[" * 1_000_000, TooManyValues),
        (b"[" + b"0," * 500_000 + b"0]", TooManyValues),
        (b"1" + b" " * 1024 * 1024, BodyTooLarge),
    ],
    ids=lambda part: str(part[:12]) if isinstance(part, bytes) else part.__name__,
)
def test_the_deep_and_the_huge_are_refused_before_they_are_built(raw: bytes, why: type[Refused]) -> None:
    limit = sys.getrecursionlimit()
    with pytest.raises(why):
        loads(raw)
    assert sys.getrecursionlimit() == limit


def test_brackets_and_quotes_inside_texts_are_not_nesting() -> None:
    body = {"a": "[" * 100, "b": '\\"[' * 50 + "\\", "c": ["{" * 100, '\\\\"' * 50]}
    assert loads(json.dumps(body).encode()) == body


def test_malformed_is_400_and_too_large_is_413() -> None:
    statuses = {
        why: why.status for why in vars(strict_json).values() if isinstance(why, type) and issubclass(why, Refused)
    }
    del statuses[Refused]
    too_large = {BodyTooLarge, TooManyValues, TooManyKeys, TooManyItems, TextTooLong}
    assert {why for why, status in statuses.items() if status == TOO_LARGE} == too_large
    assert {status for why, status in statuses.items() if why not in too_large} == {BAD_REQUEST}


def test_a_pointer_holds_names_of_fields_and_never_somebodys_words() -> None:
    with pytest.raises(NotANumber) as refused:
        loads(b'{"views": [{"Morag said she was scared": {"a": NaN}}]}')
    assert refused.value.details == {"pointer": "/views/0"}


plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | plain_text,
    lambda inside: st.lists(inside) | st.dictionaries(plain_text, inside),
)


@given(plain, st.booleans())
def test_any_plain_value_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:  # noqa: FBT001
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


scraps = st.lists(
    st.sampled_from([*'[]{}:,"\\', "\\u", "d800", "0000", "1e999", "-", "NaN", "true", '"a"', '"a":', " ", "é", "\n"])
)


@given(
    st.binary()
    | scraps.map("".join).map(str.encode)
    | st.tuples(plain, st.binary()).map(lambda two: json.dumps(two[0]).encode() + two[1])
)
def test_no_bytes_do_worse_than_being_refused(raw: bytes) -> None:
    try:
        value = loads(raw)
    except Refused as refused:
        assert refused.status in {BAD_REQUEST, TOO_LARGE}  # noqa: PT017
    else:
        assert loads(json.dumps(value).encode()) == value
