"""A service starts only when everything it needs was told to it, and nothing of it is a default."""

from pathlib import Path

import pytest
from environs import ValidationError

from shared.edges.access import as_text, new_key, public_of
from shared.edges.settings import SERVICES, NotConfigured, Settings, demo, hosts_read

SEEDS = {service: new_key() for service in SERVICES}
PUBLIC = {service: as_text(public_of(seed)) for service, seed in SEEDS.items()}

right = {
    "SPEIR_ORIGIN": "scrutiny.example/participation",
    "SPEIR_SERVICE": "participation",
    "SPEIR_DATABASE_URL": "postgresql://app:dR8kQ2@db.internal/participation",
    "SPEIR_READER_DATABASE_URL": "postgresql://reader:vN4hY6@db.internal/participation",
    "SPEIR_KEYS_URL": "postgresql://app:xT3mV9@keys.internal/participation",
    "SPEIR_EPOCHS": "/var/lib/speir/epochs",
    "SPEIR_INTAKE_URL": "postgresql://app:pL5nW1@keys.internal/intake",
    "SPEIR_BROKER_URL": "amqp://participation:bG7jS4@broker.internal:5672/speir",
    "SPEIR_ROOT_KEY": as_text(new_key()),
    "SPEIR_SIGNING_KEY": as_text(SEEDS["participation"]),
    "SPEIR_SERVICE_KEYS": ",".join(f"{service}={key}" for service, key in PUBLIC.items()),
    "SPEIR_ISSUER_PUBLIC_KEY": as_text(public_of(new_key())),
    "SPEIR_PEERS": "scheduling=http://scheduling:8000,evidence=https://evidence.internal/",
}
REQUIRED = set(right)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in right.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems() -> dict[str, list[str]]:
    with pytest.raises(NotConfigured) as refused:
        Settings.from_environment()
    return refused.value.problems


def test_a_service_told_everything_has_its_settings() -> None:
    settings = Settings.from_environment()
    assert settings.service_keys == {service: public_of(seed) for service, seed in SEEDS.items()}
    assert settings.signing_key == SEEDS["participation"]
    assert settings.peers == {"scheduling": "http://scheduling:8000", "evidence": "https://evidence.internal"}
    assert (settings.threads, settings.host, settings.port) == (8, "127.0.0.1", 8000)


def test_everything_missing_is_reported_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in right:
        environment.delenv(name)
    assert problems().keys() == REQUIRED - {"SPEIR_INTAKE_URL"}


def test_everything_wrong_is_reported_at_once_and_without_its_value(environment: pytest.MonkeyPatch) -> None:
    marker = "canary-4f1c"
    names = {*right, "SPEIR_THREADS", "SPEIR_PORT"}
    for name in names:
        environment.setenv(name, f"{marker} {name}")
    with pytest.raises(NotConfigured) as refused:
        Settings.from_environment()
    assert refused.value.problems.keys() == names
    assert marker not in str(refused.value)
    assert all(name in str(refused.value) for name in names)


def test_secrets_come_from_files_without_their_last_newline(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SPEIR_ROOT_KEY", "SPEIR_DATABASE_URL"):
        (tmp_path / name).write_text(right[name] + "\n")
        environment.delenv(name)
        environment.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = Settings.from_environment()
    assert as_text(settings.root_key) == right["SPEIR_ROOT_KEY"]
    assert settings.database_url == right["SPEIR_DATABASE_URL"]


def test_files_that_cannot_be_read_are_reported_with_the_rest(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    environment.setenv("SPEIR_ROOT_KEY_FILE", str(tmp_path / "absent"))
    environment.setenv("SPEIR_SIGNING_KEY_FILE", str(tmp_path))
    environment.setenv("SPEIR_KEYS_URL_FILE", str(tmp_path / "noise"))
    environment.delenv("SPEIR_ORIGIN")
    assert problems().keys() == {"SPEIR_ROOT_KEY", "SPEIR_SIGNING_KEY", "SPEIR_KEYS_URL", "SPEIR_ORIGIN"}


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"\xff" * 32,
        bytes(range(32)),
        bytes(range(96, 64, -1)),
        b"changeme" * 4,
        b"correct horse battery staple, ok",
        bytes(31),
        new_key()[:31],
        new_key() + b"\0",
        (b"\x01\x80" * 16),
    ],
)
def test_a_placeholder_is_no_key(environment: pytest.MonkeyPatch, key: bytes) -> None:
    environment.setenv("SPEIR_ROOT_KEY", as_text(key))
    assert problems().keys() == {"SPEIR_ROOT_KEY"}


