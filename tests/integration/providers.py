"""One of each thing whose id stands in a path, in a tenant: for tests that hold for every route."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pulse import clock
from pulse.alerts.maintenance.planning import plan_window
from pulse.commands.sending import send_command, send_group_command
from pulse.database import operator_session
from pulse.devices import groups
from pulse.devices.claim_tokens import ClaimTokenRequest, create_claim_token
from pulse.devices.registration import (
    DeviceRegistration,
    DeviceType,
    Site,
    register_device,
    save_device_type,
    save_site,
)
from pulse.escalation.policies import PolicyDefinition, create_policy
from pulse.escalation.policy import EscalationRules
from pulse.exports.export import Dataset, ExportWish, Format
from pulse.exports.managing import request_export
from pulse.identity.api_keys import ApiKeyRequest, create_api_key
from pulse.identity.operator_key import OperatorScope
from pulse.identity.operator_keys import create_operator_key
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.identity.users import Invitation, invite_user
from pulse.inbound.addon import AddonChoice
from pulse.inbound.authentication import HeaderAuthentication
from pulse.inbound.managing_addons import choose, upload_addon
from pulse.inbound.managing_sources import create_source
from pulse.inbound.source import SourceWish
from pulse.oncall.feeds import create_feed
from pulse.oncall.overrides import OverrideDefinition, create_override
from pulse.oncall.schedule import LayerDefinition, OverrideKind, Responder
from pulse.oncall.schedules import ScheduleDefinition, create_schedule
from pulse.reports.managing import make_report
from pulse.subscriptions.renewing import RenewalWish, request_renewal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, Fleet, issue_token
from tests.integration.subscribing import subscribe
from tests.routes import (
    ADDON,
    ESCALATION_LEVEL,
    NOTIFICATION_CHANNEL,
    ONCALL_LAYER,
)
from tests.unit.api.gateway import CALLER
from tests.windows import make_plan


@dataclass(frozen=True, slots=True)
class Provider:
    """For a parameter in paths: makes such a thing in a tenant and returns its id; and an id that nobody has."""

    make: Callable[[Fleet], str]
    unknown: str


def make_alert(fleet: Fleet, *, at: datetime = NOON) -> str:
    fleet.add_device("too-warm")
    fleet.add_rule()
    ingest([fleet.message({"metrics": {"temp_c": 9}}, device_id="too-warm", at=at)])
    [alert] = fleet.rows("SELECT alert_id FROM alerts WHERE type = 'THRESHOLD'")
    return str(alert["alert_id"])


def make_catalog_metric(fleet: Fleet) -> str:
    [entry] = fleet.rows(
        "INSERT INTO metric_catalog (tenant_id, metric) VALUES (%s, 'temp_c') RETURNING metric_id", fleet.tenant_id
    )
    return str(entry["metric_id"])


def make_metric_mapping(fleet: Fleet) -> str:
    make_catalog_metric(fleet)
    [mapping] = fleet.rows(
        """
        INSERT INTO metric_mappings (tenant_id, raw_metric, normalized_metric)
        VALUES (%s, 'temp', 'temp_c')
        RETURNING mapping_id
        """,
        fleet.tenant_id,
    )
    return str(mapping["mapping_id"])


def make_quarantine_entry(fleet: Fleet) -> str:
    ingest([fleet.message(b"no JSON")])
    [entry] = fleet.rows("SELECT quarantine_id FROM quarantine_events")
    return str(entry["quarantine_id"])


def make_command(fleet: Fleet) -> str:
    """A command of the device that is the fleet's first."""
    lifetime = timedelta(hours=1)
    command = send_command(
        _admin(fleet), "freezer-1", name="reboot", parameters={}, lifetime=lifetime, origin=Origin(None, "test")
    )
    return str(command.command_id)


def make_group_command(fleet: Fleet) -> str:
    group_id = UUID(make_group(fleet))
    lifetime = timedelta(hours=1)
    command = send_group_command(
        _admin(fleet), group_id, name="reboot", parameters={}, lifetime=lifetime, origin=Origin(None, "test")
    )
    return str(command.group_command_id)


def make_claim_token(fleet: Fleet) -> str:
    wanted = ClaimTokenRequest("Line 1", "hall-a", "freezer", "", 10, timedelta(days=1))
    return create_claim_token(_admin(fleet), wanted, origin=Origin(None, "test")).claim_id


