"""What site gateways send becomes alerts once, whatever is sent again and however late it comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pulse.clock import format_instant
from pulse.inbound.gateways import process_gateway_message
from pulse.inbound.processing import Outcome
from tests.builders import NOON, Fleet
from tests.integration.inbound import enable

SECOND = timedelta(seconds=1)
LINK_DOWN, LINK_UP, COLD_START = (f"1.3.6.1.6.3.1.1.5.{number}" for number in (3, 4, 1))
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"


def trap(oid: str = LINK_DOWN, *, port: int = 7, switch: str = "192.0.2.7", at: datetime = NOON, **more: Any) -> Any:
    """A notification of an interface as a gateway hands it on."""
    return {
        "kind": "trap",
        "message_id": str(uuid4()),
        "received_at": format_instant(at),
        "source_address": switch,
        "version": "2c",
        "agent_address": switch,
        "trap_oid": oid,
        "varbinds": [{"oid": f"{IF_INDEX}.{port}", "value": port}],
        **more,
    }


class Gateway:
    """A device of a fleet that hands on notifications."""

    def __init__(self, fleet: Fleet, *, device_id: str = "gateway-1") -> None:
        self.fleet = fleet
        self.device_id = fleet.add_device(device_id)

    def send(self, events: Sequence[Any], *, at: datetime = NOON, **changes: Any) -> Outcome:
        """Have a message processed that came in at a time."""
        document = {"version": "1", "events": list(events)}
        message = self.fleet.message(
            changes.pop("payload", document), device_id=self.device_id, at=at, msg_type="inbound"
        )
        return process_gateway_message(type(message)(**{**_fields(message), **changes}))

    def alerts(self, *statuses: str) -> list[dict[str, Any]]:
        rows = self.fleet.rows("SELECT * FROM alerts ORDER BY opened_at, type, alert_id")
        return [row for row in rows if not statuses or row["status"] in statuses]

    def refusals(self) -> list[tuple[str, str]]:
        rows = self.fleet.rows("SELECT reason, detail FROM quarantine_events ORDER BY reason, detail")
        return [(row["reason"], row["detail"]) for row in rows]


def _fields(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__struct_fields__}


@pytest.fixture
def gateway(fleet: Fleet) -> Gateway:
    enable(fleet, "snmp_generic")
    return Gateway(fleet)


def test_link_up_closes_link_down_of_the_same_interface_of_the_same_switch(gateway: Gateway) -> None:
    down = [trap(port=7), trap(port=8), trap(port=7, switch="192.0.2.8")]
    assert gateway.send(down) == Outcome(opened=3)
    assert gateway.send([trap(LINK_UP, port=7, at=NOON + SECOND)], at=NOON + SECOND) == Outcome(closed=1)
    left = [(alert["details"]["fields"]["agent_address"], alert["details"]["fields"]["if_index"]) for alert in
            gateway.alerts("OPEN")]  # fmt: skip
    assert sorted(left) == [("192.0.2.7", 8), ("192.0.2.8", 7)]


def test_an_alert_says_which_gateway_heard_of_it_and_belongs_to_its_site(gateway: Gateway) -> None:
    gateway.send([trap()])
    [alert] = gateway.alerts()
    assert alert["details"]["gateway"] == {"device_id": "gateway-1"}
    assert (alert["source"], alert["device_id"], alert["site_id"]) == ("addon", None, "hall-a")
    [external] = gateway.fleet.rows("SELECT name, address FROM external_devices")
    assert external == {"name": "192.0.2.7", "address": "192.0.2.7"}


def test_a_device_is_recognized_by_the_address_that_it_speaks_from(gateway: Gateway) -> None:
    fleet = gateway.fleet
    fleet.add_device("core-switch", tags={"ip_address": "192.0.2.7"})
    fleet.add_device("edge-switch")
    fleet.rows(
        """
        INSERT INTO poll_targets (tenant_id, name, addon_id, host, access, gateway_device_id, interval_seconds,
                                  timeout_seconds, failures_before_alert)
        VALUES (%s, 'edge-switch', 'ups_mib_poll', '192.0.2.8', '{}', 'gateway-1', 60, 10, 2)
        RETURNING target_id
        """,
        fleet.tenant_id,
    )
    gateway.send([trap(switch="192.0.2.7"), trap(switch="192.0.2.8"), trap(switch="192.0.2.9")])
    found = {alert["details"]["fields"]["agent_address"]: alert["device_id"] for alert in gateway.alerts()}
    assert found == {"192.0.2.7": "core-switch", "192.0.2.8": "edge-switch", "192.0.2.9": None}


def test_the_same_address_in_another_site_or_of_two_devices_is_nobody(gateway: Gateway) -> None:
    fleet = gateway.fleet
    fleet.rows("INSERT INTO sites (tenant_id, site_id, name) VALUES (%s, 'hall-b', 'B') RETURNING site_id",
               fleet.tenant_id)  # fmt: skip
    fleet.add_device("elsewhere", site_id="hall-b", tags={"ip_address": "192.0.2.7"})
    for name in ("one", "two"):
        fleet.add_device(name, tags={"ip_address": "192.0.2.8"})
    gateway.send([trap(switch="192.0.2.7"), trap(switch="192.0.2.8")])
    assert [alert["device_id"] for alert in gateway.alerts()] == [None, None]


def test_what_is_sent_again_counts_once_even_among_others(gateway: Gateway) -> None:
    first, second = trap(), trap(at=NOON + SECOND)
    gateway.send([first])
    assert gateway.send([first, second], at=NOON + 2 * SECOND) == Outcome(ignored=1)
    [alert] = gateway.alerts()
    assert alert["trigger_count"] == 2


def test_a_raise_that_is_sent_again_after_its_clear_opens_nothing(gateway: Gateway) -> None:
    raised, cleared = trap(), trap(LINK_UP, at=NOON + SECOND)
    gateway.send([raised, cleared])
    gateway.send([raised], at=NOON + 2 * SECOND)
    assert gateway.alerts("OPEN", "ACKNOWLEDGED") == []


def test_hours_offline_open_alerts_now_and_say_when_it_happened(gateway: Gateway) -> None:
    gateway.send([trap(at=NOON - timedelta(hours=5))])
    [alert] = gateway.alerts()
    assert (alert["opened_at"], alert["details"]["occurred_at"]) == (NOON, format_instant(NOON - timedelta(hours=5)))


def test_the_clock_of_a_gateway_that_is_ahead_counts_as_ours(gateway: Gateway) -> None:
    gateway.send([trap(at=NOON + timedelta(days=400))])
    assert gateway.send([trap(LINK_UP, at=NOON + SECOND)], at=NOON + SECOND) == Outcome(closed=1)


def test_a_clock_that_is_far_ahead_leaves_the_order_within_a_message_as_it_is(gateway: Gateway) -> None:
    ahead = NOON + timedelta(days=400)
    events = [(oid, port) for port in range(20) for oid in (LINK_DOWN, LINK_UP)]
    gateway.send([trap(oid, port=port, at=ahead + number * SECOND) for number, (oid, port) in enumerate(events)])
    assert len(gateway.alerts("CLOSED")) == 20
    assert gateway.alerts("OPEN", "ACKNOWLEDGED") == []


def test_one_unreadable_event_is_quarantined_and_told_of_and_its_neighbours_count(gateway: Gateway) -> None:
    assert gateway.send([trap(), trap("not an oid"), {"kind": "telegram"}, trap(port=9)]) == Outcome(opened=3)
    assert {alert["type"] for alert in gateway.alerts("OPEN")} == {"LINK_DOWN", "INBOUND_UNREADABLE"}
    assert [reason for reason, _ in gateway.refusals()] == ["UNDECODABLE"] * 2
    assert gateway.send([trap(port=10, at=NOON + SECOND)]) == Outcome(opened=1, closed=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"principal": "certificate-of-somebody"}, "CREDENTIAL_MISMATCH"),
        ({"payload": b"{"}, "INVALID_JSON"),
        ({"payload": {"version": "2", "events": []}}, "UNSUPPORTED_VERSION"),
        ({"payload": {"version": "1", "events": 7}}, "UNDECODABLE"),
        ({"payload": {"version": "1", "events": [{}] * 101}}, "UNDECODABLE"),
        ({"payload": []}, "UNDECODABLE"),
    ],
)
def test_a_message_is_refused_for_its_reason(gateway: Gateway, changes: dict[str, Any], reason: str) -> None:
    assert gateway.send([trap()], **changes) == Outcome(ignored=1)
    assert [found for found, _ in gateway.refusals()] == [reason]
    assert gateway.alerts() == []


def test_nobody_speaks_for_another_gateway_with_a_credential_of_its_own(gateway: Gateway, fleet: Fleet) -> None:
    other = Gateway(fleet, device_id="gateway-2")
    assert other.send([trap()], principal="certificate-gateway-1") == Outcome(ignored=1)
    assert gateway.refusals() == [("CREDENTIAL_MISMATCH", "the sender's credential does not belong to this device")]


def test_a_message_of_a_gateway_is_a_sign_of_its_life(gateway: Gateway) -> None:
    gateway.send([])
    assert gateway.fleet.rows("SELECT status FROM device_state") == [{"status": "ONLINE"}]


def test_a_trap_that_no_enabled_addon_knows_is_left_aside(fleet: Fleet) -> None:
    gateway = Gateway(fleet)
    assert gateway.send([trap(COLD_START)]) == Outcome(ignored=1)
    assert gateway.refusals() == []


def refusals(rate: int, spool: int = 0, *, at: datetime = NOON) -> Any:
    """What a gateway could not take in a minute."""
    header = {"kind": "refusals", "message_id": str(uuid4()), "received_at": format_instant(at)}
    return {**header, "refused": {"rate": rate, "spool": spool}, "seconds": 60}


def test_what_a_gateway_refuses_is_an_alert_until_it_refuses_nothing_more(gateway: Gateway) -> None:
    flood = refusals(17, 3)
    assert gateway.send([flood]) == Outcome(opened=1)
    [alert] = gateway.alerts()
    assert (alert["type"], alert["device_id"]) == ("TRAPS_REFUSED", "gateway-1")
    assert alert["summary"] == "gateway gateway-1 has not taken 20 notifications within 60 s"
    assert alert["details"]["refused"] == {"rate": 17, "spool": 3}
    later = NOON + 60 * SECOND
    gateway.send([refusals(5, at=later)], at=later)
    assert gateway.send([refusals(0, at=later + SECOND)], at=later + SECOND) == Outcome(closed=1)
    assert gateway.send([flood], at=later + 2 * SECOND) == Outcome(ignored=1)
    assert [(alert["status"], alert["trigger_count"]) for alert in gateway.alerts()] == [("CLOSED", 2)]


def test_refusals_that_can_not_be_read_are_quarantined(gateway: Gateway) -> None:
    gateway.send([{**refusals(1), "refused": {"mood": 1}}])
    assert [alert["type"] for alert in gateway.alerts()] == ["INBOUND_UNREADABLE"]
