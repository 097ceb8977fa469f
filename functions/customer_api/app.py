"""The customer API: one tenant's fleet, its telemetry and its alerts."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_api.routes import (
    alert_handling,
    alert_rule_backtests,
    alert_rule_templates,
    alert_rules,
    alert_statistics,
    alerts,
    api_keys,
    audit_log,
    connections,
    credentials,
    device_groups,
    device_import,
    device_lifecycle,
    device_tags,
    device_types,
    devices,
    escalation_policies,
    health,
    maintenance_windows,
    metrics,
    notification_channels,
    notification_jobs,
    notification_routing_rules,
    oncall_calendars,
    oncall_overrides,
    oncall_schedules,
    profile,
    quarantine,
    realtime,
    sites,
    telemetry,
    uptime,
    users,
)
from pulse.api.resolver import Api
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "delivery_queue_url", "event_bus_name")
settings().require("notification_key_arn", "transient_table_name", "user_pool_id", "websocket_url")

api = Api(
    health.routes,
    profile.routes,
    devices.routes,
    credentials.routes,
    device_import.routes,
    device_lifecycle.routes,
    uptime.routes,
    device_groups.routes,
    device_tags.routes,
    device_types.routes,
    connections.routes,
    telemetry.routes,
    metrics.routes,
    quarantine.routes,
    sites.routes,
    alerts.routes,
    alert_handling.routes,
    alert_statistics.routes,
    alert_rules.routes,
    realtime.routes,
    alert_rule_backtests.routes,
    alert_rule_templates.routes,
    notification_channels.routes,
    escalation_policies.routes,
    oncall_schedules.routes,
    oncall_overrides.routes,
    oncall_calendars.routes,
    notification_routing_rules.routes,
    notification_jobs.routes,
    maintenance_windows.routes,
    users.routes,
    api_keys.routes,
    audit_log.routes,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload format 2.0)."""
    return api.handle(event, context)