def make_tag(fleet: Fleet) -> str:
    """A tag of the device that is the fleet's first."""
    fleet.rows("""UPDATE devices SET tags = '{"zone": "dairy"}' RETURNING device_id""")
    return "zone"


def make_group(fleet: Fleet) -> str:
    """A static group with the device that is the fleet's first."""
    wanted = DeviceRegistration(device_id="freezer-1", site_id="hall-a", device_type="freezer")
    register_device(fleet.tenant_id, wanted, actor=ACTOR)
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
    group = groups.create_group(admin, name="Cold", description="", wanted=None, origin=Origin(None, "test"))
    groups.add_member(admin, group.group_id, "freezer-1", origin=Origin(None, "test"))
    return str(group.group_id)


def make_site(fleet: Fleet) -> str:
    """A site without devices, so that it can be deleted."""
    save_site(fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    return "hall-b"


def make_device_type(fleet: Fleet) -> str:
    """A type without devices, so that it can be deleted."""
    save_device_type(fleet.tenant_id, DeviceType(device_type="pump"), actor=ACTOR)
    return "pump"


def make_user(fleet: Fleet) -> str:
    """The tenant's one user who is no administrator; in the user pool as well, which routes about users speak to."""
    known = fleet.rows("SELECT user_id FROM users WHERE role = 'viewer'")
    if known:
        return str(known[0]["user_id"])
    operator = Principal(str(uuid4()), ACTOR, frozenset({Role.OPERATOR_ADMIN}), None)
    wanted = Invitation(
        email=f"someone@{fleet.tenant_id}.example", name="", role=Role.VIEWER, tenant_id=fleet.tenant_id
    )
    return str(invite_user(operator, wanted, origin=Origin(None, "test")).user_id)


def make_session(fleet: Fleet) -> str:
    return _note_session(fleet, make_user(fleet))


def make_own_session(fleet: Fleet) -> str:
    """A session of the caller, who works in that tenant for the time of a test."""
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute(
            """
            INSERT INTO users (user_id, username, tenant_id, email, role)
            VALUES (%(user_id)s, 'caller', %(tenant_id)s, %(email)s, 'customer')
            ON CONFLICT (user_id) DO UPDATE SET tenant_id = excluded.tenant_id
            """,
            {"user_id": CALLER["user_id"], "tenant_id": fleet.tenant_id, "email": CALLER["email"]},
        )
    return _note_session(fleet, CALLER["user_id"])


def _note_session(fleet: Fleet, user_id: str) -> str:
    session_id = str(uuid4())
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute(
            "INSERT INTO user_sessions (session_id, user_id, tenant_id) VALUES (%s, %s, %s)",
            (session_id, user_id, fleet.tenant_id),
        )
    return session_id


def make_api_key(fleet: Fleet) -> str:
    wanted = ApiKeyRequest(name="Warehouse", role=Role.VIEWER, scopes=None, expires_at=None)
    return create_api_key(_admin(fleet), wanted, origin=Origin(None, "test")).key_id


def make_addon(fleet: Fleet) -> str:
    """An addon of the tenant's own; no source names it."""
    return upload_addon(_admin(fleet), ADDON, origin=Origin(None, "test")).addon_id


def make_inbound_source(fleet: Fleet) -> str:
    wish = SourceWish("Monitoring", None, None, HeaderAuthentication(kind="header"), enabled=True)
    return str(create_source(_admin(fleet), wish, origin=Origin(None, "test")).source_id)


def make_gateway_and_addon(fleet: Fleet) -> None:
    """What a target can be made with: a gateway, and an addon that asks."""
    fleet.add_device("gateway-1")
    choose(_admin(fleet), "axis_camera", AddonChoice(True, {}), if_match=None, origin=Origin(None, "test"))


def make_target(fleet: Fleet) -> str:
    """A target that the cloud's door is shut for, and a test of it."""
    make_gateway_and_addon(fleet)
    [row] = fleet.rows(
        """
        INSERT INTO poll_targets (tenant_id, name, addon_id, host, access, interval_seconds, timeout_seconds,
                                  failures_before_alert)
        VALUES (%s, 'Camera', 'axis_camera', '10.0.0.7', '{"kind": "http"}', 300, 10, 2)
        RETURNING target_id
        """,
        fleet.tenant_id,
    )
    fleet.rows(
        """
        INSERT INTO target_trials (tenant_id, target_id, trial_id, gateway_device_id, asked_at, give_up_at)
        VALUES (%s, %s, gen_random_uuid(), 'gateway-1', now(), now())
        RETURNING trial_id
        """,
        fleet.tenant_id,
        row["target_id"],
    )
    return str(row["target_id"])


def make_oncall_schedule(fleet: Fleet) -> str:
    """The tenant's one schedule."""
    known = fleet.rows("SELECT schedule_id FROM oncall_schedules")
    if known:
        return str(known[0]["schedule_id"])
    layer = LayerDefinition.model_validate(ONCALL_LAYER)
    wanted = ScheduleDefinition("Warehouse", "", "Europe/Berlin", [layer])
    return str(create_schedule(_admin(fleet), wanted, origin=Origin(None, "test")).schedule_id)


def make_oncall_override(fleet: Fleet) -> str:
    starts_at = clock.now() + timedelta(days=1)
    responder = Responder(name="Bert", email="bert@acme.example")
    wanted = OverrideDefinition(OverrideKind.ADD, responder, starts_at, starts_at + timedelta(days=1), "")
    schedule_id = UUID(make_oncall_schedule(fleet))
    return str(create_override(_admin(fleet), schedule_id, wanted, origin=Origin(None, "test")).override_id)


def make_calendar_feed(fleet: Fleet) -> str:
    schedule_id = UUID(make_oncall_schedule(fleet))
    feed = create_feed(_admin(fleet), schedule_id, label="Wall", email=None, origin=Origin(None, "test"))
    return str(feed.feed_id)


def make_escalation_policy(fleet: Fleet) -> str:
    """A default policy: alerts that are opened from now on escalate."""
    rules = EscalationRules.model_validate({"levels": [ESCALATION_LEVEL]})
    wanted = PolicyDefinition("Default", "", True, rules)
    return str(create_policy(_admin(fleet), wanted, origin=Origin(None, "test")).policy_id)


def make_escalating_alert(fleet: Fleet) -> str:
    make_escalation_policy(fleet)
    return make_alert(fleet)


def _admin(fleet: Fleet) -> Principal:
    return Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)


