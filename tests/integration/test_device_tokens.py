"""Device tokens: shown once, kept as a hash, refused once they have ended, and checked without a query for a minute."""

from datetime import timedelta

import psycopg
import pytest

from pulse import clock
from pulse.database import operator_session, sessions
from pulse.devices import tokens
from pulse.devices.credential_endings import revoke_credential
from pulse.devices.credentials import IssuedCredential
from pulse.devices.tokens import Sender, identify
from pulse.errors import NotFoundError
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, ORIGIN, Fleet, issue_token

SECOND = timedelta(seconds=1)


class Clock:
    """The platform's time, which a test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> object:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved.now)
    tokens.forget_tokens()
    return moved


@pytest.fixture
def token(fleet: Fleet, time: Clock) -> str:
    """The text of a live token of `freezer-1`."""
    assert time
    fleet.add_device()
    return text_of(issue_token(fleet.tenant_id, "freezer-1", label="bench"))


def text_of(issued: IssuedCredential) -> str:
    assert issued.token is not None
    return issued.token


def revoke(fleet: Fleet, token: str) -> None:
    revoke_credential(fleet.person(), "freezer-1", token.split("_")[1], origin=ORIGIN)


def judge(text: str) -> Sender | Refusal:
    return identify([text])[text]


def reason(text: str) -> Reason | None:
    judged = judge(text)
    return judged.reason if isinstance(judged, Refusal) else None


def lose_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        message = "no route to host"
        raise psycopg.OperationalError(message)

    sessions.close_connection()
    monkeypatch.setattr(sessions, "connect", refuse)


def test_a_token_speaks_for_its_device(fleet: Fleet, token: str) -> None:
    judged = judge(token)
    assert isinstance(judged, Sender)
    assert (judged.tenant_id, judged.device_id) == (fleet.tenant_id, "freezer-1")


def test_its_secret_is_kept_nowhere(fleet: Fleet, token: str) -> None:
    secret = token.rpartition("_")[2]
    [credential] = fleet.rows(
        "SELECT to_jsonb(device_credentials)::text AS row FROM device_credentials WHERE kind = 'token'"
    )
    [entry] = fleet.rows("SELECT to_jsonb(audit_log)::text AS row FROM audit_log WHERE action = 'credential.issue'")
    assert secret not in credential["row"] + entry["row"]


@pytest.mark.parametrize(
    "wrong", ["", "pd_", "pd_0123456789abcdef_short", "Bearer x", "pd_0123456789abcdef_" + "0" * 64]
)
def test_what_is_no_token_of_ours_is_refused(time: Clock, scenario_database: str, wrong: str) -> None:
    assert time
    assert scenario_database
    assert reason(wrong) is Reason.TOKEN_INVALID


def test_another_secret_is_refused_with_the_same_words_as_another_id(token: str) -> None:
    head, _, secret = token.rpartition("_")
    other_secret = f"{head}_{'0' * len(secret)}"
    other_id = f"pd_{'0' * 16}_{secret}"
    assert judge(other_secret) == judge(other_id)
    assert reason(other_secret) is Reason.TOKEN_INVALID


def test_a_revoked_token_is_refused_within_a_minute(fleet: Fleet, token: str, time: Clock) -> None:
    assert reason(token) is None
    revoke(fleet, token)
    time.time += 60 * SECOND
    assert reason(token) is Reason.CREDENTIAL_REVOKED
    revoke(fleet, token)
    entries = fleet.rows("SELECT action FROM audit_log WHERE action LIKE 'credential.%' ORDER BY audit_id")
    assert [entry["action"] for entry in entries] == ["credential.issue", "credential.revoke"]


def test_a_token_of_a_suspended_device_is_refused_for_that(fleet: Fleet, token: str) -> None:
    fleet.rows("UPDATE devices SET lifecycle = 'SUSPENDED' RETURNING device_id")
    assert reason(token) is Reason.DEVICE_SUSPENDED


def test_a_device_that_is_resumed_is_heard_at_the_door_in_seconds(fleet: Fleet, token: str, time: Clock) -> None:
    fleet.rows("UPDATE devices SET lifecycle = 'SUSPENDED' RETURNING device_id")
    assert isinstance(identify([token])[token], Refusal)
    fleet.rows("UPDATE devices SET lifecycle = 'ACTIVE' RETURNING device_id")
    time.time += 5 * SECOND
    assert isinstance(identify([token])[token], Sender)


def test_a_token_of_a_suspended_tenant_is_refused_for_that(fleet: Fleet, token: str) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute("UPDATE tenants SET status = 'SUSPENDED' WHERE tenant_id = %s", (fleet.tenant_id,))
    assert reason(token) is Reason.SUBSCRIPTION_SUSPENDED


def test_an_expired_token_is_refused(fleet: Fleet, token: str) -> None:
    fleet.rows(
        "UPDATE device_credentials SET expires_at = now() - interval '1 s' WHERE kind = 'token' RETURNING credential_id"
    )
    assert reason(token) is Reason.CREDENTIAL_REVOKED


def test_a_device_has_several_tokens_and_only_a_known_device_has_any(fleet: Fleet, token: str) -> None:
    other = text_of(issue_token(fleet.tenant_id, "freezer-1"))
    assert [type(judged) for judged in identify([token, other]).values()] == [Sender, Sender]
    with pytest.raises(NotFoundError):
        issue_token(fleet.tenant_id, "never-registered")
    with pytest.raises(NotFoundError):
        revoke(fleet, f"pd_{'0' * 16}_")


def test_nobody_issues_or_revokes_tokens_of_another_tenant(token: str) -> None:
    other = Fleet()
    with pytest.raises(NotFoundError):
        issue_token(other.tenant_id, "freezer-1")
    with pytest.raises(NotFoundError):
        revoke(other, token)
    assert reason(token) is None


def test_a_token_that_was_just_seen_needs_no_query(token: str, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason(token) is None
    lose_the_database(monkeypatch)
    time.time += 59 * SECOND
    assert reason(token) is None


def test_without_the_database_a_token_is_good_for_an_hour_and_an_unknown_one_is_not_refused(
    token: str, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reason(token) is None
    lose_the_database(monkeypatch)
    time.time += 59 * 60 * SECOND
    assert reason(token) is None
    with pytest.raises(psycopg.OperationalError):
        judge(f"pd_{'0' * 16}_{'0' * 64}")
    time.time += 60 * SECOND
    with pytest.raises(psycopg.OperationalError):
        judge(token)


def test_an_unknown_token_is_asked_for_once_in_five_seconds(
    scenario_database: str, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scenario_database
    unknown = f"pd_{'1' * 16}_{'1' * 64}"
    assert reason(unknown) is Reason.TOKEN_INVALID
    lose_the_database(monkeypatch)
    time.time += 4 * SECOND
    assert reason(unknown) is Reason.TOKEN_INVALID
    time.time += 1 * SECOND
    with pytest.raises(psycopg.OperationalError):
        judge(unknown)


def test_invented_tokens_push_out_none_that_exist(
    token: str, scenario_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scenario_database
    monkeypatch.setattr(tokens, "_MOST_REMEMBERED", 10)
    assert reason(token) is None
    identify([f"pd_{number:016x}_{'0' * 64}" for number in range(50)])
    assert len(tokens._unknown) == 10
    lose_the_database(monkeypatch)
    assert reason(token) is None


def test_ingest_takes_a_message_whose_principal_is_a_token(fleet: Fleet, token: str) -> None:
    message = fleet.message({"metrics": {"temp_c": 4}})
    by_token = type(message)(
        message_id=message.message_id,
        topic=message.topic,
        principal=token.split("_")[1],
        received_milliseconds=message.received_milliseconds,
        payload=message.payload,
    )
    assert ingest([by_token]).readings == 1
