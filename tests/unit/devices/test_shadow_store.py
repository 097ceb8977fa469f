"""What goes with a deleted device, at an AWS IoT whose answers are given: the emulator lists no named shadows."""

import io
from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from pulse.devices import shadow_store
from pulse.devices.shadow_store import delete_shadows

THING = {"thingName": "acme:freezer-1"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client("iot-data", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    monkeypatch.setattr(shadow_store, "_client", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
    stubber.assert_no_pending_responses()


def expect_deletion(aws: Stubber, **name: str) -> None:
    aws.add_response("delete_thing_shadow", {"payload": io.BytesIO(b"{}")}, {**THING, **name})


def test_shadows_with_names_go_with_the_one_without(aws: Stubber) -> None:
    expect_deletion(aws)
    aws.add_response("list_named_shadows_for_thing", {"results": ["light", "heat"], "nextToken": "more"}, THING)
    aws.add_response("list_named_shadows_for_thing", {"results": ["door"]}, {**THING, "nextToken": "more"})
    for name in ("light", "heat", "door"):
        expect_deletion(aws, shadowName=name)
    delete_shadows("acme", "freezer-1")


def test_a_device_without_any_is_fine(aws: Stubber) -> None:
    aws.add_client_error("delete_thing_shadow", "ResourceNotFoundException")
    aws.add_client_error("list_named_shadows_for_thing", "ResourceNotFoundException")
    delete_shadows("acme", "freezer-1")


def test_a_shadow_that_somebody_else_has_deleted_meanwhile_is_fine(aws: Stubber) -> None:
    expect_deletion(aws)
    aws.add_response("list_named_shadows_for_thing", {"results": ["light", "heat"]}, THING)
    aws.add_client_error("delete_thing_shadow", "ResourceNotFoundException")
    expect_deletion(aws, shadowName="heat")
    delete_shadows("acme", "freezer-1")
