"""The deployed form writes down nobody's words, leaves no dumps, and keeps to the limits of the services."""

import re
from typing import Any

import pytest
import yaml

from shared.limits import BODY_BYTES, HEADER_BYTES, IDLE_CLIENT_S, KIBIBYTE, MEBIBYTE
from tests.architecture.tree import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVED: dict[str, dict[str, Any]] = COMPOSE["services"]
GATEWAY = (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8")
BROKER = (ROOT / "deploy/rabbitmq/rabbitmq.conf").read_text("utf-8")
ANSWERS = re.compile(r'location ~\* "\^/participation/\(v1/\)\?surveys.*?\n        }', re.DOTALL)

silent = {
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@pytest.mark.parametrize("name", ["postgres", "postgres-keys"])
def test_the_databases_write_no_statement_no_parameter_and_no_detail(name: str) -> None:
    told = dict(each.removeprefix("-c").split("=", 1) for each in SERVED[name]["command"] if each.startswith("-c"))
    assert {key: told.get(key) for key in silent} == silent
    assert "log_min_duration_statement" not in told
    assert told["fsync"] == "on"


def test_the_broker_writes_no_message() -> None:
    assert "log.console.level = info" in BROKER
    assert not re.search(r"trace|firehose|tracing|debug", BROKER + str(SERVED["rabbitmq"]))


@pytest.mark.parametrize("name", sorted(SERVED))
def test_no_container_leaves_a_dump_or_gains_rights(name: str) -> None:
    served = SERVED[name]
    assert served["ulimits"]["core"] == 0
    assert served["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in served["security_opt"]
    assert served["logging"]["options"]["max-size"]


def test_the_gateway_writes_neither_addresses_nor_queries_nor_that_somebody_answered() -> None:
    (form,) = re.findall(r"log_format speir escape=json(.*?);", GATEWAY, re.DOTALL)
    assert set(re.findall(r"\$(\w+)", form)) == {
        "time_iso8601", "request_method", "logged_path", "status", "body_bytes_sent", "request_time",
        "upstream_status", "forwarded_request_id",
    }  # fmt: skip
    assert not re.search(r"\$(remote_addr|binary_remote_addr|http_user_agent|http_referer|args|request_uri)", GATEWAY)
    assert "limit_req" not in GATEWAY, "its zones would be keyed by addresses"
    found = ANSWERS.search(GATEWAY)
    assert found is not None
    assert "error_log /dev/null emerg;" in found[0]
    assert "proxy_pass_request_headers off;" in found[0]


def test_the_gateway_takes_as_much_as_the_services_do() -> None:
    assert f"client_max_body_size {BODY_BYTES // MEBIBYTE}m;" in GATEWAY
    assert f"large_client_header_buffers 8 {HEADER_BYTES // KIBIBYTE}k;" in GATEWAY
    assert f"client_header_timeout {IDLE_CLIENT_S}s;" in GATEWAY
    assert f"client_body_timeout {IDLE_CLIENT_S}s;" in GATEWAY


def test_what_the_gateway_answers_by_itself_is_as_careful_as_what_the_services_answer() -> None:
    assert "server_tokens off;" in GATEWAY
    answering = re.findall(r"location [^{]+\{[^}]*return [45]\d\d '[^}]*\}", GATEWAY)
    assert len(answering) == GATEWAY.count("application/problem+json")
    assert all("include /etc/nginx/speir/headers.conf;" in each for each in answering)
    careful = (ROOT / "deploy/nginx/headers.conf").read_text("utf-8")
    assert careful.count(" always;") == careful.count("add_header") >= 6


def test_https_is_insisted_on_only_where_an_operator_says_so() -> None:
    assert not re.search(r"^\s*add_header Strict-Transport-Security", GATEWAY, re.MULTILINE)
    assert "include /etc/nginx/tls/*.conf;" in GATEWAY
    assert "./deploy/nginx/tls:/etc/nginx/tls:ro" in SERVED["gateway"]["volumes"]


def test_every_service_is_told_by_which_names_it_is_called() -> None:
    webs = [each for name, each in SERVED.items() if name.endswith("-web")]
    assert len(webs) == 4
    assert all(each["environment"]["SPEIR_HOSTS"] for each in webs)


def test_only_whoever_signs_people_in_elsewhere_lets_the_web_processes_out_and_nothing_else() -> None:
    let_out: dict[str, Any] = yaml.safe_load((ROOT / "deploy/outside-issuer.yml").read_text("utf-8"))
    webs = {name for name in SERVED if name.endswith("-web")}
    assert let_out == {"services": {name: {"networks": ["front", "back", "outside"]} for name in webs}}
    assert {name for name, each in SERVED.items() if "outside" in each["networks"]} == {"gateway"}
    assert COMPOSE["networks"]["outside"] in ({}, None)
