"""What a client asks for and is answered, with a table in memory."""

import json
from typing import Any

import pytest

from pulse.clock import now
from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Principal
from pulse.realtime import conversation
from pulse.realtime.followers import followers_of, watched_devices
from tests.dynamodb import InMemoryDynamoDB

ANN = Principal("ann", "ann@acme.example", frozenset({Role.VIEWER}), "acme", session_id="s")
KEY = Principal("key:1", "wallboard", frozenset({Role.VIEWER}), "acme", scopes=frozenset({Permission.FOLLOW_LIVE}))


def say(request: Any, caller: Principal = ANN, connection_id: str = "c-1") -> dict[str, Any]:
    return conversation.answer(caller, connection_id, "198.51.100.7", now(), json.dumps(request))


def subscribe(*channels: str, caller: Principal = ANN, connection_id: str = "c-1") -> dict[str, Any]:
    return say({"action": "subscribe", "channels": channels}, caller, connection_id)


def test_who_subscribes_follows(transient_table: InMemoryDynamoDB) -> None:
    assert transient_table
    assert subscribe("alerts") == {"type": "subscribed", "channels": ["alerts"]}
    assert subscribe("device:a") == {"type": "subscribed", "channels": ["alerts", "device:a"]}
    [follower] = followers_of("acme", "device:a")
    assert (follower.connection_id, follower.user_id, follower.session_id) == ("c-1", "ann", "s")
    assert watched_devices() == {("acme", "a")}


def test_nobody_follows_changes_of_what_the_role_may_not_read(transient_table: InMemoryDynamoDB) -> None:
    assert transient_table
    assert subscribe("changes:alert-rules")["type"] == "subscribed"
    for channel in ("changes:notifications", "changes:users"):
        assert subscribe(channel)["type"] == "problem"
        assert followers_of("acme", channel) == []


def test_the_same_channel_of_another_tenant_is_another_channel(transient_table: InMemoryDynamoDB) -> None:
    assert transient_table
    subscribe("alerts")
    assert followers_of("globex", "alerts") == []


def test_who_unsubscribes_follows_no_longer(transient_table: InMemoryDynamoDB) -> None:
    assert transient_table
    subscribe("alerts", "fleet")
    answer = say({"action": "unsubscribe", "channels": ["fleet", "device:never-followed"]})
    assert answer == {"type": "subscribed", "channels": ["alerts"]}
    assert followers_of("acme", "fleet") == []
    assert len(followers_of("acme", "alerts")) == 1


def test_who_leaves_follows_nothing_and_others_stay(transient_table: InMemoryDynamoDB) -> None:
    assert transient_table
    subscribe("alerts", "fleet")
    subscribe("alerts", connection_id="c-2")
    conversation.end("c-1")
    assert [follower.connection_id for follower in followers_of("acme", "alerts")] == ["c-2"]
    assert followers_of("acme", "fleet") == []


def test_a_key_follows_within_its_scopes_alone(transient_table: InMemoryDynamoDB) -> None:
    assert transient_table
    answer = subscribe("alerts", caller=KEY)
    assert answer["type"] == "problem"
    assert "alerts:read" in answer["detail"]
    assert followers_of("acme", "alerts") == []


def test_a_table_that_is_away_is_said_to_be_away(transient_table: InMemoryDynamoDB) -> None:
    transient_table.is_away = True
    answer = subscribe("alerts")
    assert (answer["type"], "try again" in answer["detail"]) == ("problem", True)


def test_a_connection_that_can_not_be_forgotten_is_not_an_error(
    transient_table: InMemoryDynamoDB, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe("alerts")
    transient_table.is_away = True
    conversation.end("c-1")
    assert "connection_not_forgotten" in [record.message for record in caplog.records]
