"""How long the authorizer takes when it is warm, for an access token and for an API key.

The handler is called in this process, with the database, the user pool and the settings of a stack that is up
(`make up`, or another one by PULSE_INSTANCE). What it can't do without is measured beside it: one transaction with
one query in the same database, and for a token the bare check of its signature.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import jwt

from local import aws
from local.instance import chosen_instance
from pulse.database import ingest_session
from pulse.database.sessions import close_connection
from pulse.identity.api_keys import ApiKeyRequest, create_api_key, revoke_api_key
from pulse.identity.keys import PublicKeys, fetch_keys
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.settings import settings
from tests.bench.figure import Figure, UnavailableError, percentile
from tests.builders import lambda_context
from tests.integration.stack import Stack

_CALLS = 2000
_WARM_UP = 50
_ORIGIN = Origin("127.0.0.1", "bench")


def measure() -> Iterator[Figure]:
    """Median and 95th percentile of each way in."""
    stack = _running_stack()
    with _as_the_deployed_function(stack):
        session = percentile(_milliseconds(_query), 50)
        yield Figure("one transaction with one query, p50", session, "ms", session, "itself")
        token = stack.token(stack.user(Role.TENANT_ADMIN.value, stack.tenant_ids[0]))
        signature = percentile(_milliseconds(_signature_check(token)), 50)
        yield Figure("bare check of a token's signature, p50", signature, "ms", signature, "itself")
        yield from _figures("access token", token, session + signature, "a transaction and a signature")
        with _api_key(stack.tenant_ids[0]) as key:
            yield from _figures("API key", key, session, "a transaction")
        close_connection()


def _figures(what: str, credential: str, yardstick: float, against: str) -> Iterator[Figure]:
    handler = import_module("authorize_request.app").handler
    event: dict[str, Any] = json.loads(Path("events/authorize_request.json").read_text())
    event["headers"]["authorization"] = f"Bearer {credential}"

    def authorize() -> None:
        answer = handler(event, lambda_context())
        assert "user_id" in answer["context"], answer

    times = _milliseconds(authorize)
    for percent in (50, 95):
        value = percentile(times, percent)
        yield Figure(f"authorizer, warm, {what}, p{percent} of {_CALLS}", value, "ms", yardstick, against)


def _milliseconds(call: Callable[[], None]) -> list[float]:
    """How long each call took, after some that don't count."""
    for _ in range(_WARM_UP):
        call()
    times = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _query() -> None:
    with ingest_session() as connection:
        connection.execute("SELECT 1")


def _signature_check(token: str) -> Callable[[], None]:
    keys = PublicKeys(lambda: fetch_keys(str(settings().jwks_url)))
    key = keys.find(jwt.get_unverified_header(token)["kid"])

    def check() -> None:
        jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})

    return check


@contextmanager
def _api_key(tenant_id: str) -> Iterator[str]:
    admin = Principal(
        user_id=str(uuid4()), email="bench@pulse.example", roles=frozenset({Role.TENANT_ADMIN}), tenant_id=tenant_id
    )
    wanted = ApiKeyRequest(name="bench", role=Role.VIEWER, scopes=None, expires_at=None)
    key = create_api_key(admin, wanted, origin=_ORIGIN)
    try:
        yield key.key
    finally:
        revoke_api_key(admin, key.key_id, if_match=None, origin=_ORIGIN)


def _running_stack() -> Stack:
    instance = chosen_instance(os.environ)
    if not instance.stack_file.exists():
        message = "needs a stack that is up: `make up`"
        raise UnavailableError(message)
    return Stack(json.loads(instance.stack_file.read_text()))


@contextmanager
def _as_the_deployed_function(stack: Stack) -> Iterator[None]:
    """With the environment of the deployed authorizer."""
    before = dict(os.environ)
    os.environ.update(aws.environment(chosen_instance(os.environ)))
    name = stack.outputs["AuthorizeRequestFunction"]
    deployed = boto3.client("lambda").get_function_configuration(FunctionName=name)
    os.environ.update(deployed["Environment"]["Variables"])
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
