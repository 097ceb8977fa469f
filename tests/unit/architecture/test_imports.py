"""Imports go one way: functions → verbs → rules and stores → shared rooms; concepts never share tables."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

DOMAIN = Path("layers/pulse/pulse")
MODULES = sorted(DOMAIN.rglob("*.py"))
FUNCTIONS = sorted(Path("functions").rglob("*.py"))
SHARED_ROOMS = {"api", "clock", "database", "errors", "events", "logging", "outbound", "settings"}
CONCEPTS = {path.name for path in DOMAIN.iterdir() if path.is_dir() and path.name != "__pycache__"} - SHARED_ROOMS
# Pure modules: no SQL, no AWS, no environment, no clock of their own.
RULES = [
    "alerts/handling/actions.py",
    "alerts/alert.py",
    "alerts/causes.py",
    "alerts/rules/criteria.py",
    "alerts/evaluation/evaluator.py",
    "alerts/figures/heat.py",
    "alerts/rules/message_template.py",
    "alerts/evaluation/rule_causes.py",
    "alerts/rules/definition.py",
    "alerts/rules/templates.py",
    "alerts/maintenance/window.py",
    "alerts/maintenance/recurrence.py",
    "alerts/rules/alert_rule.py",
    "alerts/severity.py",
    "alerts/rules/sliding_window.py",
    "commands/answer.py",
    "commands/command.py",
    "commands/course.py",
    "commands/telling.py",
    "devices/activation_code.py",
    "devices/authorization.py",
    "devices/claim_token.py",
    "devices/credential.py",
    "devices/presence.py",
    "devices/shadow.py",
    "devices/signing.py",
    "devices/fields.py",
    "devices/import_file.py",
    "devices/selectors.py",
    "devices/state.py",
    "devices/tenant_policy.py",
    "devices/uptime.py",
    "devices/topics.py",
    "exports/export.py",
    "exports/telling.py",
    "exports/writing.py",
    "identity/access.py",
    "identity/api_key.py",
    "identity/operator_key.py",
    "identity/permissions.py",
    "identity/principal.py",
    "identity/user.py",
    "inbound/authentication.py",
    "inbound/causes.py",
    "inbound/clear_events.py",
    "inbound/conditions.py",
    "inbound/gateway_message.py",
    "inbound/identity.py",
    "inbound/instants.py",
    "inbound/json_paths.py",
    "inbound/manifest.py",
    "inbound/message.py",
    "inbound/methods.py",
    "inbound/override.py",
    "inbound/addon.py",
    "inbound/names.py",
    "inbound/oids.py",
    "inbound/parsers/form.py",
    "inbound/parsers/grok.py",
    "inbound/parsers/json_document.py",
    "inbound/parsers/key_value.py",
    "inbound/parsers/named_groups.py",
    "inbound/parsers/regular_expression.py",
    "inbound/parsers/snmp.py",
    "inbound/parsers/syslog.py",
    "inbound/parsers/table.py",
    "inbound/parsers/xml_document.py",
    "inbound/patterns.py",
    "inbound/reading.py",
    "inbound/record.py",
    "inbound/source.py",
    "inbound/steps.py",
    "inbound/templates.py",
    "inbound/transformations.py",
    "limits/rates.py",
    "notifications/channels/email/message.py",
    "notifications/channels/mqtt/topic.py",
    "notifications/channels/pagerduty/message.py",
    "notifications/channels/slack/message.py",
    "notifications/channels/snmp/message.py",
    "notifications/channels/teams/message.py",
    "notifications/channels/webhook/signature.py",
    "notifications/decision.py",
    "masking.py",
    "notifications/notice.py",
    "notifications/retries.py",
    "notifications/routing.py",
    "notifications/templates.py",
    "operations/component.py",
    "operations/health_alerts.py",
    "operations/open_metrics.py",
    "operations/system_metric.py",
    "outbound/addresses.py",
    "digests/digest.py",
    "digests/mail.py",
    "digests/plan.py",
    "escalation/plan.py",
    "escalation/policy.py",
    "oncall/calendar.py",
    "oncall/report.py",
    "oncall/schedule.py",
    "oncall/shifts.py",
    "oncall/timeline.py",
    "polling/access.py",
    "polling/assignment.py",
    "polling/outcome.py",
    "polling/questions.py",
    "polling/report.py",
    "polling/target.py",
    "quarantine/reasons.py",
    "realtime/channels.py",
    "realtime/requests.py",
    "reports/availability.py",
    "reports/mail.py",
    "reports/plan.py",
    "reports/report.py",
    "snmp_security.py",
    "spreadsheets.py",
    "subscriptions/allocation.py",
    "subscriptions/lifecycle.py",
    "subscriptions/subscription.py",
    "subscriptions/view.py",
    "targets/causes.py",
    "targets/reading_trials.py",
    "targets/target.py",
    "telemetry/buckets.py",
    "telemetry/decode.py",
    "telemetry/message.py",
    "telemetry/normalization.py",
    "telemetry/periods.py",
    "usage/pricing.py",
    "wall_clock.py",
]
# Speaks to the user pool, whose address is the template's and no customer's.
OWN_HOSTS = {"devices/endpoint.py", "identity/keys.py"}
# Pollers run in customers' networks as well, which have no door; in the cloud they get an address that it opened for.
OPENERS = {"outbound", "polling"}
# Who owns a table: SQL that names it stands in that concept alone.
OWNERS = {
    "tenants": "tenants",
    "users": "identity",
    "user_sessions": "identity",
    "api_keys": "identity",
    "operator_keys": "identity",
    "sites": "devices",
    "device_types": "devices",
    "devices": "devices",
    "device_credentials": "devices",
    "activation_codes": "devices",
    "claim_tokens": "devices",
    "device_connections": "devices",
    "device_state": "devices",
    "device_status_log": "devices",
    "device_lifecycle_log": "devices",
    "device_tags": "devices",
    "device_groups": "devices",
    "device_group_members": "devices",
    "device_seats": "devices",
    "deleted_devices": "devices",
    "commands": "commands",
    "group_commands": "commands",
    "telemetry": "telemetry",
    "tenant_telemetry": "telemetry",
    "telemetry_hourly": "telemetry",
    "tenant_telemetry_hourly": "telemetry",
    "rollup_due": "telemetry",
    "metric_catalog": "telemetry",
    "metric_mappings": "telemetry",
    "ingest_usage": "telemetry",
    "ingest_begun": "telemetry",
    "ingest_progress": "telemetry",
    "message_receipts": "telemetry",
    "quarantine_events": "quarantine",
    "quarantine_counts": "quarantine",
    "alert_rules": "alerts",
    "rule_state": "alerts",
    "alerts": "alerts",
    "alert_timeline": "alerts",
    "escalation_policies": "escalation",
    "escalation_targets": "escalation",
    "alert_escalations": "escalation",
    "oncall_schedules": "oncall",
    "oncall_layers": "oncall",
    "oncall_overrides": "oncall",
    "oncall_calendar_feeds": "oncall",
    "maintenance_windows": "alerts",
    "held_openings": "alerts",
    "alert_groups": "alerts",
    "alert_limits": "alerts",
    "digests": "digests",
    "digest_runs": "digests",
    "report_schedules": "reports",
    "report_runs": "reports",
    "exports": "exports",
    "subscriptions": "subscriptions",
    "subscription_events": "subscriptions",
    "subscription_renewals": "subscriptions",
    "addon_versions": "inbound",
    "tenant_addons": "inbound",
    "inbound_sources": "inbound",
    "external_devices": "inbound",
    "addon_causes": "inbound",
    "poll_targets": "targets",
    "gateway_assignments": "targets",
    "target_trials": "targets",
    "limits": "limits",
    "notification_channels": "notifications",
    "notification_routing_rules": "notifications",
    "notification_jobs": "notifications",
    "notification_attempts": "notifications",
    "tenant_limits": "limits",
    "outbox": "events",
    "system_metrics": "operations",
    "usage_hourly": "usage",
    "usage_meters": "usage",
    "usage_prices": "usage",
    "system_metric_samples": "operations",
}


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports, type-checking imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_the_domain_knows_no_function_and_no_lambda_event(path: Path) -> None:
    functions = {folder.name for folder in Path("functions").iterdir() if folder.is_dir()}
    heads = {name.split(".")[0] for name in imports(path)}
    assert not heads & (functions | {"local", "edge", "tests"})
    if path.relative_to(DOMAIN).parts[0] != "api":
        assert not any("utilities.typing" in name or "data_classes" in name for name in imports(path))


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name in SHARED_ROOMS - {"api"}], ids=str)
def test_shared_rooms_know_no_concept(path: Path) -> None:
    assert not {name for name in imports(path) if re.match(rf"pulse\.({'|'.join(CONCEPTS)})\b", name)}


@pytest.mark.parametrize("module", RULES)
def test_rules_are_pure(module: str) -> None:
    forbidden = ("boto3", "psycopg", "os", "pulse.settings", "pulse.database.", "httpx", "time")
    found = imports(DOMAIN / module)
    assert not {name for name in found if name in forbidden or name.startswith(("boto3.", "psycopg."))}
    assert "clock.now(" not in (DOMAIN / module).read_text()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_the_environment_is_read_in_settings_alone(path: Path) -> None:
    if path.name != "settings.py":
        assert "os" not in imports(path)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_sockets_are_opened_by_the_outbound_door_alone(path: Path) -> None:
    openers = {"socket", "smtplib", "http.client", "urllib.request", "httpx", "httpcore", "paho", "pysnmp", "asyncio"}
    if path.relative_to(DOMAIN).parts[0] not in OPENERS and str(path.relative_to(DOMAIN)) not in OWN_HOSTS:
        found = imports(path)
        assert not {name for name in found if name in openers or name.split(".")[0] in openers}


@pytest.mark.parametrize("path", sorted((DOMAIN / "polling").glob("*.py")), ids=str)
def test_pollers_stand_alone(path: Path) -> None:
    own = {"pulse.clock", "pulse.models", "pulse.snmp_security", "pulse.inbound.oids", "pulse.polling"}
    heads = {".".join(name.split(".")[:3]) for name in imports(path) if name.startswith("pulse.")}
    assert not {name for name in heads if not any(name == one or name.startswith(f"{one}.") for one in own)}
    assert not {name for name in imports(path) if name.split(".")[0] in {"boto3", "psycopg"}}


@pytest.mark.parametrize("path", [path for path in FUNCTIONS if path.parts[1] != "migrate_database"], ids=str)
def test_functions_open_no_session_and_leave_that_to_verbs(path: Path) -> None:
    assert not {name for name in imports(path) if re.match(r"pulse\.database\b", name)}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_sql_stands_beside_the_concept_that_owns_the_table(path: Path) -> None:
    room = path.relative_to(DOMAIN).parts[0]
    text = path.read_text()
    for table, owner in OWNERS.items():
        if re.search(rf"\b(FROM|INTO|UPDATE|JOIN)\s+{table}\b", text):
            assert room == owner, f"{path} speaks to {table}, which belongs to {owner}"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_nobody_writes_audit_entries_by_hand(path: Path) -> None:
    if str(path.relative_to(DOMAIN)) not in ("operations/audit.py", "database/sessions.py"):
        assert "INTO audit_log" not in path.read_text(), "call pulse.operations.audit.record_change"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_says_what_it_is_and_fits_on_a_few_screens(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)) or not text.strip(), path
    assert text.count("\n") <= 350, path


@pytest.mark.parametrize("path", sorted(Path("functions").glob("*/app.py")), ids=str)
def test_handlers_are_thin(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 80
    assert not re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", text)
