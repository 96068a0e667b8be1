"""The policy's table has a row for every route and none for nothing, and says what was expected in every cell."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from shared.policy import table
from shared.policy.table import Grant, Obligation, Reach, Row, TableUnfit, purposes_of, row_of
from shared.vocabulary.roles import AccessRole
from tests.policy.expected import differing, expected, gated

ROWS = sorted(table.table())


def test_every_route_that_asks_for_a_token_has_a_row_and_every_row_a_route() -> None:
    assert {where for where in gated() if row_of(*where) is None} == set()
    named = {name for service, action in gated() for name in (f"{service}:{action}", f"*:{action}")}
    assert set(ROWS) - named == set()


def test_every_route_was_judged_and_nothing_else() -> None:
    judged = {(each.service, each.action) for each in expected() if not each.anybody}
    assert judged == gated()


def test_the_policy_says_in_every_cell_what_was_expected() -> None:
    assert differing() == []


def turned(row: Row, role: AccessRole) -> Row:
    """The row with one role's right taken away, or given where there was none."""
    grants = dict(row.grants)
    if grants.pop(role, None) is None:
        grants[role] = Grant(Reach.ALL, words=False, obligations=frozenset())
    return replace(row, grants=MappingProxyType(grants))


@pytest.mark.parametrize("action", ROWS)
def test_turning_any_cell_of_a_row_is_noticed(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = dict(table.table())
    for role in AccessRole:
        monkeypatch.setattr(table, "table", lambda role=role: rows | {action: turned(rows[action], role)})
        assert {each[1] for each in differing()} == {role.value}, role


@pytest.mark.parametrize("action", [name for name in ROWS if any(g.words for g in table.table()[name].grants.values())])
def test_giving_words_to_somebody_else_or_taking_them_is_noticed(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = table.table()[action]
    for role, grant in row.grants.items():
        grants = MappingProxyType({**row.grants, role: replace(grant, words=not grant.words)})
        changed = {action: replace(row, grants=grants)}
        monkeypatch.setattr(table, "table", lambda changed=changed: {action: row, **changed} | rest(action))
        assert {each[1] for each in differing()} == {role.value}


def rest(action: str) -> dict[str, Row]:
    return {name: row for name, row in WHOLE.items() if name != action}


WHOLE = dict(table.table())


def test_every_role_has_a_purpose_and_every_action_one_that_each_of_its_roles_has() -> None:
    assert [role for role in AccessRole if not purposes_of(role)] == []
    for action, row in table.table().items():
        assert [role for role in row.grants if not row.purposes & set(purposes_of(role))] == [], action


def test_nobody_whose_work_is_on_a_team_reaches_beyond_it_where_words_are_opened() -> None:
    on_teams = {"lead", "inspector", "partner_inspector", "coordinator", "participation_lead", "partnership_contact"}
    for action, row in table.table().items():
        far = [role for role, grant in row.grants.items() if grant.words and role in on_teams]
        assert [role for role in far if row.grants[role].reach is Reach.ALL] == [], action


HANDS_OVER = {"participation:show_erasure", "*:show_glass", "*:subject_bundle", "*:subject_bundle_page"}
"""What a data-protection officer writes down themselves or gives to whom it is about, and the reasons they review."""


def test_operators_auditors_and_services_open_no_words() -> None:
    for action, row in table.table().items():
        for role in ("operator", "auditor", "service", "system_client", "data_protection_officer"):
            own_words = role == "data_protection_officer" and action in HANDS_OVER
            assert own_words or not (grant := row.grants.get(AccessRole(role))) or not grant.words, (action, role)


def test_only_whoever_inspects_or_safeguards_breaks_glass_and_only_who_just_proved_themselves() -> None:
    may = {"lead", "inspector", "partner_inspector", "participation_lead", "safeguarding_officer"}
    grants = table.table()["*:BreakGlass"].grants
    assert {role.value for role in grants} == may
    assert all(Obligation.PROVED in grant.obligations for grant in grants.values())


def test_a_cell_that_says_what_nobody_knows_stops_everything(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = table.TABLE.read_text("utf-8")
    for was, spoilt in ((",own", ",own+everything"), (",all", ",most"), (",no,", ",,")):
        path = tmp_path / "table.csv"
        path.write_text(text.replace(was, spoilt, 1), "utf-8")
        monkeypatch.setattr(table, "TABLE", path)
        with pytest.raises(TableUnfit):
            table.table.__wrapped__()


def test_another_table_has_another_version() -> None:
    assert len(table.VERSION) == 16
    assert table.version_of(table.TABLE.read_bytes(), table.PURPOSES.read_bytes()) == table.VERSION
    assert table.version_of(table.TABLE.read_bytes() + b"\n", table.PURPOSES.read_bytes()) != table.VERSION
