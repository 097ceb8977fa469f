"""The site gateway on the deployed stack: net-snmp's notifications become alerts that the API shows, each once."""

import io
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import boto3
import orjson
import pytest

from edge.gateway import VERSION
from pulse.polling.assignment import Index, Part, target_shadow, write_index, write_part, write_target
from pulse.polling.target import PollTarget
from tests.integration.cut_connection import CutConnection
from tests.integration.site_gateway import LINK_UP, PATIENCE, USER, SiteGateway
from tests.integration.stack import wait_for
from tests.integration.tenancy import Tenancy

MOST_WAITING = 100


@pytest.fixture(scope="module")
def bundle(tenancy: Tenancy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The credential bundle of a gateway, unpacked, in a tenant that has SNMP enabled."""
    folder = tmp_path_factory.mktemp("bundle")
    api = tenancy.admin.api
    made = api.post("/customer/devices", json={"device_id": "gw-1", "site_id": "hall-a", "device_type": "freezer"})
    assert made.status_code == 201, made.text
    assert api.put("/customer/addons/snmp_generic", json={"enabled": True}).status_code == 200
    answer = api.post("/customer/devices/gw-1/credentials/bundle")
    assert answer.status_code == 201, answer.text
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    return folder / "gw-1"


@pytest.fixture(scope="module")
def cable(bundle: Path) -> Iterator[CutConnection]:
    """Between gateway and broker."""
    file = bundle / "config.json"
    config = orjson.loads(file.read_bytes())
    with CutConnection(config["host"], config["port"]) as cable:
        file.write_bytes(orjson.dumps({**config, "port": cable.port}))
        yield cable


@pytest.fixture
def gateway(bundle: Path, cable: CutConnection, tmp_path: Path) -> Iterator[SiteGateway]:
    """A running gateway whose spool is small."""
    cable.mend()
    with SiteGateway(tmp_path, bundle, max_events=MOST_WAITING) as gateway:
        wait_for(lambda: "broker_connected" in gateway.log, what="the broker", seconds=PATIENCE)
        yield gateway


class Inbox:
    """The tenant's alerts, as its people see them."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._api = tenancy.admin.api

    def links(self, status: str = "ALL") -> dict[str, list[dict[str, Any]]]:
        """Alerts of links that are down, by their interfaces' names."""
        answer = self._api.get("/customer/alerts", params={"status": status, "type": "LINK_DOWN", "limit": 200})
        assert answer.status_code == 200, answer.text
        found: dict[str, list[dict[str, Any]]] = {}
        for alert in answer.json()["items"]:
            found.setdefault(alert["details"]["fields"]["if_name"], []).append(alert)
        return found

    def wait_for_links(self, ports: range, status: str = "OPEN") -> dict[str, list[dict[str, Any]]]:
        """The same when all of these interfaces are among them."""
        names = {f"ge-0/0/{port}" for port in ports}

        def seen() -> dict[str, list[dict[str, Any]]] | None:
            links = self.links(status)
            return links if names <= set(links) else None

        links = wait_for(seen, what=f"alerts of the ports {ports}", seconds=PATIENCE)
        return {name: links[name] for name in names}

    def counts(self, ports: range, *, at_least: int) -> list[int]:
        """How often each was told of, once that is so many times altogether."""

        def told() -> list[int] | None:
            links = self.links("OPEN")
            counts = [alert["trigger_count"] for port in ports for alert in links.get(f"ge-0/0/{port}", [])]
            return counts if sum(counts) >= at_least else None

        return wait_for(told, what=f"{at_least} traps of the ports {ports}", seconds=PATIENCE)


@pytest.fixture
def inbox(tenancy: Tenancy) -> Inbox:
    return Inbox(tenancy)


def test_traps_of_every_version_are_alerts(gateway: SiteGateway, inbox: Inbox) -> None:
    gateway.old_trap(2, port=11)
    gateway.trap(port=12)
    gateway.trap(port=13, sender=[*USER, "-l", "authPriv", "-e", "0x80000000010203040506"])
    links = inbox.wait_for_links(range(11, 14))
    agents = {name: alert["details"]["fields"]["agent_address"] for name, [alert] in links.items()}
    assert agents == {"ge-0/0/11": "192.0.2.99", "ge-0/0/12": "127.0.0.1", "ge-0/0/13": "127.0.0.1"}
    assert {alert["details"]["gateway"]["device_id"] for [alert] in links.values()} == {"gw-1"}


def test_link_up_closes_link_down_of_the_same_interface_alone(gateway: SiteGateway, inbox: Inbox) -> None:
    for port in (21, 22):
        gateway.trap(port=port)
    inbox.wait_for_links(range(21, 23))
    gateway.trap(LINK_UP, port=21)
    inbox.wait_for_links(range(21, 22), "CLOSED")
    assert "ge-0/0/22" in inbox.links("OPEN")


def test_what_came_while_the_broker_was_away_arrives_once(
    gateway: SiteGateway, cable: CutConnection, inbox: Inbox
) -> None:
    cable.cut()
    for port in range(31, 41):
        gateway.trap(port=port)
    wait_for(lambda: "broker_away" in gateway.log, what="the cut")
    assert gateway.stop() == 0
    gateway.start()
    gateway.trap(port=41)
    cable.mend()
    assert inbox.counts(range(31, 42), at_least=11) == [1] * 11


def test_a_killed_gateway_loses_nothing_that_it_has_acknowledged(
    gateway: SiteGateway, cable: CutConnection, inbox: Inbox
) -> None:
    cable.cut()
    assert all(gateway.inform(port=port) for port in range(51, 56))
    gateway.kill()
    cable.mend()
    gateway.start()
    assert inbox.counts(range(51, 56), at_least=5) == [1] * 5


def test_a_full_spool_refuses_and_says_so(
    gateway: SiteGateway, cable: CutConnection, inbox: Inbox, tenancy: Tenancy
) -> None:
    cable.cut()
    wait_for(lambda: "broker_away" in gateway.log, what="the cut")
    for _ in range(MOST_WAITING // 10):
        for port in range(61, 71):
            gateway.trap(port=port)
    assert not gateway.inform(port=99, seconds=1)
    wait_for(lambda: "spool_full" in gateway.log, what="what it says of its spool")
    cable.mend()
    assert inbox.counts(range(61, 71), at_least=MOST_WAITING) == [MOST_WAITING // 10] * 10
    assert "ge-0/0/99" not in inbox.links()

    def latest() -> dict[str, float]:
        answer = tenancy.admin.api.get("/customer/devices/gw-1/telemetry/latest").json()
        return {reading["metric"]: reading["value"] for reading in answer["metrics"]}

    wait_for(lambda: latest().get("gateway_spool_refused_ever") == 1, what="the count", seconds=PATIENCE)
    wait_for(lambda: latest()["gateway_spool_events"] == 0, what="the empty spool", seconds=PATIENCE)


def test_a_gateway_reports_its_version_and_where_it_listens(gateway: SiteGateway, tenancy: Tenancy) -> None:
    def reported() -> Any:
        return tenancy.admin.api.get("/customer/devices/gw-1/shadow").json()["reported"].get("gateway")

    report = wait_for(reported, what="the report", seconds=PATIENCE)
    assert report["version"] == VERSION
    assert report["listen"][0].startswith("127.0.0.1:")
    assert gateway.stop() == 0


@pytest.fixture
def camera() -> Iterator[int]:
    """The port of something that answers requests."""

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"temperature": 61}')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Camera) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_gateway_polls_what_its_shadow_names_and_says_so(gateway: SiteGateway, tenancy: Tenancy, camera: int) -> None:
    target = PollTarget.model_validate(
        {
            "target_id": UUID(int=7),
            "version": 3,
            "name": "camera",
            "host": "127.0.0.1",
            "access": {"kind": "http", "port": camera, "tls": False},
            "questions": {"kind": "http", "requests": [{"name": "temperature", "path": "/temperature"}]},
            "interval_seconds": 30,
            "timeout_seconds": 10,
        }
    )
    client = boto3.client("iot-data")
    thing = f"{tenancy.tenant_id}:gw-1"

    def desire(shadow: str, desired: dict[str, Any]) -> None:
        payload = orjson.dumps({"state": {"desired": desired}})
        client.update_thing_shadow(thingName=thing, shadowName=shadow, payload=payload)

    def index() -> Any:
        return orjson.loads(client.get_thing_shadow(thingName=thing, shadowName="targets")["payload"].read())

    def polls() -> float | None:
        answer = tenancy.admin.api.get("/customer/devices/gw-1/telemetry/latest").json()
        readings = {reading["metric"]: reading["value"] for reading in answer["metrics"]}
        assert not readings.get("gateway_polls_failed"), gateway.log
        return readings.get("gateway_polls_done")

    desire(target_shadow(target.target_id), write_target(target))
    desire("targets-0", write_part(Part(5, {target.target_id: 3})))
    desire("targets", write_index(Index(5, [5])))
    wait_for(lambda: index()["state"].get("reported") == {"version": 5}, what="the report", seconds=PATIENCE)
    wait_for(polls, what="the poll", seconds=PATIENCE)
    desire("targets", write_index(Index(6, [])))
    wait_for(lambda: index()["state"].get("reported") == {"version": 6}, what="the end of it", seconds=PATIENCE)


@pytest.mark.usefixtures("gateway")
def test_what_a_gateway_finds_at_a_target_is_an_alert_until_the_target_is_gone(tenancy: Tenancy) -> None:
    api = tenancy.admin.api
    assert api.put("/customer/addons/axis_camera", json={"enabled": True}).status_code == 200
    wish = {
        "name": "gate-camera",
        "addon_id": "axis_camera",
        "host": "127.0.0.1",
        "access": {"kind": "http", "port": 1, "tls": False},  # nobody listens there
        "gateway_device_id": "gw-1",
        "interval_seconds": 30,
        "failures_before_alert": 1,
    }
    made = api.post("/customer/targets", json=wish)
    assert made.status_code == 201, made.text
    target_id = made.json()["target_id"]
    tenancy.stack.invoke("PollTargetsFunction")

    def alerts() -> list[dict[str, Any]]:
        listed = api.get("/customer/alerts", params={"status": "ALL", "type": "POLL_FAILED"}).json()["items"]
        return [alert for alert in listed if alert["details"]["target"]["target_id"] == target_id]

    [alert] = wait_for(alerts, what="the alert", seconds=PATIENCE)
    assert alert["status"] == "OPEN"
    shown = api.get(f"/customer/targets/{target_id}").json()
    assert (shown["last_outcome"], shown["gateway_device_id"]) == ("refused", "gw-1")
    assert api.delete(f"/customer/targets/{target_id}").status_code == 204
    assert [alert["status"] for alert in alerts()] == ["CLOSED"]


@pytest.mark.usefixtures("gateway")
def test_a_target_is_tested_through_its_gateway(tenancy: Tenancy, camera: int) -> None:
    api = tenancy.admin.api
    assert api.put("/customer/addons/axis_camera", json={"enabled": True}).status_code == 200
    wish = {
        "name": "yard-camera",
        "addon_id": "axis_camera",
        "host": "127.0.0.1",
        "access": {"kind": "http", "port": camera, "tls": False},
        "gateway_device_id": "gw-1",
        "interval_seconds": 86_400,
    }
    target = api.post("/customer/targets", json=wish).json()
    path = f"/customer/targets/{target['target_id']}/test"
    told = api.post(path)
    assert (told.status_code, told.json()["state"]) == (200, "WAITING"), told.text
    tenancy.stack.invoke("PollTargetsFunction")

    def answered() -> dict[str, Any] | None:
        trial: dict[str, Any] = api.get(path).json()
        return trial if trial["state"] == "ANSWERED" else None

    trial = wait_for(answered, what="the answer", seconds=PATIENCE)
    assert trial["answers"][0]["excerpt"] == '{"temperature": 61}'
    [command] = api.get("/customer/devices/gw-1/commands", params={"name": "poll_target"}).json()["items"]
    assert command["status"] == "ACKNOWLEDGED"
    assert api.delete(f"/customer/targets/{target['target_id']}").status_code == 204
