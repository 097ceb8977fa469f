"""Builders: each makes one believable thing, and a test names only what it is about."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import uuid4

import orjson
from msgspec.structs import replace

from pulse.alerts.rules.definition import RuleDefinition
from pulse.alerts.rules.editing import enter_rule
from pulse.database import tenant_session
from pulse.devices.credential import CredentialKind
from pulse.devices.credentials import CredentialRequest, IssuedCredential, Issuer, issue
from pulse.devices.registration import (
    DeviceRegistration,
    DeviceType,
    Site,
    register_device,
    save_device_type,
    save_site,
)
from pulse.devices.registry import RegisteredDevice
from pulse.events.bus import BusEvent, Publication
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.message import Envelope
from pulse.tenants.registry import create_tenant

# Later than today, so that nothing of a test is due by the real clock: a deployed sweep would make it.
NOON = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)
# One that is over by the real clock as well: the database itself asks that clock before it drops what is old.
PAST_NOON = NOON.replace(year=2026)
ACTOR = "test@pulse.example"
ORIGIN = Origin(None, "test")


def make_registered_device(**changes: Any) -> RegisteredDevice:
    """A registry entry of an active device with one live credential, `certificate-1`."""
    device = RegisteredDevice(
        tenant_id="acme",
        device_id="freezer-1",
        site_id="hall-a",
        device_type="freezer",
        lifecycle="ACTIVE",
        expected_interval_seconds=60,
        stale_factor=2.0,
        offline_factor=5.0,
        credentials={"certificate-1": True},
        tenant_is_active=True,
    )
    return device._replace(**changes)


def make_envelope(payload: Any = None, **changes: Any) -> Envelope:
    """A telemetry message of `acme/freezer-1`, received at noon; a payload that is not bytes becomes JSON."""
    if payload is None:
        payload = {"metrics": {"temp_c": 4.5}}
    received_at: datetime = changes.pop("received_at", NOON)
    envelope = Envelope(
        message_id=f"broker-{uuid4()}",
        topic="devices/acme/freezer-1/telemetry",
        principal="certificate-1",
        received_milliseconds=int(received_at.timestamp() * 1000),
        payload=payload if isinstance(payload, bytes) else orjson.dumps(payload),
    )
    return replace(envelope, **changes)


def queue_body(envelope: Envelope) -> str:
    """The envelope as a topic rule writes it to the queue."""
    return orjson.dumps(
        {
            "data": base64.b64encode(envelope.payload).decode(),
            "topic": envelope.topic,
            "client_id": "acme:freezer-1",
            "principal": envelope.principal,
            "received_at": envelope.received_milliseconds,
            "message_id": envelope.message_id,
        }
    ).decode()


def issue_token(
    tenant_id: str, device_id: str, *, label: str = "", expires_at: datetime | None = None
) -> IssuedCredential:
    """A token of a registered device."""
    wanted = CredentialRequest(kind=CredentialKind.TOKEN, label=label, expires_at=expires_at)
    return issue(tenant_id, device_id, wanted, Issuer(ACTOR))


class Fleet:
    """A fresh tenant in the database, with one site and one device type, that devices are added to."""

    def __init__(self) -> None:
        self.tenant_id = f"tenant-{uuid4().hex[:12]}"
        create_tenant(tenant_id=self.tenant_id, name="Test tenant", actor=ACTOR)
        save_site(self.tenant_id, Site(site_id="hall-a", name="Hall A"), actor=ACTOR)
        save_device_type(self.tenant_id, DeviceType(device_type="freezer"), actor=ACTOR)

    def add_device(self, device_id: str = "freezer-1", **changes: Any) -> str:
        """Register a device with a live credential `certificate-{device_id}`."""
        fields: dict[str, Any] = {"device_id": device_id, "site_id": "hall-a", "device_type": "freezer", **changes}
        register_device(self.tenant_id, DeviceRegistration(**fields), actor=ACTOR)
        with tenant_session(self.tenant_id) as connection:
            connection.execute(
                """
                INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
                VALUES (%s, %s, %s, 'certificate', 'arn:aws:iot:test')
                """,
                (self.tenant_id, device_id, f"certificate-{device_id}"),
            )
        return device_id

    def person(self, role: Role = Role.TENANT_ADMIN) -> Principal:
        """Somebody of the tenant."""
        return Principal(str(uuid4()), ACTOR, frozenset({role}), self.tenant_id)

    def add_rule(self, name: str = "Too warm", **changes: Any) -> str:
        """Enter a threshold rule, by default `temp_c > 8`, or one of another `criterion`; return its id."""
        criterion = changes.pop("criterion", None) or {
            "kind": "threshold",
            "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 8}],
            **{name: changes.pop(name) for name in ("conditions", "match", "duration_seconds") if name in changes},
        }
        definition = RuleDefinition.model_validate(
            {"name": name, "criterion": criterion, "severity": "HIGH", **changes}
        )
        with tenant_session(self.tenant_id) as connection:
            rule = enter_rule(connection, self.tenant_id, definition, actor=ACTOR)
        assert rule is not None, f"there is a rule {name} already"
        return str(rule.rule_id)

    def message(
        self, payload: Any = None, *, device_id: str = "freezer-1", at: datetime = NOON, **changes: Any
    ) -> Envelope:
        """A telemetry message of one of the fleet's devices, received at `at`."""
        topic = f"devices/{self.tenant_id}/{device_id}/{changes.pop('msg_type', 'telemetry')}"
        return make_envelope(payload, topic=topic, principal=f"certificate-{device_id}", received_at=at, **changes)

    def rows(self, query: LiteralString, *parameters: object) -> list[dict[str, Any]]:
        """Rows of a query as the tenant sees them."""
        with tenant_session(self.tenant_id) as connection:
            return connection.execute(query, parameters or None).fetchall()


def take_all(events: Sequence[BusEvent]) -> Publication:
    """In the place of `put_events`: a bus that takes every event."""
    return Publication([event.event_id for event in events], {}, None)


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What handlers read of Lambda's context object."""

    function_name: str = "test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id: str = "00000000-0000-4000-8000-000000000001"
    log_stream_name: str = "test-stream"
    remaining_milliseconds: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        """How long the invocation may go on."""
        return self.remaining_milliseconds


def lambda_context() -> LambdaContext:
    """A context of an invocation."""
    return LambdaContext()
