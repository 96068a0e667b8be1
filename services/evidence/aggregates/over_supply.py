"""Over-supply: columns that are called or filled like something by which a person is known."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from shared.errors import Refused
from shared.messages import Words
from shared.vocabulary.identity import InspectionId
from shared.vocabulary.particulars import PersonalColumn


class PersonalColumns(Refused):
    """The return holds columns by which people can be known; nothing of it was kept. Remove them and send it again."""

    status = 422
    recorded = True


# Our own list, to be lengthened as other headings are met; each is matched whole, without blanks and punctuation.
_CALLED: Final = {
    PersonalColumn.NAME: "(?:full|known)?name|knownas|alias",
    PersonalColumn.FORENAME: "forename|(?:first|given|middle|christian)name",
    PersonalColumn.SURNAME: "surname|(?:last|family|maiden|birth)name",
    PersonalColumn.INITIALS: "initial",
    PersonalColumn.CHI_NUMBER: "chi|communityhealthindex",
    PersonalColumn.NHS_NUMBER: "nhs",
    PersonalColumn.NATIONAL_INSURANCE_NUMBER: "nino|ninumber|nationalinsurance",
    PersonalColumn.CANDIDATE_NUMBER: "scn|scottishcandidate",
    PersonalColumn.DATE_OF_BIRTH: "dob|dateofbirth|birthdate|birthday|dateborn",
    PersonalColumn.ADDRESS: "address|street",
    PersonalColumn.POSTCODE: "(?:post|postal|zip)code|zip",
    PersonalColumn.PHONE: "(?:tele)?phone|tel|mobile(?:phone)?|landline",
    PersonalColumn.EMAIL: "e?mail(?:address)?",
}
_WHOSE: Final = (
    "childs?|childrens?|youngpersons?|youngpeoples?|parents?|carers?|mothers?|fathers?|guardians?|siblings?|pupils?"
    "|patients?|clients?|serviceusers?|persons?|staff|workers?|contact|emergency|next|of|kin|the|home|current|previous"
    "|former|preferred|legal"
)
_WHICH: Final = r"number|no|id|line|s|es|\d|ddmmyy(?:yy)?"
_HEADING: Final = re.compile(
    f"(?:{_WHOSE})*(?:{'|'.join(f'(?P<{column.value}>{called})' for column, called in _CALLED.items())})"
    f"(?:{_WHICH})*(?:of(?:{_WHOSE})+)?"
)
LONGEST_HEADING: Final = 200
"""Characters, without blanks and punctuation, that are looked at; nobody calls a column anything longer."""


def personal(heading: str) -> PersonalColumn | None:
    """What personal a column with this heading holds, whatever its case, blanks and punctuation; None for nothing."""
    decomposed = unicodedata.normalize("NFKD", heading).casefold()
    found = _HEADING.fullmatch("".join(filter(str.isalnum, decomposed))[:LONGEST_HEADING])
    return PersonalColumn(str(found.lastgroup)) if found else None


def refuse_personal(
    inspection_id: InspectionId | None, headings: Sequence[Words], looks: Sequence[PersonalColumn | None] = ()
) -> None:
    """Refuse a return with a column that is called, or whose cells look, like that; raises PersonalColumns."""
    if found := over_supplied(headings, looks):
        raise PersonalColumns(
            inspection_id=inspection_id,
            columns=len(found),
            kinds=sorted({kind.value for kind in found.values()}),
            positions=list(found),
            pointer="/columns",
        )


def over_supplied(headings: Sequence[Words], looks: Sequence[PersonalColumn | None] = ()) -> dict[int, PersonalColumn]:
    """Which columns hold what personal, by their position from 1; what cells look like is given where it was read."""
    seen = (*looks, *(None for _ in headings[len(looks) :]))
    found = {
        place: personal(heading.reveal()) or look
        for place, (heading, look) in enumerate(zip(headings, seen, strict=True), start=1)
    }
    return {place: kind for place, kind in found.items() if kind is not None}


LONGEST_CELL: Final = 320
"""Characters of a cell that may be a particular; an e-mail address is the longest of them (RFC 5321)."""
_LOOKS: Final = {
    PersonalColumn.EMAIL: re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+"),
    PersonalColumn.NATIONAL_INSURANCE_NUMBER: re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d\d ?){3}[A-D]"),
    PersonalColumn.POSTCODE: re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"),
}
_TEN_DIGITS: Final = re.compile(r"\d{9,10}|\d{6} \d{4}")
_WEIGHTS: Final = range(10, 1, -1)


def look_of(cells: Iterable[str]) -> PersonalColumn | None:
    """What personal a column's cells look like, where half of those that are filled do; None for nothing.

    Codes alone can be told so: nobody can tell a name from a word, or a date of birth from another date.
    """
    filled = [cell for each in cells if (cell := each.strip())]
    found = Counter(kind for cell in filled if (kind := _looks_like(cell)) is not None)
    for kind, times in found.most_common(1):
        if times * 2 >= len(filled):
            return kind
    return None


def _looks_like(cell: str) -> PersonalColumn | None:
    if len(cell) > LONGEST_CELL:
        return None
    if _TEN_DIGITS.fullmatch(cell) and _is_chi(cell.replace(" ", "").zfill(10)):
        return PersonalColumn.CHI_NUMBER
    return next((kind for kind, pattern in _LOOKS.items() if pattern.fullmatch(cell.upper())), None)


def _is_chi(digits: str) -> bool:
    """A date of birth and a check digit by modulus 11 (from recall); a table drops the zero that one begins with."""
    try:
        date(2000 + int(digits[4:6]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return False
    weighed = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:9], strict=True))
    return digits.isascii() and (11 - weighed % 11) % 11 == int(digits[9])
