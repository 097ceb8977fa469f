"""A fleet that publishes to the deployed stack's queue, as the topic rules do, whatever happens behind it."""

import base64
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any, Final
from uuid import uuid4

import boto3
import orjson

from tests.builders import Fleet
from tests.soak.ledger import Kind, Ledger

DEVICES: Final = 100
_STEP_SECONDS: Final = 0.2
_POISON_SHARE: Final = 0.01
_ENTRIES_PER_CALL: Final = 10
_SENDERS: Final = 4


class Load(threading.Thread):
    """Publishes at a rate until it is stopped; each message twice, one in a hundred of them poison.

    `clock_error` is by how much the clocks of every tenth device are wrong. Other faults are somebody else's.
    """

    def __init__(self, fleet: Fleet, queue_url: str, *, rate: int) -> None:
        super().__init__(name="load")
        for number in range(DEVICES):
            fleet.add_device(f"sensor-{number}")
        self.ledger = Ledger(fleet.tenant_id)
        self.clock_error = timedelta()
        self._queue_url = queue_url
        self._each_step = round(rate * _STEP_SECONDS)
        self._client = boto3.client("sqs")
        self._random = random.Random(7)
        self._number = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Publish until stopped."""
        with ThreadPoolExecutor(_SENDERS) as pool:
            while not self._over.is_set():
                due = time.monotonic() + _STEP_SECONDS
                entries = [entry for _ in range(self._each_step) for entry in self._next_message()]
                self._random.shuffle(entries)
                list(pool.map(self._send, batched(entries, _ENTRIES_PER_CALL, strict=False)))
                time.sleep(max(0.0, due - time.monotonic()))

    def stop(self) -> None:
        """Publish no more; what was begun is sent to its end."""
        self._over.set()
        self.join()

    def _next_message(self) -> Iterator[tuple[str, Kind, str]]:
        """A new message, twice."""
        number = self._number % DEVICES
        self._number += 1
        message_id, now = str(uuid4()), datetime.now(UTC)
        time_sent = now + self.clock_error if number % 10 == 0 else now
        kind = Kind.AHEAD if time_sent > now + timedelta(minutes=5) else Kind.GOOD
        payload = orjson.dumps(
            {
                "ts": time_sent.isoformat(),
                "seq": self._number,
                "message_id": message_id,
                "metrics": {"temp_c": self._random.uniform(-20, 5), "n": self._number, "door_open": False},
            }
        )
        if kind is Kind.GOOD and self._random.random() < _POISON_SHARE:
            kind, payload = Kind.GARBAGE, payload[: len(payload) // 2]
        body = {
            "data": base64.b64encode(payload).decode(),
            "topic": f"devices/{self.ledger.tenant_id}/sensor-{number}/telemetry",
            "client_id": f"{self.ledger.tenant_id}:sensor-{number}",
            "principal": f"certificate-sensor-{number}",
            "received_at": int(now.timestamp() * 1000),
            "message_id": message_id,
        }
        for _ in range(2):
            yield message_id, kind, orjson.dumps(body).decode()

    def _send(self, entries: Sequence[tuple[str, Kind, str]]) -> None:
        """Hand messages to the queue, and note those that it has taken."""
        bodies: list[Any] = [{"Id": str(n), "MessageBody": body} for n, (_, _, body) in enumerate(entries)]
        answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=bodies)
        for taken in answer.get("Successful", []):
            message_id, kind, _ = entries[int(taken["Id"])]
            self.ledger.sent[message_id] = kind
