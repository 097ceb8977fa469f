"""`make token DEVICE=…` when something is missing."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import psycopg
import pytest

from local import device_token, stack_file
from local.errors import LocalError
from local.instance import Instance


def test_without_the_database_it_ends_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_there(*_: object) -> NoReturn:
        raise psycopg.OperationalError

    stack = SimpleNamespace(outputs={"DatabaseServiceSecretArn": "arn"})
    monkeypatch.setattr(stack_file, "read", lambda _: stack)
    monkeypatch.setattr(device_token, "issue", not_there)
    monkeypatch.setattr(os, "environ", {})
    instance = Instance("test", tmp_path, emulator_port=1, mqtt_port=2, database_port=3)
    with pytest.raises(LocalError, match="The database does not answer"):
        device_token.issue_device_token(instance, "acme/freezer-1")
