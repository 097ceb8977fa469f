"""The connection to the database: what it is opened with."""

from typing import Any

import psycopg
import pytest
from botocore.exceptions import ReadTimeoutError

from pulse.database import connection
from pulse.database.connection import connect
from pulse.settings import settings

# API Gateway answers 503 by itself after that time, whatever becomes of the function.
GATEWAY_GIVES_UP_AFTER_SECONDS = 30


def test_a_server_that_vanished_is_noticed_before_the_gateway_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: dict[str, Any] = {}
    monkeypatch.setattr(psycopg, "connect", lambda _url, **options: opened.update(options))
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@database.example/pulse")
    settings.cache_clear()
    connect()
    probed = opened["keepalives_idle"] + opened["keepalives_interval"] * opened["keepalives_count"]
    # A session that finds its connection dead opens another one.
    assert max(probed, opened["tcp_user_timeout"] / 1000) + opened["connect_timeout"] < GATEWAY_GIVES_UP_AFTER_SECONDS


def test_an_address_that_cannot_be_read_is_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Secrets:
        def get_secret_value(self, SecretId: str) -> None:  # noqa: N803 - as boto3 has it
            raise ReadTimeoutError(endpoint_url=SecretId)

    monkeypatch.setattr(connection, "_secrets_manager", Secrets)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:of:a:secret")
    settings.cache_clear()
    with pytest.raises(psycopg.OperationalError, match="can't be read"):
        connect()
