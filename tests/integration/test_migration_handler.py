"""The handler behind the deploy: what it tells CloudFormation, and what it leaves alone."""

import importlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import orjson
import pytest

from pulse.settings import settings
from tests.builders import Fleet, lambda_context
from tests.integration.handlers import sample


class _AnswerBox(HTTPServer):
    """Stands for the presigned address that CloudFormation waits at."""

    answers: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _AnswerHandler)
        self.answers = []


class _AnswerHandler(BaseHTTPRequestHandler):
    server: _AnswerBox

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answers.append(orjson.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def cloudformation() -> Iterator[_AnswerBox]:
    box = _AnswerBox()
    thread = Thread(target=box.serve_forever)
    thread.start()
    yield box
    box.shutdown()
    thread.join()
    box.server_close()


@pytest.fixture
def owner_secret(scenario_owner_url: str, service_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two secrets for the migration function: the scenario database's owner, and the services' login as it is."""
    client = boto3.client("secretsmanager")
    owner = client.create_secret(Name="test-owner", SecretString=orjson.dumps({"url": scenario_owner_url}).decode())
    password = _password(service_url)
    service = client.create_secret(Name="test-service", SecretString=orjson.dumps({"password": password}).decode())
    monkeypatch.setenv("DATABASE_OWNER_SECRET_ARN", owner["ARN"])
    monkeypatch.setenv("DATABASE_SECRET_ARN", service["ARN"])
    settings.cache_clear()
    yield service["ARN"]
    settings.cache_clear()
    for secret in (owner, service):
        client.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)


def _password(url: str) -> str:
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(url).password or "")


def test_migrate_database_tells_cloudformation_and_completes_the_services_secret(
    owner_secret: str, scenario_owner_url: str, cloudformation: _AnswerBox
) -> None:
    event = {**sample("migrate_database"), "ResponseURL": f"http://127.0.0.1:{cloudformation.server_port}/answer"}
    module = importlib.reload(importlib.import_module("migrate_database.app"))
    module.handler(event, lambda_context())
    [answer] = cloudformation.answers
    assert (answer["Status"], answer["RequestId"]) == ("SUCCESS", event["RequestId"])
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=owner_secret)["SecretString"]
    assert orjson.loads(secret)["url"].startswith("postgresql://pulse_service:")
    assert orjson.loads(secret)["url"].endswith(scenario_owner_url.rpartition("@")[2])


def test_a_migration_that_fails_tells_cloudformation_the_reason(
    owner_secret: str, cloudformation: _AnswerBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert owner_secret
    event = {**sample("migrate_database"), "ResponseURL": f"http://127.0.0.1:{cloudformation.server_port}/answer"}
    module = importlib.reload(importlib.import_module("migrate_database.app"))

    def fail(*_: object) -> list[str]:
        message = "relation exists already"
        raise RuntimeError(message)

    monkeypatch.setattr(module, "apply_migrations", fail)
    module.handler(event, lambda_context())
    [answer] = cloudformation.answers
    assert answer["Status"] == "FAILED"
    assert "relation exists already" in answer["Reason"]


def test_a_deleted_stack_leaves_the_data(owner_secret: str, cloudformation: _AnswerBox, fleet: Fleet) -> None:
    assert owner_secret
    address = f"http://127.0.0.1:{cloudformation.server_port}/answer"
    event = {**sample("migrate_database"), "RequestType": "Delete", "ResponseURL": address}
    module = importlib.reload(importlib.import_module("migrate_database.app"))
    module.handler(event, lambda_context())
    assert cloudformation.answers[0]["Status"] == "SUCCESS"
    assert fleet.rows("SELECT tenant_id FROM tenants") == [{"tenant_id": fleet.tenant_id}]
