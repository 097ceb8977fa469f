"""Payloads that vendors' systems send, written by ourselves to the published formats, and what each has to say."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from pulse.inbound.reading import Delivery

FOLDER = Path(__file__).parent / "samples"
RECEIVED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Sample(NamedTuple):
    """A payload of one addon's system, and what is expected of it."""

    addon_id: str
    name: str
    delivery: Delivery
    says: list[dict[str, Any]]


def load_samples() -> dict[tuple[str, str], Sample]:
    """Every sample by its addon and name."""
    samples: dict[tuple[str, str], Sample] = {}
    for file in sorted(FOLDER.glob("*.json")):
        for case in orjson.loads(file.read_bytes()):
            body = case["text"].encode() if "text" in case else orjson.dumps(case["body"])
            delivery = Delivery(body, RECEIVED_AT, "198.51.100.7", case.get("query", {}), case.get("polled", {}))
            samples[file.stem, case["name"]] = Sample(file.stem, case["name"], delivery, case["says"])
    return samples