@pytest.mark.parametrize(
    "text", ["", "changeme", "changeme" * 5 + "abc", right["SPEIR_ROOT_KEY"] + "=", "0" * 64, "é" * 43]
)
def test_a_key_has_one_way_of_being_written(environment: pytest.MonkeyPatch, text: str) -> None:
    environment.setenv("SPEIR_ROOT_KEY", text)
    assert problems().keys() == {"SPEIR_ROOT_KEY"}


@pytest.mark.parametrize(
    "password", ["changeme", "CHANGE-ME", "password", "guest", "app", "secret", "please_change_this", "postgres"]
)
@pytest.mark.parametrize(
    "name", ["SPEIR_DATABASE_URL", "SPEIR_READER_DATABASE_URL", "SPEIR_KEYS_URL", "SPEIR_BROKER_URL"]
)
def test_a_default_password_is_refused(environment: pytest.MonkeyPatch, name: str, password: str) -> None:
    scheme = right[name].split(":")[0]
    environment.setenv(name, f"{scheme}://app:{password}@host.internal/name")
    assert problems().keys() == {name}


def test_the_root_key_is_not_the_signing_key(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SPEIR_ROOT_KEY", right["SPEIR_SIGNING_KEY"])
    assert problems().keys() == {"SPEIR_SIGNING_KEY"}


def test_services_do_not_share_a_key(environment: pytest.MonkeyPatch) -> None:
    shared = PUBLIC | {"evidence": PUBLIC["scheduling"]}
    environment.setenv("SPEIR_SERVICE_KEYS", ",".join(f"{service}={key}" for service, key in shared.items()))
    assert problems().keys() == {"SPEIR_SERVICE_KEYS"}


def test_a_service_does_not_share_the_issuers_key(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SPEIR_ISSUER_PUBLIC_KEY", PUBLIC["reporting"])
    assert problems().keys() == {"SPEIR_SERVICE_KEYS"}


def test_a_services_public_key_is_the_one_of_its_signing_key(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SPEIR_SIGNING_KEY", as_text(new_key()))
    assert problems().keys() == {"SPEIR_SERVICE_KEYS"}


@pytest.mark.parametrize(
    "pairs",
    [
        "",
        "evidence",
        f"evidence={PUBLIC['evidence']}",
        right["SPEIR_SERVICE_KEYS"] + f",evidence={PUBLIC['evidence']}",
        "press=x",
    ],
)
def test_every_service_is_known_by_one_key(environment: pytest.MonkeyPatch, pairs: str) -> None:
    environment.setenv("SPEIR_SERVICE_KEYS", pairs)
    assert problems().keys() == {"SPEIR_SERVICE_KEYS"}


@pytest.mark.parametrize(
    "url",
    [
        right["SPEIR_DATABASE_URL"],
        "postgresql+psycopg://other:qQ1@DB.internal:6432/participation?sslmode=require",
        "postgresql://app@standby.internal,db.internal/participation",
    ],
)
@pytest.mark.parametrize("name", ["SPEIR_KEYS_URL", "SPEIR_INTAKE_URL"])
def test_keys_and_anonymous_answers_lie_outside_the_logs_database(
    environment: pytest.MonkeyPatch, name: str, url: str
) -> None:
    environment.setenv(name, url)
    assert problems().keys() == {name}


def test_one_machine_has_one_name(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SPEIR_DATABASE_URL", "postgresql://app:dR8kQ2@localhost/one")
    environment.setenv("SPEIR_READER_DATABASE_URL", "postgresql://reader:vN4hY6@127.0.0.1/one")
    environment.setenv("SPEIR_KEYS_URL", "postgresql://app:dR8kQ2@127.0.0.1:5433/one")
    assert problems().keys() == {"SPEIR_KEYS_URL"}


@pytest.mark.parametrize(
    "url",
    [
        right["SPEIR_DATABASE_URL"],
        "postgresql+psycopg://app:vN4hY6@db.internal/participation",
        "postgresql://reader:vN4hY6@db.internal/reporting",
        "postgresql://reader:vN4hY6@keys.internal/participation",
    ],
)
def test_lists_are_read_from_the_logs_database_by_another_account(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("SPEIR_READER_DATABASE_URL", url)
    assert problems().keys() == {"SPEIR_READER_DATABASE_URL"}


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///participation.db",
        "postgresql://app@/participation",
        "postgresql://app@host/",
        "postgresql://app@host/x?dbname=participation",
        "postgresql://app@host/x?host=db.internal",
        "postgresql://app@host/x?password=changeme",
        "postgresql://app@host:port/x",
        "host/x",
    ],
)
def test_a_database_is_named_in_one_place(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("SPEIR_KEYS_URL", url)
    assert problems().keys() == {"SPEIR_KEYS_URL"}


@pytest.mark.parametrize("blank", [True, False])
def test_only_participation_needs_an_intake(environment: pytest.MonkeyPatch, *, blank: bool) -> None:
    if blank:
        environment.setenv("SPEIR_INTAKE_URL", "")
    else:
        environment.delenv("SPEIR_INTAKE_URL")
    assert problems().keys() == {"SPEIR_INTAKE_URL"}
    environment.setenv("SPEIR_SERVICE", "reporting")
    environment.setenv("SPEIR_SIGNING_KEY", as_text(SEEDS["reporting"]))
    assert Settings.from_environment().intake_url is None


@pytest.mark.parametrize(
    "peers",
    ["evidence", "evidence=evidence:8000", "evidence=ftp://evidence", "evidence=http://a:b@evidence", "press=http://press",
     "evidence=http://evidence/v1", "evidence=http://evidence?x=1", "evidence=http://", "evidence=http://[", "evidence=http://host:port"],
)  # fmt: skip
def test_peers_are_plain_addresses_of_services(environment: pytest.MonkeyPatch, peers: str) -> None:
    environment.setenv("SPEIR_PEERS", peers)
    assert problems().keys() == {"SPEIR_PEERS"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "0"),
        ("THREADS", "many"),
        ("PORT", "65536"),
        ("HOST", ""),
        ("SERVICE", "press"),
        ("ORIGIN", "Two words"),
    ],
)
def test_odd_values_are_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(f"SPEIR_{name}", value)
    assert f"SPEIR_{name}" in problems()


def test_settings_show_no_secret() -> None:
    settings = Settings.from_environment()
    shown = f"{settings!r} {settings} {[settings]}"
    for secret in (
        "dR8kQ2",
        "vN4hY6",
        "xT3mV9",
        "pL5nW1",
        "bG7jS4",
        repr(settings.root_key),
        repr(settings.signing_key),
    ):
        assert secret not in shown
    assert "participation" in shown


def test_only_a_demonstrations_origin_begins_so() -> None:
    assert demo("demo.scrutiny.example")
    assert not demo("scrutiny.example/demo.")
    assert not demo("democracy.example")


@pytest.mark.parametrize(
    "text", ["a:80", "http://a", "*", "*.example", "A.EXAMPLE", "a b", "a,,b c", "[::1]", ".a", "a..b"]
)
def test_a_host_is_a_name_and_nothing_that_fits_many(text: str) -> None:
    with pytest.raises(ValidationError):
        hosts_read(text)


def test_hosts_are_read_as_they_are_and_none_are_as_good_as_some() -> None:
    assert hosts_read("speir.example, gateway-1") == ("speir.example", "gateway-1")
    assert hosts_read("") == ()
