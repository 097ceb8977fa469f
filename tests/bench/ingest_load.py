"""Messages as a fleet sends them, batch by batch, and the same rows as a bare COPY wants them."""

import base64
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson
import psycopg

from pulse import clock

TENANTS: Final = 20
DEVICES: Final = 500
BATCH: Final = 10_000
# Every device sends at the most that it may: five messages a second.
SPAN: Final = timedelta(seconds=BATCH / DEVICES / 5)
RULES: Final = 50
_RARE: Final = RULES // 10
NOISY: Final = 0

_MAKE_FLEET: Final = """
    INSERT INTO tenants (tenant_id, name) SELECT 'tenant-' || t, 'Tenant' FROM generate_series(0, {tenants} - 1) AS t;
    INSERT INTO sites (tenant_id, site_id, name) SELECT tenant_id, 'hall', 'Hall' FROM tenants;
    INSERT INTO device_types (tenant_id, device_type) SELECT tenant_id, 'sensor' FROM tenants;
    INSERT INTO devices (tenant_id, device_id, site_id, device_type)
    SELECT 'tenant-' || d % {tenants}, 'sensor-' || d, 'hall', 'sensor' FROM generate_series(0, {devices} - 1) AS d;
    INSERT INTO device_state (tenant_id, device_id) SELECT tenant_id, device_id FROM devices;
    INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
    SELECT tenant_id, device_id, 'certificate-of-' || device_id, 'certificate', 'arn:aws:iot' FROM devices;
"""
_MAKE_RULES: Final = """
    INSERT INTO alert_rules (tenant_id, name, criterion, severity, scope)
    SELECT tenant_id, 'Rule ' || r,
           jsonb_build_object(
               'kind', 'threshold',
               'conditions', jsonb_build_array(
                   jsonb_build_object('metric', 'temp_c', 'operator', 'GT',
                                      'threshold', CASE WHEN r <= {rare} THEN 59 ELSE 100 + r END),
                   jsonb_build_object('metric', 'humidity', 'operator', 'LT', 'threshold', 101)),
               'duration_seconds', CASE WHEN r <= {rare} THEN 3600 ELSE 0 END),
           'HIGH', '{{}}'
    FROM tenants, generate_series(1, {rules}) AS r
"""


class Sent(NamedTuple):
    """A message of the load."""

    tenant: int
    device: int
    number: int
    time: datetime
    metrics: dict[str, Any]


class Load:
    """So many batches, the last of them from just now. The same number gives the same messages."""

    def __init__(self, batches: int) -> None:
        self._start = clock.now().replace(microsecond=0) - batches * SPAN

    def messages(self, batch: int) -> list[Sent]:
        """The messages of a batch, evenly from all devices."""
        chosen = random.Random(batch)
        start = self._start + batch * SPAN
        return [
            Sent(
                tenant=number % TENANTS,
                device=number % DEVICES,
                number=batch * BATCH + number,
                time=start + number * SPAN / BATCH,
                metrics=_metrics(chosen),
            )
            for number in range(BATCH)
        ]

    def quiet(self, batch: int) -> list[Sent]:
        """Those of them that are not the noisy tenant's."""
        return [message for message in self.messages(batch) if message.tenant != NOISY]

    def flood(self, batch: int) -> list[Sent]:
        """As many messages as `quiet`, in the same time, all from the noisy tenant's devices."""
        chosen = random.Random(batch)
        start = self._start + batch * SPAN
        count = BATCH - BATCH // TENANTS
        devices = range(NOISY, DEVICES, TENANTS)
        return [
            Sent(
                tenant=NOISY,
                device=devices[number % len(devices)],
                number=-batch * BATCH - number - 1,
                time=start + number * SPAN / count,
                metrics=_metrics(chosen),
            )
            for number in range(count)
        ]


def _metrics(chosen: random.Random) -> dict[str, Any]:
    return {
        "temp_c": round(chosen.uniform(-30, 60), 2),
        "humidity": round(chosen.uniform(0, 100), 1),
        "pressure_hpa": round(chosen.uniform(950, 1050), 1),
        "power_w": chosen.randrange(3000),
        "door_open": chosen.random() < 0.1,
    }


def event_of(messages: Sequence[Sent], *, receive_count: int = 1) -> dict[str, Any]:
    """The batch as SQS hands it to the function."""
    return {"Records": [_record(message, receive_count) for message in messages]}


def lines_of(messages: Sequence[Sent]) -> bytes:
    """The batch's rows as text for COPY."""
    return "".join(
        f"{message.time.isoformat()}\ttenant-{message.tenant}\tsensor-{message.device}\tm-{message.number}"
        f"\ttelemetry\t{abs(message.number)}\t{orjson.dumps(message.metrics).decode()}\n"
        for message in messages
    ).encode()


def make_fleet(owner_url: str) -> None:
    """Tenants, devices and their credentials."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(_MAKE_FLEET.format(tenants=TENANTS, devices=DEVICES).encode())


def make_rules(owner: psycopg.Connection) -> None:
    """Rules for every tenant, each with two conditions; some are breached by single values and wait for an hour."""
    owner.execute(_MAKE_RULES.format(rules=RULES, rare=_RARE).encode())


def _record(message: Sent, receive_count: int) -> dict[str, Any]:
    payload = {
        "version": "1",
        "ts": message.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "seq": abs(message.number),
        "message_id": f"m-{message.number}",
        "site_id": "hall",
        "metrics": message.metrics,
    }
    received = int(message.time.astimezone(UTC).timestamp() * 1000)
    body = {
        "data": base64.b64encode(orjson.dumps(payload)).decode(),
        "topic": f"devices/tenant-{message.tenant}/sensor-{message.device}/telemetry",
        "client_id": f"tenant-{message.tenant}:sensor-{message.device}",
        "principal": f"certificate-of-sensor-{message.device}",
        "received_at": received,
        "message_id": f"broker-{message.number}",
    }
    return {
        "messageId": f"queue-{message.number}",
        "receiptHandle": "handle",
        "body": orjson.dumps(body).decode(),
        "attributes": {
            "ApproximateReceiveCount": str(receive_count),
            "SentTimestamp": str(received),
            "SenderId": "AROAEXAMPLE:iot",
            "ApproximateFirstReceiveTimestamp": str(received),
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:telemetry",
        "awsRegion": "us-east-1",
    }
