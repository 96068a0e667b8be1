"""Which headings name a person, which cells look like it, and which do not."""

import pytest

from services.evidence.aggregates.over_supply import look_of, over_supplied, personal
from shared.messages import Words
from shared.vocabulary.particulars import PersonalColumn

NAMING = {
    "Name": PersonalColumn.NAME,
    "Full name": PersonalColumn.NAME,
    "CHILD_NAME": PersonalColumn.NAME,
    "Child's names": PersonalColumn.NAME,
    "Name of the child": PersonalColumn.NAME,
    "serviceUserName": PersonalColumn.NAME,
    "First_Name": PersonalColumn.FORENAME,
    "forename(s)": PersonalColumn.FORENAME,
    "Mother - maiden name": PersonalColumn.SURNAME,
    "S U R N A M E": PersonalColumn.SURNAME,
    "Initials": PersonalColumn.INITIALS,
    "CHI": PersonalColumn.CHI_NUMBER,
    "chi-number": PersonalColumn.CHI_NUMBER,
    "CHI No.": PersonalColumn.CHI_NUMBER,
    "NHS number": PersonalColumn.NHS_NUMBER,
    "National Insurance no": PersonalColumn.NATIONAL_INSURANCE_NUMBER,
    "Pupil SCN": PersonalColumn.CANDIDATE_NUMBER,
    "DOB": PersonalColumn.DATE_OF_BIRTH,
    "d.o.b. (dd/mm/yyyy)": PersonalColumn.DATE_OF_BIRTH,
    "Date of Birth": PersonalColumn.DATE_OF_BIRTH,
    "date_of_birth": PersonalColumn.DATE_OF_BIRTH,
    "Home address, line 1": PersonalColumn.ADDRESS,
    "ADDRESS2": PersonalColumn.ADDRESS,
    "Post Code": PersonalColumn.POSTCODE,
    "next of kin phone no": PersonalColumn.PHONE,
    "Mobile": PersonalColumn.PHONE,
    "e-mail address": PersonalColumn.EMAIL,
    "\uff2e\uff41\uff4d\uff45": PersonalColumn.NAME,
    "nam\u200be": PersonalColumn.NAME,
    "N\u0101me": PersonalColumn.NAME,
}
HARMLESS = (
    "age",
    "child",
    "children",
    "year of birth",
    "legal basis",
    "case number",
    "record id",
    "school name",
    "service name",
    "name of service",
    "NHS board",
    "chief officer in post",
    "address changes in 12 months",
    "team",
    "",
    "...",
    "zippers",
    "nationality",
)


@pytest.mark.parametrize("heading", NAMING)
def test_a_heading_that_names_a_person_is_found_however_it_is_written(heading: str):
    assert personal(heading) is NAMING[heading]


@pytest.mark.parametrize("heading", HARMLESS)
def test_a_heading_that_names_nobody_is_let_through(heading: str):
    assert personal(heading) is None


def test_a_very_long_heading_is_looked_at_without_trouble():
    assert personal("child" * 20_000 + "x") is None
    assert personal("no" * 20_000) is None


LOOKING = {
    "somebody@council.example": PersonalColumn.EMAIL,
    "QQ 12 34 56 C": None,
    "AB 12 34 56 C": PersonalColumn.NATIONAL_INSURANCE_NUMBER,
    "ab123456c": PersonalColumn.NATIONAL_INSURANCE_NUMBER,
    "FK1 5ZZ": PersonalColumn.POSTCODE,
    "eh99 1sp": PersonalColumn.POSTCODE,
    "0101000006": PersonalColumn.CHI_NUMBER,
    "101000006": PersonalColumn.CHI_NUMBER,
    "010100 0006": PersonalColumn.CHI_NUMBER,
    "0101000005": None,
    "3201000006": None,
    "2024-01-05": None,
    "\u0660\u0661\u0660\u0661\u0660\u0660\u0660\u0660\u0660\u0666": None,
    "a@b": None,
    "@.": None,
    "section 57": None,
}


@pytest.mark.parametrize("cell", LOOKING)
def test_a_cell_that_looks_like_a_particular_is_found(cell: str):
    assert look_of([cell]) is LOOKING[cell]


def test_a_column_looks_like_what_half_of_its_filled_cells_do():
    some = ["FK1 5ZZ", "", " ", "none", "FK2 9ZZ", "none"]
    assert look_of(some) is PersonalColumn.POSTCODE
    assert look_of([*some, "none"]) is None
    assert look_of([]) is None
    assert look_of(["", ""]) is None


def test_a_very_long_cell_is_looked_at_without_trouble():
    assert look_of(["a" * 100_000 + "@", "a@" + "b." * 50_000, "1" * 100_000]) is None


def test_a_column_is_known_by_its_heading_or_its_cells_and_counted_from_one():
    headings = tuple(map(Words, ("age", "DOB", "ref", "team")))
    looks = (None, None, PersonalColumn.CHI_NUMBER)
    assert over_supplied(headings, looks) == {2: PersonalColumn.DATE_OF_BIRTH, 3: PersonalColumn.CHI_NUMBER}
    assert over_supplied(headings) == {2: PersonalColumn.DATE_OF_BIRTH}
