"""What a device can't do: at the broker by its policy, and at ingest by its credential, on the deployed stack."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from pulse import clock
from pulse.database import tenant_session
from pulse.devices.credential_endings import revoke_all_credentials
from tests.builders import ACTOR
from tests.integration.onboarding import Newcomer
from tests.integration.stack import DeviceConnection, wait_for


@pytest.fixture
def new(newcomer: Newcomer) -> dict[str, Any]:
    """A certificate of the newcomer, with its key."""
    document: dict[str, Any] = newcomer.post("/credentials").json()
    return document


@pytest.fixture
def session(newcomer: Newcomer, new: dict[str, Any]) -> Iterator[DeviceConnection]:
    """An open session of the newcomer."""
    with newcomer.connect(new) as connection:
        assert connection.wait_connected() == "Success"
        yield connection


def refusals(newcomer: Newcomer) -> list[str]:
    answer = newcomer.api.get("/customer/quarantine", params={"device_id": newcomer.device_id})
    assert answer.status_code == 200, answer.text
    return [entry["reason"] for entry in answer.json()["items"]]


def revoke(newcomer: Newcomer, new: dict[str, Any]) -> None:
    answer = newcomer.api.delete(f"{newcomer.path}/credentials/{new['credential_id']}")
    assert answer.status_code == 204, answer.text


def test_a_device_subscribes_to_its_own_topics_alone(newcomer: Newcomer, session: DeviceConnection) -> None:
    own = f"devices/{newcomer.tenancy.tenant_id}/{newcomer.device_id}/commands"
    assert session.subscribe(own) == "Granted QoS 1"
    for foreign in (
        f"devices/{newcomer.tenancy.tenant_id}/another/commands",
        f"devices/acme-cold-chain/{newcomer.device_id}/commands",
        f"devices/{newcomer.tenancy.tenant_id}/+/commands",
        "#",
    ):
        assert session.subscribe(foreign) == "Not authorized", foreign


def test_a_device_publishes_on_its_own_topics_and_past_them_to_the_rules_that_are_for_it(
    newcomer: Newcomer, session: DeviceConnection
) -> None:
    own = f"devices/{newcomer.tenancy.tenant_id}/{newcomer.device_id}"
    thing = f"{newcomer.tenancy.tenant_id}:{newcomer.device_id}"
    for allowed in (f"{own}/heartbeat", f"$aws/rules/pulse_heartbeat/{own}/heartbeat"):
        assert session.publish({}, topic=allowed) == "Success", allowed
    for forbidden in (
        f"{own}/commands",
        f"{own}/anything",
        f"devices/{newcomer.tenancy.tenant_id}/another/telemetry",
        f"devices/acme-cold-chain/{newcomer.device_id}/telemetry",
        f"$aws/rules/pulse_telemetry/devices/{newcomer.tenancy.tenant_id}/another/telemetry",
        f"$aws/rules/pulse_telemetry/{own}/anything",
        f"$aws/rules/pulse_presence/{own}/telemetry",
        f"$aws/rules/pulse_shadow_reports/{own}/telemetry",
        f"$aws/things/{newcomer.tenancy.tenant_id}:another/shadow/update",
        f"$aws/things/{thing}/jobs/start-next",
    ):
        assert session.publish({"metrics": {"temp_c": 4.5}}, topic=forbidden) == "Not authorized", forbidden


def test_a_foreign_client_id_is_refused(newcomer: Newcomer, new: dict[str, Any]) -> None:
    foreign = {**new, "mqtt": {**new["mqtt"], "client_id": f"{newcomer.tenancy.tenant_id}:another"}}
    with newcomer.connect(foreign) as connection:
        assert connection.wait_connected() != "Success"


def test_revoking_cuts_an_open_session(newcomer: Newcomer, new: dict[str, Any], session: DeviceConnection) -> None:
    revoke(newcomer, new)
    assert session.publish({"metrics": {"temp_c": 4.5}}) == "Not authorized"


def test_a_revoked_certificate_does_not_connect_again(newcomer: Newcomer, new: dict[str, Any]) -> None:
    revoke(newcomer, new)
    with newcomer.connect(new) as connection:
        time.sleep(3)
        assert connection.connected_with != "Success"


def test_a_session_that_outlives_its_revocation_at_the_broker_is_refused_by_ingest(
    newcomer: Newcomer, session: DeviceConnection, deployed_database: str
) -> None:
    assert deployed_database
    tenant_id = newcomer.tenancy.tenant_id
    with tenant_session(tenant_id) as connection:
        revoke_all_credentials(connection, tenant_id, newcomer.device_id, actor=ACTOR, now=clock.now())
    assert session.publish({"metrics": {"temp_c": 4.5}}) == "Success"
    wait_for(lambda: "CREDENTIAL_REVOKED" in refusals(newcomer), what="the refusal")
    assert newcomer.status() == "PENDING"


def test_nobody_connects_without_a_certificate(newcomer: Newcomer) -> None:
    device = {"client_id": f"{newcomer.tenancy.tenant_id}:{newcomer.device_id}"}
    with DeviceConnection(newcomer.stack.description["mqtt"], device) as connection:
        time.sleep(3)
        assert connection.connected_with != "Success"
