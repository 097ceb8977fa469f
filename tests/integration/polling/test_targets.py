"""From a target to alerts: what a poll opens, what a complete one ends, and what it says when there is no answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.devices.shadow_store import load_shadow, update_shadow
from pulse.devices.state import DeviceStatus
from pulse.errors import ConflictError, InvalidInputError, StaleVersionError
from pulse.inbound import managing_addons, managing_sources
from pulse.inbound.authentication import HeaderAuthentication
from pulse.inbound.source import SourceWish
from pulse.polling.assignment import (
    INDEX_SHADOW,
    MOST_IN_PART,
    part_shadow,
    read_index,
    read_part,
    read_target,
    target_shadow,
)
from pulse.polling.outcome import OutcomeKind
from pulse.polling.report import read_report
from pulse.targets import assigning, managing
from pulse.targets.assigning import write_assignments
from pulse.targets.bulk_import import import_targets
from pulse.targets.hearing import hear_poll
from pulse.targets.import_file import template
from pulse.targets.polling import hand_out_due
from pulse.targets.target import Target, TargetFilter, TargetGateway, TargetWish
from pulse.targets.trials import try_target
from tests.builders import ORIGIN
from tests.integration.outbound.servers import Received, Receiver, Reply, free_port, running
from tests.integration.polling.snmp_agent import UPS, SnmpAgent
from tests.integration.polling.ssh_server import SshServer
from tests.integration.polling.targets import community_access, ssh_access
from tests.integration.polling.turns import PATIENCE, Turns

UP = "{:<22} 192.0.2.1       YES NVRAM  up                    up\r\n"
DOWN = "{:<22} 192.0.2.1       YES NVRAM  down                  down\r\n"
CALM = "CPU utilization for five seconds: 8%/0%; one minute: 9%; five minutes: 9%\r\n"
INTERFACES, PROCESSOR = "show ip interface brief", "show processes cpu | include CPU utilization"


def router_says(shell: SshServer, interfaces: str, processor: str = CALM) -> None:
    shell.outputs.clear()
    shell.outputs.update({INTERFACES: interfaces, PROCESSOR: processor})


def test_a_router_raises_and_a_complete_poll_ends_what_it_does_not_say_any_more(turns: Turns, shell: SshServer) -> None:
    router = turns.add("cisco_ios_ssh", ssh_access(shell), name="edge-router")
    router_says(shell, DOWN.format("Gi0/1") + DOWN.format("Gi0/2"))
    turns.run(router)
    assert [(alert["summary"], alert["status"]) for alert in turns.alerts("INTERFACE_DOWN")] == [
        ("Gi0/1 of edge-router is down", "OPEN"),
        ("Gi0/2 of edge-router is down", "OPEN"),
    ]
    router_says(shell, UP.format("Gi0/1") + DOWN.format("Gi0/2"))
    turns.run(router)
    first, second = sorted(turns.alerts("INTERFACE_DOWN"), key=lambda alert: str(alert["summary"]))
    assert (first["status"], second["status"], second["trigger_count"]) == ("CLOSED", "OPEN", 2)
    assert first["details"]["target"] == {"target_id": str(router.target_id), "name": "edge-router"}


def test_after_a_poll_that_is_not_complete_nothing_is_over(turns: Turns, shell: SshServer) -> None:
    router = turns.add("cisco_ios_ssh", ssh_access(shell))
    router_says(shell, DOWN.format("Gi0/1"))
    turns.run(router)
    router_says(shell, UP.format("Gi0/1"))
    del shell.outputs[PROCESSOR]
    turns.run(router)
    assert [alert["status"] for alert in turns.alerts("INTERFACE_DOWN")] == ["OPEN"]
    assert turns.read(router).last_outcome is OutcomeKind.BAD_ANSWER


def test_a_wrong_password_is_alerted_about_after_so_many_polls_and_the_next_success_ends_it(
    turns: Turns, shell: SshServer
) -> None:
    router_says(shell, UP.format("Gi0/1"))
    router = turns.add("cisco_ios_ssh", ssh_access(shell, password="wrong"), failures_before_alert=2)
    turns.run(router)
    assert turns.alerts("POLL_FAILED") == []
    turns.run(router)
    [failed] = turns.alerts("POLL_FAILED")
    assert (failed["status"], failed["details"]["outcome"]) == ("OPEN", "wrong_credentials")
    assert "does not take the credentials" in failed["summary"]
    wish = wish_of(turns.read(router), access=ssh_access(shell))
    managing.change_target(turns.fleet.person(), router.target_id, wish, if_match=None, origin=ORIGIN)
    turns.run(router)
    assert [alert["status"] for alert in turns.alerts("POLL_FAILED")] == ["CLOSED"]
    assert turns.read(router).failures == 0


def test_the_first_key_of_a_server_is_kept_and_another_one_is_not_trusted(turns: Turns, shell: SshServer) -> None:
    router_says(shell, UP.format("Gi0/1"))
    router = turns.add("cisco_ios_ssh", ssh_access(shell))
    turns.run(router)
    assert turns.read(router).host_key == shell.host_key
    another = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"
    turns.fleet.rows("UPDATE poll_targets SET host_key = %s RETURNING target_id", another)
    turns.run(router)
    assert turns.read(router).last_outcome is OutcomeKind.UNTRUSTED
    managing.forget_host_key(turns.fleet.person(), router.target_id, if_match=None, origin=ORIGIN)
    turns.run(router)
    assert turns.read(router).host_key == shell.host_key


def test_a_ups_is_polled_over_snmp(turns: Turns, agent: SnmpAgent) -> None:
    ups = turns.add("ups_mib_poll", community_access(agent), name="ups-1")
    battery = [f"{UPS}.1.2.1.0 integer 2", f"{UPS}.1.2.2.0 integer 30", f"{UPS}.1.2.3.0 integer 42"]
    agent.set_values(*battery, f"{UPS}.1.4.1.0 integer 5", f"{UPS}.1.6.2.1.2.1 objectid .{UPS}.1.6.3.16")
    turns.run(ups)
    assert [alert["summary"] for alert in turns.alerts("UPS_ON_BATTERY")] == [
        "ups-1 runs on battery, 42 minutes are left"
    ]
    assert [alert["summary"] for alert in turns.alerts("UPS_ALARM")] == ["ups-1: Fan failure"]
    agent.set_values(*battery, f"{UPS}.1.4.1.0 integer 3")
    turns.run(ups)
    statuses = [alert["status"] for kind in ("UPS_ON_BATTERY", "UPS_ALARM") for alert in turns.alerts(kind)]
    assert statuses == ["CLOSED", "CLOSED"]


class Camera(Receiver):
    """Says what a camera would."""

    celsius = "75.0"

    def next_reply(self, request: Received) -> Reply:
        if "temperaturecontrol" in request.path:
            return Reply(body=f"Sensor.S0.Name=Main\r\nSensor.S0.Celsius={self.celsius}\r\n".encode())
        return Reply(404) if "disks" in request.path else Reply(body=b"root.Brand.ProdShortName=AXIS P3245\r\n")


def test_a_camera_is_asked_over_http(turns: Turns) -> None:
    with running(Camera(None)) as camera:
        target = turns.add("axis_camera", {"kind": "http", "tls": False, "port": camera.server_port}, name="gate")
        turns.run(target)
        assert [alert["severity"] for alert in turns.alerts("CAMERA_TOO_HOT")] == ["CRITICAL"]
        camera.celsius = "41.0"
        turns.run(target)
    assert [alert["status"] for alert in turns.alerts("CAMERA_TOO_HOT")] == ["CLOSED"]


def test_a_target_that_fails_is_due_at_its_own_interval_and_one_turn_hands_it_out_once(turns: Turns) -> None:
    access = {"kind": "http", "tls": False, "port": free_port()}
    target = turns.add("axis_camera", access, interval_seconds=120)
    now = clock.now()
    assert hand_out_due(now, budget=PATIENCE) >= 1
    assert turns.row(target.target_id)["next_poll_at"] >= now + timedelta(seconds=100)


def test_the_cloud_asks_nobody_whom_its_door_is_shut_for(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    access = {"kind": "http", "tls": False, "port": free_port()}
    target = turns.add("axis_camera", access)
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "")
    from pulse.settings import settings

    settings.cache_clear()
    with pytest.raises(InvalidInputError) as refused:
        turns.add("axis_camera", access)
    assert "let a gateway ask it" in refused.value.errors[0].reason
    turns.run(target)
    assert turns.read(target).last_outcome is OutcomeKind.NOT_ALLOWED


def test_a_target_is_tried_with_the_real_answer_and_opens_nothing(turns: Turns, shell: SshServer) -> None:
    router_says(shell, DOWN.format("Gi0/1"))
    router = turns.add("cisco_ios_ssh", ssh_access(shell), name="edge-router")
    trial = try_target(turns.fleet.person(), router.target_id, origin=ORIGIN)
    assert (trial.outcome, trial.complete, trial.host_key) == (OutcomeKind.OK, True, shell.host_key)
    assert [answer.raises for answer in trial.answers] == [["Gi0/1 of edge-router is down"], []]
    assert turns.alerts("INTERFACE_DOWN") == []


def test_secrets_are_masked_kept_by_their_mask_and_in_no_entry_of_the_audit_log(turns: Turns, shell: SshServer) -> None:
    router_says(shell, UP.format("Gi0/1"))
    router = turns.add("cisco_ios_ssh", ssh_access(shell))
    assert router.access["password"] == "***"
    wish = wish_of(router, name="renamed")
    managing.change_target(turns.fleet.person(), router.target_id, wish, if_match=router.version, origin=ORIGIN)
    turns.run(router)
    assert turns.read(router).last_outcome is OutcomeKind.OK
    entries = turns.fleet.rows("SELECT before, after FROM audit_log WHERE action LIKE 'target.%%'")
    assert len(entries) == 2
    assert "correct horse" not in repr(entries)
    with pytest.raises(StaleVersionError):
        managing.change_target(turns.fleet.person(), router.target_id, wish, if_match=1, origin=ORIGIN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"addon_id": "nonsense"}, "addon_id"),
        ({"addon_id": "prtg"}, "addon_id"),
        ({"access": {"kind": "http"}}, "access.kind"),
        ({"access": {"kind": "ssh", "username": "a"}}, "access"),
        ({"access": {"kind": "ssh", "username": "a", "password": "***"}}, "access.password"),
        ({"access": {"kind": "ssh", "username": "a", "password": "b", "colour": "red"}}, "access.colour"),
        ({"gateway_device_id": "nobody"}, "gateway_device_id"),
        ({"site_id": "nowhere"}, "site_id"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_with_the_field(
    turns: Turns, changes: dict[str, Any], field: str
) -> None:
    changes = dict(changes)
    access = changes.pop("access", {"kind": "ssh", "username": "a", "password": "b"})
    with pytest.raises(InvalidInputError) as refused:
        turns.add(changes.pop("addon_id", "cisco_ios_ssh"), access, **changes)
    assert [error.field for error in refused.value.errors] == [field]


def test_alerts_of_a_target_end_with_it_and_a_name_is_of_one_alone(turns: Turns, shell: SshServer) -> None:
    router_says(shell, DOWN.format("Gi0/1"))
    router = turns.add("cisco_ios_ssh", ssh_access(shell))
    with pytest.raises(ConflictError):
        turns.add("cisco_ios_ssh", ssh_access(shell), name=router.name)
    turns.run(router)
    managing.delete_target(turns.fleet.person(), router.target_id, if_match=None, origin=ORIGIN)
    assert [alert["status"] for alert in turns.alerts("INTERFACE_DOWN")] == ["CLOSED"]
    assert managing.list_targets(turns.fleet.tenant_id, TargetFilter(), limit=10, after=None).total == 0


FILE = """\
name,addon_id,host,username,password,interval_seconds
router-1,cisco_ios_ssh,127.0.0.1,pulse,correct horse,120
router-2,cisco_ios_ssh,127.0.0.1,pulse,,120
router-3,nonsense,127.0.0.1,pulse,secret,120
router-1,cisco_ios_ssh,127.0.0.1,pulse,secret,120
router-5,cisco_ios_ssh,127.0.0.1,,secret,120
"""


def test_a_file_of_targets_is_looked_at_and_entered_row_by_row(turns: Turns) -> None:
    person = turns.fleet.person()
    dry = import_targets(person, FILE, dry_run=True, origin=ORIGIN)
    assert managing.list_targets(turns.fleet.tenant_id, TargetFilter(), limit=10, after=None).total == 0
    done = import_targets(person, FILE, dry_run=False, origin=ORIGIN)
    assert [result.outcome for result in done.results] == ["created", *["failed"] * 4]
    assert [result.errors for result in dry.results] == [result.errors for result in done.results]
    wrong = [result.errors[0].field for result in done.results if result.errors]
    assert wrong == ["access", "addon_id", "name", "username"]
    [router] = managing.list_targets(turns.fleet.tenant_id, TargetFilter(), limit=10, after=None).targets
    assert (router.name, router.interval_seconds, router.access["password"]) == ("router-1", 120, "***")
    again = import_targets(
        person, "name,addon_id,host\nrouter-1,cisco_ios_ssh,127.0.0.1\n", dry_run=False, origin=ORIGIN
    )
    assert again.unchanged == 1
    emptied = import_targets(
        person,
        "name,addon_id,host,interval_seconds,port\nrouter-1,cisco_ios_ssh,127.0.0.2,,22\n",
        dry_run=True,
        origin=ORIGIN,
    )
    changes = {change.field: (change.before, change.after) for change in emptied.results[0].changes}
    assert changes == {"host": ("127.0.0.1", "127.0.0.2"), "interval_seconds": ("120", "300")}
    assert managing.get_target(turns.fleet.tenant_id, router.target_id).access["password"] == "***"


def test_the_template_of_targets_can_be_read(turns: Turns) -> None:
    report = import_targets(turns.fleet.person(), template(), dry_run=True, origin=ORIGIN)
    assert report.total == 2


def test_an_addon_that_polls_reads_no_source(turns: Turns) -> None:
    wish = SourceWish("Scripts", "cisco_ios_ssh", None, HeaderAuthentication(kind="header"), enabled=True)
    with pytest.raises(InvalidInputError) as refused:
        managing_sources.create_source(turns.fleet.person(), wish, origin=ORIGIN)
    assert "make a target" in refused.value.errors[0].reason
    assert managing_addons.get_addon(turns.fleet.tenant_id, "cisco_ios_ssh").method == "ssh"


def wish_of(target: Target, **changes: Any) -> TargetWish:
    """The target as it is, but for some changes."""
    return TargetWish(**{**{name: getattr(target, name) for name in TargetWish._fields}, **changes})


def gateway_report(target: Target, *interfaces: str, complete: bool = True, host_key: str | None = None) -> bytes:
    outcome = {"kind": "ok" if complete else "timed_out", "reason": "", "seconds": 0.2, "host_key": host_key}
    return orjson.dumps(
        {
            "kind": "poll",
            "target_id": str(target.target_id),
            "polled_at": clock.now().isoformat(),
            "complete": complete,
            "outcome": outcome,
            "payload": [{"name": "interfaces", "body": "".join(interfaces)}, {"name": "processor", "body": CALM}],
        }
    )


def hear(turns: Turns, document: bytes, *, gateway: str | None) -> None:
    with ingest_session() as connection:
        hear_poll(
            connection,
            turns.fleet.tenant_id,
            read_report(document),
            message_id=uuid4(),
            heard_at=clock.now(),
            gateway_device_id=gateway,
        )


def test_a_gateway_tells_of_its_own_targets_alone_and_of_each_poll_once(turns: Turns, shell: SshServer) -> None:
    gateway, other = turns.fleet.add_device("gateway-1"), turns.fleet.add_device("gateway-2")
    router = turns.add("cisco_ios_ssh", ssh_access(shell), gateway_device_id=gateway)
    assert router.next_poll_at is None
    told = gateway_report(router, DOWN.format("Gi0/1"))
    for nobody in (other, None):
        hear(turns, told, gateway=nobody)
    assert turns.alerts("INTERFACE_DOWN") == []
    for _ in range(2):
        hear(turns, told, gateway=gateway)
    assert [alert["trigger_count"] for alert in turns.alerts("INTERFACE_DOWN")] == [1]
    hear(turns, gateway_report(router, UP.format("Gi0/1")), gateway=gateway)
    assert [alert["status"] for alert in turns.alerts("INTERFACE_DOWN")] == ["CLOSED"]


def tell_gateways() -> None:
    """Until nobody is left to be told, those of other tests included."""
    while write_assignments(clock.now(), budget=PATIENCE):
        continue


def asked_by(tenant_id: str, gateway: str) -> dict[UUID, int]:
    """What a gateway reads out of its shadows."""
    index = read_index(load_shadow(tenant_id, gateway, name=INDEX_SHADOW).desired)
    parts = [read_part(load_shadow(tenant_id, gateway, name=part_shadow(n)).desired) for n in range(len(index.parts))]
    assert all(part.version <= index.version for part in parts)
    return {key: version for part in parts for key, version in part.targets.items()}


def test_more_targets_than_a_shadow_holds_are_told_in_several_runs(
    turns: Turns, shell: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_gateways()  # those of other tests, which would take the time of this one's
    tenant_id, gateway = turns.fleet.tenant_id, turns.fleet.add_device("gateway-1")
    router = turns.add("cisco_ios_ssh", ssh_access(shell), gateway_device_id=gateway)
    turns.fleet.rows(
        """
        INSERT INTO poll_targets (tenant_id, name, addon_id, host, access, secrets, gateway_device_id,
                                  interval_seconds, timeout_seconds, failures_before_alert)
        SELECT tenant_id, 'router ' || number, addon_id, host, access || '{"password": "open"}', NULL,
               gateway_device_id, interval_seconds, timeout_seconds, failures_before_alert
        FROM poll_targets CROSS JOIN generate_series(1, %s) AS number
        WHERE target_id = %s
        RETURNING target_id
        """,
        MOST_IN_PART,
        router.target_id,
    )
    written = 0

    def write_some(*args: Any, **options: Any) -> None:
        nonlocal written
        written += 1
        update_shadow(*args, **options)

    monkeypatch.setattr(assigning, "update_shadow", write_some)
    # The first list is written, and then the time is over.
    now = clock.now()
    times = iter([now, now, now])
    monkeypatch.setattr(clock, "now", lambda: next(times, now + PATIENCE))
    assert write_assignments(now, budget=PATIENCE / 2) == 0
    monkeypatch.undo()
    assert 0 < written <= MOST_IN_PART + 1
    assert managing.get_target(tenant_id, router.target_id).gateway == TargetGateway(
        status=DeviceStatus.PENDING, told=False, error=None
    )
    tell_gateways()
    assert len(asked_by(tenant_id, gateway)) == MOST_IN_PART + 1
    assert managing.get_target(tenant_id, router.target_id).gateway == TargetGateway(
        status=DeviceStatus.PENDING, told=True, error=None
    )


def test_a_target_that_no_shadow_holds_is_named_and_stops_no_other(
    turns: Turns, shell: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id, gateway = turns.fleet.tenant_id, turns.fleet.add_device("gateway-1")
    small = turns.add("cisco_ios_ssh", ssh_access(shell), name="small", gateway_device_id=gateway)
    large = turns.add("cisco_ios_ssh", ssh_access(shell), name="large", gateway_device_id=gateway)

    def write(*args: Any, name: str, **options: Any) -> None:
        if name == target_shadow(large.target_id):
            message = "AWS IoT does not take this state: it is too large"
            raise InvalidInputError(message)
        update_shadow(*args, name=name, **options)

    monkeypatch.setattr(assigning, "update_shadow", write)
    tell_gateways()
    assert asked_by(tenant_id, gateway) == {small.target_id: 1}
    shown = managing.get_target(tenant_id, small.target_id).gateway
    assert shown is not None
    assert (shown.told, shown.error) == (True, "large: AWS IoT does not take this state: it is too large")


def test_a_gateway_is_told_what_it_asks_and_forgets_what_is_taken_away(turns: Turns, shell: SshServer) -> None:
    tenant_id, gateway = turns.fleet.tenant_id, turns.fleet.add_device("gateway-1")
    router = turns.add("cisco_ios_ssh", ssh_access(shell), gateway_device_id=gateway)
    tell_gateways()
    assert asked_by(tenant_id, gateway) == {router.target_id: 1}
    told = read_target(load_shadow(tenant_id, gateway, name=target_shadow(router.target_id)).desired)
    assert (told.name, told.host, told.access.kind) == (router.name, "127.0.0.1", "ssh")
    assert told.access.model_dump()["password"] == "correct horse"
    hear(turns, gateway_report(router, UP.format("Gi0/1"), host_key=shell.host_key), gateway=gateway)
    tell_gateways()
    told = read_target(load_shadow(tenant_id, gateway, name=target_shadow(router.target_id)).desired)
    assert told.access.model_dump()["host_key"] == shell.host_key
    managing.delete_target(turns.fleet.person(), router.target_id, if_match=None, origin=ORIGIN)
    tell_gateways()
    assert asked_by(tenant_id, gateway) == {}
    assert load_shadow(tenant_id, gateway, name=part_shadow(0)).version == 0
    assert load_shadow(tenant_id, gateway, name=target_shadow(router.target_id)).version == 0
    assert load_shadow(tenant_id, gateway).desired == {}
