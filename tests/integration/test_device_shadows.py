"""Shadows on the deployed stack: people desire, devices report over MQTT and HTTP."""

from typing import Any

import boto3
import httpx
import orjson
import pytest

from pulse.devices import broker, shadows
from pulse.devices.shadow import read_shadow
from pulse.devices.shadow_store import NoThingError
from pulse.devices.topics import thing_name
from tests.integration.onboarding import Newcomer
from tests.integration.stack import wait_for


class Desired:
    """The shadow of a newcomer as its people see it."""

    def __init__(self, newcomer: Newcomer) -> None:
        self._api = newcomer.api
        self._path = f"{newcomer.path}/shadow"

    def read(self) -> dict[str, Any]:
        answer = self._api.get(self._path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
        document: dict[str, Any] = answer.json()
        return document

    def put(self, desired: object, if_match: str | None = None) -> httpx.Response:
        return self._api.put(f"{self._path}/desired", json={"desired": desired}, headers=_headers(if_match))

    def patch(self, desired: object, if_match: str | None = None) -> httpx.Response:
        return self._api.patch(f"{self._path}/desired", json={"desired": desired}, headers=_headers(if_match))


def _headers(if_match: str | None) -> dict[str, str]:
    return {} if if_match is None else {"If-Match": if_match}


@pytest.fixture
def shadow(newcomer: Newcomer) -> Desired:
    return Desired(newcomer)


def test_a_device_without_a_shadow_has_an_empty_one(shadow: Desired) -> None:
    empty = shadow.read()
    assert (empty["version"], empty["desired"], empty["reported"], empty["delta"]) == (0, {}, {}, {})


def test_what_is_put_takes_the_place_of_what_was_desired_and_a_patch_changes_parts(shadow: Desired) -> None:
    assert shadow.put({"interval": 60, "led": {"on": True, "color": "red"}}).status_code == 200
    assert shadow.patch({"led": {"color": None}, "name": "dairy"}).status_code == 200
    assert shadow.read()["desired"] == {"interval": 60, "led": {"on": True}, "name": "dairy"}
    replaced = shadow.put({"interval": 30})
    assert replaced.json()["desired"] == replaced.json()["delta"] == {"interval": 30}
    assert shadow.put({}).json()["desired"] == {}


def test_a_change_of_an_outdated_version_is_refused(shadow: Desired) -> None:
    first = shadow.put({"interval": 60}).headers["etag"]
    assert shadow.put({"interval": 30}, if_match=first).status_code == 200
    assert shadow.put({"interval": 10}, if_match=first).status_code == 412
    assert shadow.patch({"interval": 10}, if_match=first).status_code == 412
    assert shadow.read()["desired"] == {"interval": 30}


def test_what_changes_nothing_leaves_the_version(shadow: Desired) -> None:
    version = shadow.put({"interval": 60}).json()["version"]
    assert shadow.put({"interval": 60}).json()["version"] == version
    assert shadow.patch({"interval": 60, "led": None}).json()["version"] == version


def test_a_connected_device_is_told_of_the_delta_and_its_report_ends_it(newcomer: Newcomer, shadow: Desired) -> None:
    new = newcomer.post("/credentials").json()
    topic = f"$aws/things/{new['mqtt']['client_id']}/shadow/update"
    with newcomer.connect(new) as connection:
        assert connection.wait_connected() == "Success"
        assert connection.subscribe(f"{topic}/delta") == "Granted QoS 1"
        foreign = f"$aws/things/{newcomer.tenancy.tenant_id}:another/shadow/update/delta"
        assert connection.subscribe(foreign) == "Not authorized"
        shadow.put({"interval": 60})
        [delta] = wait_for(lambda: connection.received, what="the delta")
        assert orjson.loads(delta.payload)["state"] == {"interval": 60}
        assert connection.publish({"state": {"reported": {"interval": 60}}}, topic=topic) == "Success"
        wait_for(lambda: shadow.read()["reported"], what="the report")
    reported = shadow.read()
    assert (reported["reported"], reported["delta"]) == ({"interval": 60}, {})
    assert reported["reported_at"]


def test_a_device_that_speaks_http_reads_its_shadow_and_reports(newcomer: Newcomer, shadow: Desired) -> None:
    shadow.put({"interval": 60, "led": "on"})
    device = newcomer.stack.api_with(newcomer.post("/credentials", {"kind": "token"}).json()["token"])
    assert device.get("/ingest/v1/shadow").json()["delta"] == {"interval": 60, "led": "on"}
    answered = device.post("/ingest/v1/shadow", json={"reported": {"interval": 60}})
    assert (answered.status_code, answered.json()["delta"]) == (200, {"led": "on"})
    assert shadow.read()["reported"] == {"interval": 60}
    for bad in (b"no JSON", b"{}", b'{"reported": {"a": NaN}}', b'{"desired": {}}', b'{"reported": 7}'):
        assert device.post("/ingest/v1/shadow", content=bad).status_code == 422
    assert device.post("/ingest/v1/shadow", content=b"x" * 20_000).status_code == 413
    assert newcomer.stack.api_with("pd_nobody").get("/ingest/v1/shadow").status_code == 401


def test_a_device_that_has_a_token_alone_reports_and_is_made_no_thing(newcomer: Newcomer, shadow: Desired) -> None:
    device = newcomer.stack.api_with(newcomer.post("/credentials", {"kind": "token"}).json()["token"])
    assert device.post("/ingest/v1/shadow", json={"reported": {"interval": 60}}).status_code == 200
    assert shadow.read()["reported"] == {"interval": 60}
    client = boto3.client("iot")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_thing(thingName=thing_name(newcomer.tenancy.tenant_id, newcomer.device_id))


@pytest.mark.parametrize("refusals", [0, 1])
def test_a_report_makes_a_thing_only_when_aws_iot_asks_for_one(monkeypatch: pytest.MonkeyPatch, refusals: int) -> None:
    calls: list[str] = []

    def update(*_: object, **__: object) -> None:
        calls.append("update")
        if calls.count("update") <= refusals:
            raise NoThingError

    monkeypatch.setattr(shadows, "update_shadow", update)
    monkeypatch.setattr(shadows, "load_shadow", lambda *_: read_shadow(None))
    monkeypatch.setattr(broker, "ensure_thing", lambda *_: calls.append("thing"))
    shadows.report("acme", "freezer-1", {"interval": 60})
    assert calls == (["update", "thing", "update"] if refusals else ["update"])


def test_who_has_the_id_next_has_neither_shadow_nor_readings_of_the_one_before(newcomer: Newcomer) -> None:
    shadow = Desired(newcomer)
    shadow.put({"interval": 60})
    registered = newcomer.api.get(newcomer.path).json()
    token = newcomer.post("/credentials", {"kind": "token"}).json()["token"]
    device = newcomer.stack.api_with(token)
    assert device.post("/ingest/v1/telemetry", json={"metrics": {"temp_c": 4.5}}).status_code == 202
    newcomer.wait_online()

    def readings() -> list[Any]:
        found: list[Any] = newcomer.api.get(f"{newcomer.path}/telemetry").json()["items"]
        return found

    def history() -> list[Any]:
        query = {"metric": "temp_c", "range": "24h"}
        points: list[Any] = newcomer.api.get(f"{newcomer.path}/telemetry/history", params=query).json()["points"]
        return points

    wait_for(readings, what="the reading")
    assert history()
    assert newcomer.api.post(f"{newcomer.path}/decommission", json={"reason": "sold"}).status_code == 200
    assert newcomer.api.delete(newcomer.path).status_code == 204
    again = {name: registered[name] for name in ("device_id", "site_id", "device_type")}
    assert newcomer.api.post("/customer/devices", json=again).status_code == 201
    assert shadow.read()["desired"] == {}
    assert (readings(), history()) == ([], [])
    exported = newcomer.api.get(f"{newcomer.path}/telemetry/export", params={"range": "24h"})
    assert len(exported.text.splitlines()) == 1
    latest = newcomer.api.get(f"{newcomer.path}/telemetry/latest").json()
    assert latest["metrics"] == []
    # What the new one sends is its own.
    token = newcomer.post("/credentials", {"kind": "token"}).json()["token"]
    fresh = newcomer.stack.api_with(token)
    assert fresh.post("/ingest/v1/telemetry", json={"metrics": {"temp_c": 7}}).status_code == 202
    wait_for(readings, what="the new device's reading")
    assert [point["max"] for point in history()] == [7]


def test_deployed_a_deleted_device_leaves_neither_thing_nor_certificate_at_the_broker(newcomer: Newcomer) -> None:
    iot = boto3.client("iot")
    thing = thing_name(newcomer.tenancy.tenant_id, newcomer.device_id)
    issued = [newcomer.post("/credentials").json()["credential_id"] for _ in range(2)]
    assert {arn.rpartition("/")[2] for arn in iot.list_thing_principals(thingName=thing)["principals"]} == set(issued)
    assert newcomer.api.delete(newcomer.path).status_code == 409
    iot.describe_thing(thingName=thing)
    assert newcomer.api.post(f"{newcomer.path}/decommission", json={"reason": "sold"}).status_code == 200
    assert newcomer.api.delete(newcomer.path).status_code == 204
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=thing)
    for certificate_id in issued:
        with pytest.raises(iot.exceptions.ResourceNotFoundException):
            iot.describe_certificate(certificateId=certificate_id)
