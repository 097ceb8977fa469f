"""What inbound sources say becomes alerts like all others, whatever the queue does to its order."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.maintenance.planning import plan_window
from pulse.alerts.maintenance.window import Selector, WindowPlan
from pulse.devices.registration import Site, save_site
from pulse.errors import ConflictError, InvalidInputError, StaleVersionError
from pulse.escalation.policies import PolicyDefinition, create_policy
from pulse.escalation.policy import EscalationRules
from pulse.inbound import managing_addons, recognition
from pulse.inbound.addon import AddonChoice
from pulse.inbound.cause_store import forget_causes
from pulse.inbound.managing_sources import create_source, delete_source
from pulse.inbound.override import AlertOverride
from pulse.inbound.processing import process
from pulse.inbound.source import SourceWish
from tests.builders import ACTOR, NOON, ORIGIN, Fleet
from tests.integration.inbound import HEADER, Sender, enable
from tests.routes import ESCALATION_LEVEL
from tests.unit.inbound.builders import document

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def fire(alert: str = "disk_full", device: str = "nas-1", **more: Any) -> dict[str, Any]:
    return {"alert": alert, "device": device, "status": "firing", **more}


def resolve(alert: str = "disk_full", device: str = "nas-1", **more: Any) -> dict[str, Any]:
    return {"alert": alert, "device": device, "status": "resolved", **more}


def test_an_alert_opens_counts_up_and_closes(fleet: Fleet) -> None:
    sender = Sender(fleet)
    sender.send(fire(severity="warning"))
    sender.send(fire(severity="critical"), at=NOON + SECOND)
    [alert] = sender.alerts()
    assert (alert["source"], alert["type"], alert["severity"]) == ("addon", "EXTERNAL_ALERT", "CRITICAL")
    assert (alert["trigger_count"], alert["status"]) == (2, "OPEN")
    sender.send(resolve(), at=NOON + 2 * SECOND)
    [alert] = sender.alerts()
    assert (alert["status"], alert["closed_by"]) == ("CLOSED", "system")
    story = fleet.rows("SELECT event FROM alert_timeline ORDER BY entry_id")
    assert [entry["event"] for entry in story] == ["opened", "severity_changed", "closed"]


def test_a_clear_ends_its_own_raise_alone_and_without_one_creates_nothing(fleet: Fleet) -> None:
    sender = Sender(fleet)
    assert sender.send(resolve()).closed == 0
    assert sender.alerts() == []
    sender.send([fire(key="disk-1"), fire(key="disk-2"), fire(device="nas-2", key="disk-1")], at=NOON + SECOND)
    sender.send(resolve(key="disk-1"), at=NOON + 2 * SECOND)
    closed = [alert["details"]["fields"] for alert in sender.alerts() if alert["status"] == "CLOSED"]
    assert [(fields["device"], fields["key"]) for fields in closed] == [("nas-1", "disk-1")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_the_queue_hands_messages_out_does_not_matter(fleet: Fleet, order: tuple[int, ...]) -> None:
    sender = Sender(fleet)
    sent = [sender.message(body, at=NOON + n * SECOND) for n, body in enumerate([fire(), fire(), resolve()])]
    for index in order:
        process(sent[index], NOON + timedelta(minutes=1))
    assert [alert["status"] for alert in sender.alerts()] in ([], ["CLOSED"])


def test_a_message_that_is_delivered_twice_counts_once(fleet: Fleet) -> None:
    sender = Sender(fleet)
    message, end = sender.message(fire()), sender.message(resolve(), at=NOON + SECOND)
    for each in (message, message, end, message):
        process(each, NOON + timedelta(minutes=1))
    [alert] = sender.alerts()
    assert (alert["trigger_count"], alert["status"]) == (1, "CLOSED")


def test_a_device_of_the_registry_is_recognized_and_another_is_noted(fleet: Fleet) -> None:
    fleet.add_device("nas-1")
    fleet.add_device("nas-2", serial_number="SN-77")
    fleet.add_device("nas-3", mac="00:1b:44:11:3a:b7")
    sender = Sender(fleet, site_id="hall-a")
    sender.send(
        [
            fire(),
            fire(device="SN-77"),
            fire(device="00-1B-44-11-3A-B7"),
            fire(device="printer", address="192.0.2.9"),
            fire(device=""),
        ]
    )
    alerts = {alert["details"]["fields"].get("device"): alert for alert in sender.alerts()}
    assert {name: alert["device_id"] for name, alert in alerts.items()} == {
        "nas-1": "nas-1",
        "SN-77": "nas-2",
        "00-1B-44-11-3A-B7": "nas-3",
        "printer": None,
        None: None,
    }
    assert {alert["site_id"] for alert in alerts.values()} == {"hall-a"}
    [external] = fleet.rows("SELECT external_device_id, key, name, address FROM external_devices")
    assert (external["key"], external["name"], external["address"]) == ("printer", "printer", "192.0.2.9")
    noted = alerts["printer"]["details"]["external_device"]["external_device_id"]
    assert noted == str(external["external_device_id"])


def test_a_flood_of_device_names_is_noted_to_a_limit_and_alerted_about_beyond_it(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "MOST_NOTED", 2)
    sender = Sender(fleet)
    sender.send([fire(device="a"), fire(device="b")])
    sender.send([fire(device="b"), fire(device="c")], at=NOON + SECOND)
    assert [row["key"] for row in fleet.rows("SELECT key FROM external_devices ORDER BY key")] == ["a", "b"]
    assert len(sender.alerts()) == 3


def test_an_alert_escalates_like_any_other(fleet: Fleet) -> None:
    rules = EscalationRules.model_validate({"levels": [ESCALATION_LEVEL]})
    create_policy(fleet.person(), PolicyDefinition("Default", "", True, rules), origin=ORIGIN)
    Sender(fleet).send(fire())
    assert len(fleet.rows("SELECT FROM alert_escalations JOIN alerts USING (tenant_id, alert_id)")) == 1


def test_what_cannot_be_read_is_kept_and_told_of_until_something_can(fleet: Fleet) -> None:
    sender = Sender(fleet)
    broken = sender.message(b"{no JSON")
    process(broken, NOON)
    process(broken, NOON)
    [alert] = sender.alerts()
    assert (alert["source"], alert["type"], alert["status"]) == ("platform", "INBOUND_UNREADABLE", "OPEN")
    [kept] = fleet.rows("SELECT reason, topic, payload FROM quarantine_events")
    assert (kept["reason"], kept["payload"]) == ("UNDECODABLE", b"{no JSON")
    assert kept["topic"] == f"hooks/{fleet.tenant_id}/{sender.source_id}"
    [counted] = fleet.rows("SELECT messages FROM quarantine_counts WHERE reason = 'UNDECODABLE'")
    assert counted["messages"] == 1
    sender.send({}, at=NOON + SECOND)
    assert [alert["status"] for alert in sender.alerts()] == ["CLOSED"]
    [source] = fleet.rows("SELECT unreadable, last_error FROM inbound_sources")
    assert (source["unreadable"] >= 1, source["last_error"]) == (True, None)


def test_a_storm_is_told_of_once_and_ends_when_it_is_calm(fleet: Fleet) -> None:
    sender = Sender(fleet)
    process(sender.message(b"", kind="storm"), NOON)
    process(sender.message(b"", kind="storm"), NOON + timedelta(minutes=2))
    [alert] = sender.alerts()
    assert (alert["type"], alert["trigger_count"]) == ("INBOUND_STORM", 2)
    process(sender.message(b"", kind="storm_check"), NOON + timedelta(minutes=5))
    assert [alert["status"] for alert in sender.alerts()] == ["OPEN"]
    process(sender.message(b"", kind="storm_check"), NOON + timedelta(minutes=7))
    assert [alert["status"] for alert in sender.alerts()] == ["CLOSED"]


def test_without_an_addon_a_notification_goes_to_the_one_that_knows_it_best(fleet: Fleet) -> None:
    for addon_id in ("snmp_generic", "ups_mib"):
        enable(fleet, addon_id, **({"UNKNOWN_TRAP": AlertOverride(enabled=True)} if addon_id == "snmp_generic" else {}))
    sender = Sender(fleet, None)
    for trap_oid in ("1.3.6.1.6.3.1.1.5.1", "1.3.6.1.2.1.33.2.1", "1.3.6.1.4.1.319.1"):
        sender.send({"agent_address": "192.0.2.1", "trap_oid": trap_oid})
    assert {alert["type"]: alert["details"]["addon_id"] for alert in sender.alerts()} == {
        "COLD_START": "snmp_generic",
        "UPS_ON_BATTERY": "ups_mib",
        "UNKNOWN_TRAP": "snmp_generic",
    }


def test_alerts_of_a_type_that_is_disabled_close_and_do_not_come_again(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + SECOND)
    sender = Sender(fleet)
    sender.send(fire())
    enable(fleet, EXTERNAL_ALERT=AlertOverride(enabled=False))
    assert [alert["closed_reason"] for alert in sender.alerts()] == ["alerts of this type were disabled"]
    sender.send(fire(), at=NOON + 2 * SECOND)
    assert len(sender.alerts()) == 1


def test_alerts_of_an_addon_that_is_disabled_close(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + SECOND)
    sender = Sender(fleet)
    sender.send(fire())
    off = AddonChoice(False, {})
    managing_addons.choose(fleet.person(), "generic_json", off, if_match=None, origin=ORIGIN)
    assert [alert["status"] for alert in sender.alerts()] == ["CLOSED"]
    assert sender.send(fire(), at=NOON + 2 * SECOND).ignored == 1


def test_deleting_a_source_closes_what_it_told_of_last(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + SECOND)
    sender, other = Sender(fleet), Sender(fleet)
    sender.send(fire())
    sender.send(b"{no JSON")
    other.send(fire(device="nas-2"))
    delete_source(fleet.person(), sender.source_id, if_match=None, origin=ORIGIN)
    still_open = [alert for alert in sender.alerts() if alert["status"] == "OPEN"]
    assert [alert["details"]["fields"]["device"] for alert in still_open] == ["nas-2"]
    assert sender.send(fire(), at=NOON + 2 * SECOND).ignored == 1


def test_an_addon_of_ones_own_reads_by_its_newest_version(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + SECOND)
    admin = fleet.person()
    managing_addons.upload_addon(admin, document(), origin=ORIGIN)
    sender = Sender(fleet, "example")
    sender.send({"kind": "port", "device": "sw-1", "port": 7, "state": "down"})
    assert [alert["type"] for alert in sender.alerts()] == ["PORT_DOWN"]
    renamed = document(alerts=[{**document()["alerts"][0], "type": "PORT_LOST"}], version="1.1.0")
    managing_addons.upload_addon(admin, renamed, origin=ORIGIN)
    assert [alert["status"] for alert in sender.alerts()] == ["CLOSED"]
    sender.send({"kind": "port", "device": "sw-1", "port": 7, "state": "down"}, at=NOON + 2 * SECOND)
    assert [alert["type"] for alert in sender.alerts() if alert["status"] == "OPEN"] == ["PORT_LOST"]
    versions = managing_addons.list_versions(fleet.tenant_id, "example")
    assert [(version.number, version.addon_version) for version in versions] == [(2, "1.1.0"), (1, "1.0.0")]


def test_versions_of_an_addon_go_up_and_the_newest_again_changes_nothing(fleet: Fleet) -> None:
    admin = fleet.person()
    managing_addons.upload_addon(admin, document(version="1.2.0"), origin=ORIGIN)
    assert managing_addons.upload_addon(admin, document(version="1.2.0"), origin=ORIGIN).addon_version == "1.2.0"
    for version in ("0.9.9", "1.2.0", "1.1.10"):
        with pytest.raises(ConflictError, match=r"is not above 1\.2\.0"):
            managing_addons.upload_addon(admin, document(version=version, name="Another"), origin=ORIGIN)
    before = managing_addons.get_addon(fleet.tenant_id, "example").version
    wanted = AddonChoice(enabled=True, overrides={})
    assert managing_addons.choose(admin, "example", wanted, if_match=before, origin=ORIGIN).version == before + 1
    managing_addons.upload_addon(admin, document(version="1.10.0"), origin=ORIGIN)
    with pytest.raises(StaleVersionError):
        managing_addons.choose(admin, "example", wanted, if_match=before + 1, origin=ORIGIN)
    assert len(managing_addons.list_versions(fleet.tenant_id, "example")) == 2


def test_a_window_for_a_site_holds_what_systems_of_it_tell_of(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON - HOUR)
    save_site(fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    here, elsewhere = Sender(fleet, site_id="hall-a"), Sender(fleet, site_id="hall-b")
    for_site = WindowPlan("Works", "", NOON, NOON + HOUR, "UTC", None, Selector(site_ids=("hall-a",)))
    for_devices = for_site._replace(selector=Selector(device_types=("freezer",)))
    for plan in (for_site, for_devices):
        plan_window(fleet.person(), plan, origin=ORIGIN)
    here.send(fire(device="nas-1"), at=NOON + SECOND)
    elsewhere.send(fire(device="nas-2"), at=NOON + SECOND)
    assert [alert["details"]["fields"]["device"] for alert in here.alerts()] == ["nas-2"]


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"description": "x" * 70_000}, "more than 65536 bytes"),
        ({"alerts": nested(300)}, "nested too deeply"),
        ({"colour": "red"}, "is not a field here"),
    ],
)
def test_a_manifest_that_is_none_is_refused_with_its_place(fleet: Fleet, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        managing_addons.upload_addon(fleet.person(), document(**changes), origin=ORIGIN)
    [error] = refusal.value.errors
    assert error.field.startswith("manifest")
    assert reason in error.reason


def test_an_addon_in_use_or_built_in_is_not_deleted(fleet: Fleet) -> None:
    admin = fleet.person()
    managing_addons.upload_addon(admin, document(), origin=ORIGIN)
    sender = Sender(fleet, "example")
    with pytest.raises(ConflictError, match=sender.source.name):
        managing_addons.delete_addon(admin, "example", if_match=None, origin=ORIGIN)
    with pytest.raises(ConflictError, match="comes with Pulse"):
        managing_addons.delete_addon(admin, "prtg", if_match=None, origin=ORIGIN)
    with pytest.raises(ConflictError, match="another id"):
        managing_addons.upload_addon(admin, document(id="prtg"), origin=ORIGIN)


def test_a_source_of_an_addon_that_is_disabled_is_refused(fleet: Fleet) -> None:
    wish = SourceWish("PRTG", "prtg", None, HEADER, enabled=True)
    with pytest.raises(InvalidInputError, match="addon_id"):
        create_source(fleet.person(), wish, origin=ORIGIN)


def test_every_change_of_addons_and_sources_is_audited_without_secrets(fleet: Fleet) -> None:
    sender = Sender(fleet)
    delete_source(fleet.person(), sender.source_id, if_match=None, origin=ORIGIN)
    entries = fleet.rows(
        "SELECT action, before, after FROM audit_log WHERE action ~ '^(addon|inbound)' ORDER BY audit_id"
    )
    assert [entry["action"] for entry in entries] == [
        "addon.choose",
        "inbound_source.create",
        "inbound_source.delete",
    ]
    assert sender.source.secret not in str(entries)


def test_causes_that_ended_long_ago_are_forgotten_and_others_are_not(fleet: Fleet) -> None:
    sender = Sender(fleet)
    sender.send([fire(), resolve(), fire(device="nas-2")])
    forget_causes(NOON + timedelta(days=31))
    assert fleet.rows("SELECT raised FROM addon_causes") == [{"raised": True}]