def make_credential(fleet: Fleet) -> str:
    """A token of the device that `device_id` stands for."""
    return issue_token(fleet.tenant_id, "freezer-1").credential.credential_id


def make_notification_channel(fleet: Fleet) -> str:
    fleet.rows(
        """
        INSERT INTO notification_channels (tenant_id, channel_id, name, kind, destination, config)
        VALUES (%s, %s, 'NOC', 'email', 'noc@acme.example', '{"to": ["noc@acme.example"]}')
        ON CONFLICT DO NOTHING
        RETURNING channel_id
        """,
        fleet.tenant_id,
        NOTIFICATION_CHANNEL,
    )
    return NOTIFICATION_CHANNEL


def make_routing_rule(fleet: Fleet) -> str:
    [rule] = fleet.rows(
        """
        INSERT INTO notification_routing_rules (tenant_id, name, channel_id, events)
        VALUES (%s, 'All', %s, '{opened}')
        RETURNING rule_id
        """,
        fleet.tenant_id,
        make_notification_channel(fleet),
    )
    return str(rule["rule_id"])


def make_notification_job(fleet: Fleet) -> str:
    """One that was given up, and may be sent again."""
    [job] = fleet.rows(
        """
        INSERT INTO notification_jobs (tenant_id, alert_id, fingerprint, event, target, channel_id, kind, reason,
                                       happened_at, happened_by, status, finished_at)
        SELECT tenant_id, alert_id, fingerprint, 'opened', channel_id::text, channel_id, 'email', 'test', now(),
               'system', 'FAILED', now()
        FROM alerts JOIN notification_channels USING (tenant_id)
        WHERE alert_id = %s AND channel_id = %s
        RETURNING job_id
        """,
        make_alert(fleet),
        make_notification_channel(fleet),
    )
    return str(job["job_id"])


def make_maintenance_window(fleet: Fleet, **changes: Any) -> str:
    return str(plan_window(_admin(fleet), make_plan(**changes), origin=Origin(None, "test")).window_id)


def make_maintenance_that_is_on(fleet: Fleet) -> str:
    now = clock.now()
    return make_maintenance_window(fleet, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))


