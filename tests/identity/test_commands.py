"""The commands by which people on the machine itself become somebody."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.command import speir
from services.embedded import Embedded
from shared.edges.access import as_text, new_key
from shared.vocabulary.roles import WITHHELD_FROM_OPERATORS, AccessRole


def said(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(speir, words)
    return result.exit_code, result.output.strip()


def test_a_link_from_the_command_line_signs_in_to_the_running_instance_once(tmp_path: Path) -> None:
    here = Embedded(tmp_path, "speir.local")
    try:
        client = here.app().test_client()
        code, link = said("login", "--role", "inspector", "--directory", str(tmp_path), "--port", "8123")
        assert code == 0
        assert link.startswith("http://127.0.0.1:8123/evidence/login/once/")
        path = link.removeprefix("http://127.0.0.1:8123")
        assert client.get(path).status_code == 303
        assert client.get(path).status_code == 401
        assert "Role: inspector" in client.get("/evidence/session").get_data(as_text=True)
        other = here.app().test_client()
        assert other.get(path.replace("/evidence/", "/reporting/")).status_code == 401, "a link is one service's"
        assert said("login", "--role", "service", "--directory", str(tmp_path))[0] != 0
    finally:
        here.close()


@pytest.mark.parametrize("origin", ["scrutiny.example", "demo.scrutiny", ""])
def test_no_operator_of_a_real_deployment_mints_a_role_that_is_withheld(tmp_path: Path, origin: str) -> None:
    file = tmp_path / "private.env"
    file.write_text(f"SPEIR_ORIGIN='{origin}'\nSPEIR_ISSUER_SIGNING_KEY='{as_text(new_key())}'\n", encoding="utf-8")
    minted = {
        role for role in AccessRole
        if said("token", "--role", role.value, "--env-file", str(file), "--directory", str(tmp_path))[0] == 0
    }  # fmt: skip
    withheld = frozenset() if origin.startswith("demo.") else WITHHELD_FROM_OPERATORS
    assert minted == frozenset(AccessRole) - {AccessRole.SERVICE} - withheld
