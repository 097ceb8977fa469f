"""Two tenants that have a row in every table that has tenants, for the tests of their isolation."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pulse import clock
from pulse.database import ingest_session, operator_session, tenant_session
from pulse.devices.activation import create_activation_code
from pulse.devices.claim_tokens import ClaimTokenRequest, create_claim_token
from pulse.devices.connections import note_presence
from pulse.devices.presence import PresenceEvent
from pulse.limits.definitions import LimitName, set_tenant_limit
from pulse.limits.rates import parse_rates
from pulse.telemetry.ingest import ingest
from pulse.telemetry.rollup import mark_hours, roll_up
from tests.builders import ACTOR, NOON, ORIGIN, Fleet


@pytest.fixture
def tenants(scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two tenants with a row in every table that has a tenant."""
    assert scenario_database
    monkeypatch.setattr(clock, "now", lambda: NOON)
    fleets = Fleet(), Fleet()
    for fleet in fleets:
        fleet.add_device(tags={"zone": "dairy"})
        fleet.add_rule()
        ingest([fleet.message({"message_id": "m", "metrics": {"temp_c": 9}}), fleet.message(b"garbage")])
        with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
            connection.execute(
                """
                WITH someone AS (
                    INSERT INTO users (user_id, username, tenant_id, email, role)
                    VALUES (gen_random_uuid(), 'someone', %(tenant_id)s, 'someone@tenant.example', 'viewer')
                    RETURNING user_id, tenant_id
                )
                INSERT INTO user_sessions (session_id, user_id, tenant_id)
                SELECT gen_random_uuid(), user_id, tenant_id FROM someone
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                INSERT INTO api_keys (key_id, tenant_id, name, role, scopes, secret_hash, created_by, expires_at)
                VALUES (left(md5(%(tenant_id)s), 12), %(tenant_id)s, 'Warehouse', 'viewer', '{devices:read}',
                        sha256('secret'), 'test', 'infinity')
                """,
                {"tenant_id": fleet.tenant_id},
            )
            set_tenant_limit(connection, tenant_id=fleet.tenant_id, name=LimitName.API_USER, rates=parse_rates("10:60"))
        note_presence(
            PresenceEvent(fleet.tenant_id, "freezer-1", "session-1", True, NOON, 1, "certificate-freezer-1", None, "")
        )
        create_activation_code(fleet.person(), "freezer-1", origin=ORIGIN)
        line = ClaimTokenRequest("Line 1", "hall-a", "freezer", "", 10, timedelta(days=1))
        create_claim_token(fleet.person(), line, origin=ORIGIN)
        with tenant_session(fleet.tenant_id) as connection:
            connection.execute(
                "INSERT INTO deleted_devices (tenant_id, device_id) VALUES (%s, 'x')", (fleet.tenant_id,)
            )
        with tenant_session(fleet.tenant_id) as connection:
            connection.execute(
                """
                WITH channel AS (
                    INSERT INTO notification_channels (tenant_id, name, kind, destination, config)
                    VALUES (%(tenant_id)s, 'NOC', 'email', 'noc@tenant.example', '{}')
                    RETURNING tenant_id, channel_id
                ),
                rule AS (
                    INSERT INTO notification_routing_rules (tenant_id, name, channel_id, events)
                    SELECT tenant_id, 'All', channel_id, '{opened}' FROM channel
                ),
                job AS (
                    INSERT INTO notification_jobs (tenant_id, alert_id, fingerprint, event, target, channel_id, kind,
                                                   reason, happened_at, happened_by, status)
                    SELECT tenant_id, alert_id, fingerprint, 'opened', channel_id::text, channel_id, 'email', 'All',
                           now(), 'system', 'SENT'
                    FROM channel JOIN alerts USING (tenant_id)
                    LIMIT 1
                    RETURNING tenant_id, job_id
                )
                INSERT INTO notification_attempts (tenant_id, job_id, number, started_at, latency_milliseconds, outcome)
                SELECT tenant_id, job_id, 1, now(), 10, 'SENT' FROM job
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                "INSERT INTO outbox (tenant_id, event_type, payload, due_at) VALUES (%s, 'test', '{}', 'infinity')",
                (fleet.tenant_id,),
            )
            connection.execute(
                """
                WITH cold AS (
                    INSERT INTO device_groups (tenant_id, name, kind) VALUES (%(tenant_id)s, 'Cold', 'STATIC')
                    RETURNING group_id
                )
                INSERT INTO device_group_members (tenant_id, group_id, device_id)
                SELECT %(tenant_id)s, group_id, 'freezer-1' FROM cold
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                WITH sent AS (
                    INSERT INTO group_commands (tenant_id, group_id, group_name, name, parameters, created_at,
                                                created_by, expires_at)
                    VALUES (%(tenant_id)s, gen_random_uuid(), 'Cold', 'reboot', '{}', now(), 'test', 'infinity')
                    RETURNING *
                )
                INSERT INTO commands (tenant_id, device_id, group_command_id, name, parameters, created_at, created_by,
                                      expires_at)
                SELECT tenant_id, 'freezer-1', group_command_id, name, parameters, created_at, created_by, expires_at
                FROM sent
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                WITH schedule AS (
                    INSERT INTO oncall_schedules (tenant_id, name, timezone, announce_at)
                    VALUES (%(tenant_id)s, 'Warehouse', 'UTC', 'infinity')
                    RETURNING tenant_id, schedule_id
                ),
                layer AS (
                    INSERT INTO oncall_layers (tenant_id, schedule_id, name, priority, rotation, rotation_start,
                                               responders)
                    SELECT tenant_id, schedule_id, 'Weekly', 1, 'weekly', '2026-01-05 09:00', '[{}]' FROM schedule
                ),
                override AS (
                    INSERT INTO oncall_overrides (tenant_id, schedule_id, kind, responder, starts_at, ends_at,
                                                  created_by)
                    SELECT tenant_id, schedule_id, 'add', '{}', '2026-01-05', '2026-01-06', 'test' FROM schedule
                )
                INSERT INTO oncall_calendar_feeds (tenant_id, schedule_id, label, secret_hash, created_by)
                SELECT tenant_id, schedule_id, 'Wall', sha256(tenant_id::bytea), 'test' FROM schedule
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                WITH policy AS (
                    INSERT INTO escalation_policies (tenant_id, name)
                    VALUES (%(tenant_id)s, 'Default')
                    RETURNING tenant_id, policy_id
                )
                INSERT INTO escalation_targets (tenant_id, policy_id, level, position, delay_minutes, kind, email)
                SELECT tenant_id, policy_id, 1, 0, 5, 'email', 'someone@tenant.example' FROM policy
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                INSERT INTO device_lifecycle_log (tenant_id, device_id, time, from_lifecycle, to_lifecycle, actor)
                VALUES (%s, 'freezer-1', now(), 'ACTIVE', 'SUSPENDED', 'test')
                """,
                (fleet.tenant_id,),
            )
            connection.execute(
                "INSERT INTO metric_catalog (tenant_id, metric) VALUES (%s, 'temp_c')", (fleet.tenant_id,)
            )
            connection.execute(
                "INSERT INTO metric_mappings (tenant_id, raw_metric, normalized_metric) VALUES (%s, 'temp', 'temp_c')",
                (fleet.tenant_id,),
            )
            connection.execute(
                """
                INSERT INTO maintenance_windows (tenant_id, name, starts_at, ends_at, timezone, expires_at, created_by)
                VALUES (%s, 'Defrosting', '2099-01-01', '2099-01-02', 'UTC', '2099-01-02', 'test')
                """,
                (fleet.tenant_id,),
            )
            connection.execute("INSERT INTO alert_limits (tenant_id) VALUES (%s)", (fleet.tenant_id,))
            connection.execute("INSERT INTO report_schedules (tenant_id) VALUES (%s)", (fleet.tenant_id,))
            connection.execute(
                """
                INSERT INTO report_runs (tenant_id, requested_by, period_start, period_end, status, created_at,
                                         finished_at)
                VALUES (%s, 'test', now(), now(), 'DONE', now(), now())
                """,
                (fleet.tenant_id,),
            )
            connection.execute(
                """
                INSERT INTO exports (tenant_id, dataset, format, requested_by, created_at)
                VALUES (%s, 'devices', 'csv', 'test', now())
                """,
                (fleet.tenant_id,),
            )
            connection.execute("INSERT INTO digests (tenant_id) VALUES (%s)", (fleet.tenant_id,))
            connection.execute(
                """
                WITH subscription AS (
                    INSERT INTO subscriptions (tenant_id, kind, name, device_limit, status, status_since, term_start,
                                               term_end, created_by)
                    VALUES (%(tenant_id)s, 'MAIN', 'Fleet', 10, 'ACTIVE', now(), now(), now() + interval '1 year',
                            'test')
                    RETURNING tenant_id, subscription_id
                ),
                renewal AS (
                    INSERT INTO subscription_renewals (tenant_id, subscription_id, term_days, requested_by,
                                                       requested_at)
                    SELECT tenant_id, subscription_id, 365, 'test', now() FROM subscription
                )
                INSERT INTO subscription_events (tenant_id, subscription_id, time, event, actor, to_status)
                SELECT tenant_id, subscription_id, now(), 'created', 'test', 'ACTIVE' FROM subscription
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                WITH uploaded AS (
                    INSERT INTO addon_versions (tenant_id, addon_id, number, manifest, uploaded_by)
                    VALUES (%(tenant_id)s, 'example', 1, '{}', 'test')
                ),
                chosen AS (
                    INSERT INTO tenant_addons (tenant_id, addon_id) VALUES (%(tenant_id)s, 'example')
                ),
                asked AS (
                    INSERT INTO poll_targets (tenant_id, name, addon_id, host, access, interval_seconds,
                                              timeout_seconds, failures_before_alert)
                    VALUES (%(tenant_id)s, 'Router', 'example', '192.0.2.1', '{}', 60, 10, 2)
                    RETURNING tenant_id, target_id
                ),
                tried AS (
                    INSERT INTO target_trials (tenant_id, target_id, trial_id, gateway_device_id, asked_at, give_up_at)
                    SELECT tenant_id, target_id, target_id, 'gateway-1', now(), now() FROM asked
                ),
                told AS (
                    INSERT INTO gateway_assignments (tenant_id, device_id) VALUES (%(tenant_id)s, 'gateway-1')
                )
                INSERT INTO inbound_sources (tenant_id, name, authentication, secret)
                VALUES (%(tenant_id)s, 'Monitoring', '{}', 'kept')
                """,
                {"tenant_id": fleet.tenant_id},
            )
        with ingest_session() as connection:
            connection.execute(
                """
                WITH source AS (
                    SELECT tenant_id, source_id FROM inbound_sources WHERE tenant_id = %s
                ),
                device AS (
                    INSERT INTO external_devices (tenant_id, addon_id, key, name, source_id, first_seen_at,
                                                  last_seen_at)
                    SELECT tenant_id, 'example', 'sw-1', 'sw-1', source_id, now(), now() FROM source
                )
                INSERT INTO addon_causes (tenant_id, fingerprint, addon_id, type, source_id, received_at, message_id,
                                          raised)
                SELECT tenant_id, 'TEST', 'example', 'PORT_DOWN', source_id, now(), gen_random_uuid(), true FROM source
                """,
                (fleet.tenant_id,),
            )
            connection.execute(
                """
                INSERT INTO held_openings (tenant_id, fingerprint, window_id, opening, seen, held_since, release_at)
                VALUES (%s, 'TEST', gen_random_uuid(), '{}', 1, now(), 'infinity')
                """,
                (fleet.tenant_id,),
            )
            connection.execute(
                """
                WITH meter AS (
                    INSERT INTO usage_meters (tenant_id, messages, readings) VALUES (%(tenant_id)s, 1, 1)
                )
                INSERT INTO usage_hourly (tenant_id, hour) VALUES (%(tenant_id)s, '2037-11-20T11:00:00Z')
                """,
                {"tenant_id": fleet.tenant_id},
            )
            connection.execute(
                """
                INSERT INTO digest_runs (tenant_id, period_start, period_end, status)
                VALUES (%s, '2037-11-19', '2037-11-20', 'SENT')
                """,
                (fleet.tenant_id,),
            )
            connection.execute(
                """
                INSERT INTO alert_groups (tenant_id, site_id, opened_at, last_opened_at)
                VALUES (%s, 'hall-a', now(), now())
                """,
                (fleet.tenant_id,),
            )
    with ingest_session() as connection:
        connection.execute(
            """
            INSERT INTO alert_escalations (tenant_id, alert_id, plan)
            SELECT tenant_id, alert_id, '{}' FROM alerts WHERE tenant_id = ANY(%s)
            """,
            ([fleet.tenant_id for fleet in fleets],),
        )
    hours = [((fleet.tenant_id, "freezer-1"), NOON) for fleet in fleets]
    roll_up(NOON + timedelta(hours=2), budget=timedelta(minutes=1))
    with ingest_session() as connection:
        mark_hours(connection, hours)
    yield fleets[0].tenant_id, fleets[1].tenant_id
    with ingest_session() as connection:
        connection.execute("DELETE FROM outbox WHERE event_type = 'test'")
