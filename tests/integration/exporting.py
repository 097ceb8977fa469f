"""Exports into the bucket, asked for and made, for their tests."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import boto3
import httpx
import pytest

from pulse import clock
from pulse.events import outbox
from pulse.exports import making, managing
from pulse.exports.export import Dataset, Export, ExportWish, Format
from pulse.settings import settings
from tests.builders import NOON, ORIGIN, Fleet, take_all

BUDGET = timedelta(minutes=13)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Time:
    """The clock of a test."""

    def __init__(self) -> None:
        self.now = NOON


@pytest.fixture
def time(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Time:
    """It is noon, and what is published goes nowhere."""
    assert fleet
    time = Time()
    monkeypatch.setattr(outbox, "put_events", take_all)
    monkeypatch.setattr(clock, "now", lambda: time.now)
    return time


@pytest.fixture
def exporter(fleet: Fleet, time: Time) -> Fleet:
    assert time
    return fleet


def ask(fleet: Fleet, dataset: Dataset, file_format: Format = Format.JSON, **wished: Any) -> Export:
    return managing.request_export(fleet.person(), ExportWish(dataset, file_format, **wished), origin=ORIGIN)


def make(fleet: Fleet, export: Export, *, budget: timedelta = BUDGET) -> Export:
    making.make_export(fleet.tenant_id, export.export_id, budget=budget)
    return managing.get_export(fleet.tenant_id, export.export_id)


def fetch(fleet: Fleet, export: Export) -> httpx.Response:
    return httpx.get(managing.get_link(fleet.person(), export.export_id, origin=ORIGIN).url, timeout=60)


def files_of(fleet: Fleet) -> int:
    """How many files a tenant has in the bucket, begun ones included."""
    name, prefix = str(settings().exports_bucket_name), f"{fleet.tenant_id}/"
    with closing(boto3.client("s3")) as client:
        begun = client.list_multipart_uploads(Bucket=name).get("Uploads", [])
        finished = client.list_objects_v2(Bucket=name, Prefix=prefix)["KeyCount"]
    return finished + sum(upload["Key"].startswith(prefix) for upload in begun)