def make_export(fleet: Fleet) -> str:
    wish = ExportWish(Dataset.DEVICES, Format.CSV)
    return str(request_export(_admin(fleet), wish, origin=Origin(None, "test")).export_id)


def make_report_run(fleet: Fleet) -> str:
    return str(make_report(_admin(fleet), None, None, origin=Origin(None, "test")).report_id)


def make_subscription(fleet: Fleet) -> str:
    """The tenant's one subscription, with seats for a device beside the fleet's first."""
    return str(subscribe(fleet.tenant_id, device_limit=10).subscription_id)


def make_renewal(fleet: Fleet) -> str:
    wish = RenewalWish(365, None, "")
    subscription_id = UUID(make_subscription(fleet))
    return str(request_renewal(_admin(fleet), subscription_id, wish, origin=Origin(None, "test")).renewal_id)


def make_subscription_with_device(fleet: Fleet) -> str:
    fleet.add_device()
    return make_subscription(fleet)


def make_operator_key(_fleet: Fleet) -> str:
    operator = Principal(str(uuid4()), ACTOR, frozenset({Role.OPERATOR_ADMIN}), None)
    key = create_operator_key(
        operator, name="Hall", scope=OperatorScope.NOC, expires_at=None, origin=Origin(None, "test")
    )
    return key.key_id


# A route with a new parameter in its path needs an entry here.
PROVIDERS = {
    "device_id": Provider(lambda fleet: fleet.add_device(), "no-such-device"),
    "credential_id": Provider(make_credential, "no-such-credential"),
    "group_id": Provider(make_group, str(uuid4())),
    "tag": Provider(make_tag, "no-such-tag"),
    "addon_id": Provider(make_addon, "no_such_addon"),
    "source_id": Provider(make_inbound_source, str(uuid4())),
    "target_id": Provider(make_target, str(uuid4())),
    "site_id": Provider(make_site, "no-such-site"),
    "device_type": Provider(make_device_type, "no-such-type"),
    "alert_id": Provider(make_alert, str(uuid4())),
    "window_id": Provider(make_maintenance_window, str(uuid4())),
    "user_id": Provider(make_user, str(uuid4())),
    "session_id": Provider(make_session, "no-such-session"),
    "own_session_id": Provider(make_own_session, "no-such-session"),
    "policy_id": Provider(make_escalation_policy, str(uuid4())),
    "escalating_alert_id": Provider(make_escalating_alert, str(uuid4())),
    "schedule_id": Provider(make_oncall_schedule, str(uuid4())),
    "override_id": Provider(make_oncall_override, str(uuid4())),
    "feed_id": Provider(make_calendar_feed, str(uuid4())),
    "key_id": Provider(make_api_key, "nosuchkey123"),
    "tenant_id": Provider(lambda fleet: fleet.tenant_id, "no-such-tenant"),
    "metric_id": Provider(make_catalog_metric, str(uuid4())),
    "mapping_id": Provider(make_metric_mapping, str(uuid4())),
    "rule_id": Provider(lambda fleet: fleet.add_rule(), str(uuid4())),
    "channel_id": Provider(make_notification_channel, str(uuid4())),
    "routing_rule_id": Provider(make_routing_rule, str(uuid4())),
    "integration_id": Provider(make_notification_channel, str(uuid4())),
    "integration_route_id": Provider(make_routing_rule, str(uuid4())),
    "job_id": Provider(make_notification_job, str(uuid4())),
    "claim_id": Provider(make_claim_token, "no-such-claim"),
    "command_id": Provider(make_command, str(uuid4())),
    "group_command_id": Provider(make_group_command, str(uuid4())),
    "export_id": Provider(make_export, str(uuid4())),
    "report_id": Provider(make_report_run, str(uuid4())),
    "subscription_id": Provider(make_subscription_with_device, str(uuid4())),
    "renewal_id": Provider(make_renewal, str(uuid4())),
    "operator_key_id": Provider(make_operator_key, "nosuchkey123"),
    "limit_name": Provider(lambda _: "api_export", "no-such-limit"),
    "price_item": Provider(lambda _: "messages", "no-such-item"),
    "queue_name": Provider(lambda _: "escalation_dead_letter", "no-such-queue"),
    "quarantine_id": Provider(make_quarantine_entry, str(2**62)),
}
