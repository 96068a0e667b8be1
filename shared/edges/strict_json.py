"""What people and systems send us is read strictly: whatever two readers could understand differently is refused."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from shared.errors import Refused
from shared.limits import BODY_BYTES, JSON_DEPTH, JSON_ITEMS, JSON_KEYS, JSON_VALUES, TEXT_BYTES, WHOLE

one_kind_of_bracket: Final = str.maketrans("{}", "[]")
not_brackets: Final = re.compile(r"[^\[\]]+")
unfit_character: Final = re.compile("[\0\ud800-\udfff]")
plain_name: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


class BodyTooLarge(Refused):
    """The body is larger than 1 MiB; send less at a time, and files on their own route."""

    status = 413


class TooManyValues(Refused):
    """The body holds more than 100,000 values; send it in parts."""

    status = 413


class TooManyKeys(Refused):
    """An object of the body has more than 1,000 keys."""

    status = 413


class TooManyItems(Refused):
    """A list of the body has more than 1,000 items; send it in parts."""

    status = 413


class TextTooLong(Refused):
    """A text of the body is longer than 64 KiB."""

    status = 413


class NotUtf8(Refused):
    """The body is not valid UTF-8; encode it again."""

    status = 400


class NotJson(Refused):
    """The body is not valid JSON; see the character it stops making sense at."""

    status = 400


class NestedTooDeep(Refused):
    """The body is nested deeper than 32 objects and lists."""

    status = 400


class KeyTwice(Refused):
    """An object of the body names a key twice; name each once."""

    status = 400


class NotANumber(Refused):
    """NaN and Infinity are not JSON; leave the field out or send null where that is allowed."""

    status = 400


class NumberTooLarge(Refused):
    """A number of the body is too large to be read the same everywhere; whole numbers reach 2^53 either way."""

    status = 400


class NotText(Refused):
    """A text of the body holds a NUL character or half a surrogate pair; take it out."""

    status = 400


class Flaw(NamedTuple):
    """Something refused, and the way to it from the inside out."""

    why: type[Refused]
    way: tuple[str | int, ...] = ()


def loads(raw: bytes) -> Any:
    """Read a JSON text of at most 1 MiB into dicts, lists, strings, numbers, booleans and None.

    Refuses with a 400 what is malformed or ambiguous and with a 413 what is too large; where the place is known, the
    refusal's details hold its JSON pointer (RFC 6901), cut short at the first key that is not a plain name.
    """
    if len(raw) > BODY_BYTES:
        raise BodyTooLarge
    try:
        text = raw.decode()
    except UnicodeDecodeError as broken:
        raise NotUtf8(byte=broken.start) from None
    refuse_too_much(text)
    try:
        value = reader.decode(text)
    except json.JSONDecodeError as broken:
        raise NotJson(character=broken.pos) from None
    if flaw := flaw_in(value):
        raise flaw.why(pointer=pointer_to(flaw.way))
    return value


def refuse_too_much(text: str) -> None:
    """Refuse too much nesting and too many values before anything is built of them, in time linear in the text."""
    outside = "".join(text.replace("\\\\", "").replace('\\"', "").split('"')[::2])
    brackets = not_brackets.sub("", outside.translate(one_kind_of_bracket))
    if outside.count(",") > JSON_VALUES or brackets.count("[") > JSON_VALUES:
        raise TooManyValues
    for _ in range(JSON_DEPTH):
        brackets = brackets.replace("[]", "")
    if "[]" in brackets or brackets.count("[") > JSON_DEPTH:
        raise NestedTooDeep


def pairs_read(pairs: list[tuple[str, Any]]) -> Any:
    """Return the object of these pairs, or the flaw of having too many or one twice."""
    if len(pairs) > JSON_KEYS:
        return Flaw(TooManyKeys)
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    times = Counter(key for key, _ in pairs)
    return Flaw(KeyTwice, (times.most_common(1)[0][0],))


def whole_read(digits: str) -> int | Flaw:
    """Return a whole number within 2^53 either way; the length is looked at first, as long digits are slow to read."""
    if len(digits) > len(str(-WHOLE)) or abs(number := int(digits)) > WHOLE:
        return Flaw(NumberTooLarge)
    return number


def fraction_read(digits: str) -> float | Flaw:
    """Return a number with a fraction or exponent, unless it is beyond what a double holds."""
    number = float(digits)
    return Flaw(NumberTooLarge) if number in (float("inf"), float("-inf")) else number


reader: Final = json.JSONDecoder(
    object_pairs_hook=pairs_read,
    parse_int=whole_read,
    parse_float=fraction_read,
    parse_constant=lambda _: Flaw(NotANumber),
)


def flaw_in(value: Any) -> Flaw | None:
    """Return the first flaw of what was read, or None."""
    look = looks.get(type(value))
    return look(value) if look else None


def flaw_in_text(text: str) -> Flaw | None:
    """Find what keeps a text from being written as UTF-8, stored in a database and shown, or its being too long."""
    if unfit_character.search(text):
        return Flaw(NotText)
    if len(text) > TEXT_BYTES or (not text.isascii() and len(text.encode()) > TEXT_BYTES):
        return Flaw(TextTooLong)
    return None


def flaw_in_object(read: dict[str, Any]) -> Flaw | None:
    """Find the first flaw of an object's keys, which are texts too, and values."""
    for key, value in read.items():
        if flaw := flaw_in_text(key):
            return flaw
        if flaw := flaw_in(value):
            return Flaw(flaw.why, (*flaw.way, key))
    return None


def flaw_in_list(read: list[Any]) -> Flaw | None:
    """Find a list too long, or the first flaw of its items."""
    if len(read) > JSON_ITEMS:
        return Flaw(TooManyItems)
    for place, value in enumerate(read):
        if flaw := flaw_in(value):
            return Flaw(flaw.why, (*flaw.way, place))
    return None


looks: Final[dict[type, Callable[[Any], Flaw | None]]] = {
    Flaw: lambda flaw: flaw,
    str: flaw_in_text,
    dict: flaw_in_object,
    list: flaw_in_list,
}


def pointer_to(way: tuple[str | int, ...]) -> str:
    """Return the JSON pointer of a way given from the inside out, with nothing in it that could be somebody's words."""
    pointer = ""
    for step in reversed(way):
        if isinstance(step, str) and not plain_name.fullmatch(step):
            break
        pointer += f"/{step}"
    return pointer
