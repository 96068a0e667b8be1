"""Tokens for programmes in participation, given, when, then."""

from services.participation.service import participation
from shared.identity.api_token import api_token
from tests.identity.deciding import (
    a_token_ends_within_a_year_and_names_what_it_is_for,
    a_token_is_issued_once_and_says_by_whom_and_for_which_actions,
    a_token_is_revoked_once,
)


def test_participation_issues_tokens_once() -> None:
    assert api_token in participation.aggregates
    a_token_is_issued_once_and_says_by_whom_and_for_which_actions()


def test_participation_revokes_tokens_once() -> None:
    a_token_is_revoked_once()


def test_tokens_of_participation_end_within_a_year() -> None:
    a_token_ends_within_a_year_and_names_what_it_is_for()
