"""Every route of every function, for tests that hold for all of them: a new route is among them by itself."""

import json
import os
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from pulse.api.resolver import Api
from pulse.api.routes import PUBLIC, Route
from pulse.identity.permissions import PERMISSIONS, Role
from pulse.settings import Settings, settings

ONCALL_RESPONDER = {"name": "Anna", "email": "anna@acme.example"}
ONCALL_LAYER = {
    "name": "Weekly",
    "priority": 1,
    "rotation": "weekly",
    "rotation_start": "2026-01-05T09:00:00",
    "responders": [ONCALL_RESPONDER],
}
ESCALATION_LEVEL = {"delay_minutes": 5, "targets": [{"kind": "email", "email": "anna@acme.example"}]}
ONCALL_OVERRIDE = {
    "kind": "replace",
    "responder": ONCALL_RESPONDER,
    "starts_at": "2090-01-02T00:00:00Z",
    "ends_at": "2090-01-03T00:00:00Z",
}
# What a route needs besides its path to be called at all, by its operation id (without the version). `{unique}` is
# another text for each call.
QUERIES: dict[str, dict[str, str]] = {
    "download_export": {"dataset": "devices"},
    "get_telemetry_history": {"metric": "temp_c"},
    "get_telemetry_series": {"metric": "temp_c"},
    "operator_get_system_metric_series": {"metric": "database_size_bytes"},
}
# The channel that routing rules of tests lead to.
NOTIFICATION_CHANNEL = "c1a551c0-0000-4000-8000-000000000001"
TARGET = {
    "name": "Camera {unique}",
    "addon_id": "axis_camera",
    "host": "camera.example.com",
    "access": {"kind": "http"},
    "gateway_device_id": "gateway-1",
}
ADDON = {
    "schema_version": "1",
    "id": "door_controller",
    "version": "1.0.0",
    "name": "Door controller",
    "vendor": "Example",
    "description": "Doors that stand open",
    "method": {"type": "webhook"},
    "parser": {"type": "json", "fields": {"door": "$.door", "state": "$.state"}},
    "alerts": [
        {"type": "DOOR_OPEN", "severity": "warning", "title": "{door} stands open", "fingerprint_fields": ["door"]}
    ],
    "clear_events": [{"method": "field_value", "field": "state", "values": ["shut"]}],
}
WINDOW = {"name": "Defrosting", "starts_at": "2099-01-01T22:00:00Z", "ends_at": "2099-01-02T04:00:00Z"}
BODIES: dict[str, dict[str, Any]] = {
    "plan_maintenance_window": WINDOW,
    "change_maintenance_window": WINDOW,
    "set_alert_limit": {"alerts_per_hour": 500},
    "change_own_tenant": {"timezone": "Europe/Oslo"},
    "change_digest": {"cadence": "DAILY", "recipients": ["ops@acme.example"]},
    "comment_alert": {"comment": "the door was open"},
    "handle_alerts": {"action": "acknowledge", "alert_ids": ["6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"]},
    "create_device": {"device_id": "freezer-{unique}", "site_id": "hall-a", "device_type": "freezer"},
    "change_device": {"name": "Dairy room"},
    "replace_device_tags": {"tags": {"zone": "dairy"}},
    "put_device_tag": {"value": "frozen"},
    "create_device_type": {"device_type": "pump-{unique}"},
    "change_device_type": {"description": "Everything that freezes"},
    "create_site": {"site_id": "hall-{unique}", "name": "Another hall"},
    "change_site": {"name": "Cold hall"},
    "suspend_device": {"reason": "repair"},
    "resume_device": {"reason": "repaired"},
    "decommission_device": {"reason": "sold"},
    "decommission_provisioned_device": {"reason": "failed its test"},
    "import_devices": {"csv": "device_id,site_id,device_type\nfreezer-{unique},hall-a,freezer\n"},
    "send_command": {"name": "reboot", "parameters": {"delay_seconds": 5}},
    "cancel_command": {"reason": "wrong device"},
    "replace_desired_state": {"desired": {"interval_seconds": 60}},
    "change_desired_state": {"desired": {"interval_seconds": 60}},
    "send_group_command": {"name": "reboot"},
    "cancel_group_command": {"reason": "wrong group"},
    "add_devices_to_group": {"device_ids": ["freezer-1"]},
    "create_device_group": {"name": "Cold {unique}"},
    "change_device_group": {"name": "Cold {unique}"},
    "operator_create_operator_key": {"name": "Screen {unique}", "scope": "noc"},
    "operator_set_default_limit": {"default_rates": "100000:60"},
    "operator_set_usage_price": {"price": "1.5", "per": 1_000_000},
    "operator_set_device_limit": {"device_limit": 500},
    "invite_user": {"email": "someone-{unique}@acme.example", "role": "viewer"},
    "change_user": {"role": "customer"},
    "add_catalog_metric": {"metric": "temp_c", "unit": "°C"},
    "change_catalog_metric": {"unit": "K"},
    "add_metric_mapping": {"raw_metric": "temp", "normalized_metric": "temp_c"},
    "change_metric_mapping": {"normalized_metric": "temp_c", "multiplier": 2},
    "create_alert_rule": {
        "name": "Too warm {unique}",
        "criterion": {
            "kind": "threshold",
            "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 8}],
        },
    },
    "change_alert_rule": {
        "name": "No telemetry {unique}",
        "criterion": {"kind": "telemetry_gap", "gap_minutes": 15},
    },
    "backtest_alert_rule": {"rule": {"name": "No telemetry", "criterion": {"kind": "telemetry_gap"}}},
    "apply_alert_rule_templates": {"template_ids": ["temp_high", "temp_low"]},
    "create_notification_channel": {
        "name": "NOC {unique}",
        "kind": "email",
        "config": {"to": ["noc@acme.example"]},
    },
    "change_notification_channel": {"name": "NOC {unique}", "kind": "email", "config": {"to": ["noc@acme.example"]}},
    "create_escalation_policy": {"name": "Default {unique}", "levels": [ESCALATION_LEVEL]},
    "change_escalation_policy": {"name": "Default {unique}", "levels": [ESCALATION_LEVEL], "repeat": 2},
    "create_oncall_schedule": {"name": "Warehouse {unique}", "layers": [ONCALL_LAYER]},
    "change_oncall_schedule": {"name": "Warehouse {unique}", "timezone": "Europe/Berlin", "layers": [ONCALL_LAYER]},
    "create_oncall_override": ONCALL_OVERRIDE,
    "change_oncall_override": ONCALL_OVERRIDE,
    "create_calendar_feed": {"label": "Wall display"},
    "create_notification_routing_rule": {"name": "All {unique}", "channel_id": NOTIFICATION_CHANNEL},
    "change_notification_routing_rule": {"name": "All {unique}", "channel_id": NOTIFICATION_CHANNEL},
    "create_integration": {
        "name": "NOC {unique}",
        "type": "email",
        "config": {"to": ["noc@acme.example"]},
    },
    "change_integration": {"enabled": False},
    "create_integration_route": {"name": "All {unique}", "integration_id": NOTIFICATION_CHANNEL},
    "change_integration_route": {"name": "All {unique}", "integration_id": NOTIFICATION_CHANNEL},
    "choose_addon": {"enabled": True},
    "upload_addon": {"manifest": ADDON},
    "try_addon": {"addon_id": "generic_json", "payload": "{}"},
    "create_inbound_source": {"name": "Monitoring {unique}"},
    "change_inbound_source": {"name": "Monitoring {unique}"},
    "create_target": TARGET,
    "change_target": TARGET,
    "import_targets": {
        "csv": "name,addon_id,host,gateway_device_id\ncamera-{unique},axis_camera,camera.example.com,gateway-1\n"
    },
    "create_api_key": {"name": "Warehouse", "role": "viewer"},
    "provision_device": {"device_id": "freezer-{unique}", "site_id": "hall-a", "device_type": "freezer"},
    "create_claim_token": {
        "label": "Line {unique}",
        "site_id": "hall-a",
        "device_type": "freezer",
        "max_devices": 10,
    },
    "claim_certificate": {"token": "pc_nobody", "device_id": "freezer-{unique}"},
    "activate_device": {"code": "7K3M-9QRT-X04B"},
    "operator_invite_user": {"email": "someone-{unique}@pulse.example", "role": "operator"},
    "operator_change_user": {"role": "customer"},
    "operator_create_tenant": {
        "tenant_id": "acme-{unique}",
        "name": "Acme",
        "admin": {"email": "admin-{unique}@acme.example"},
    },
    "operator_change_tenant": {},
    "request_export": {"dataset": "devices"},
    "change_report_schedule": {"cadences": ["DAILY"], "recipients": ["ops@acme.example"]},
    "request_subscription_renewal": {"term_days": 365},
    "move_devices_to_subscription": {"device_ids": ["freezer-1"]},
    "operator_create_subscription": {
        "tenant_id": "acme",
        "kind": "MAIN",
        "name": "Fleet",
        "device_limit": 100,
    },
    "operator_change_subscription": {"plan": "large"},
    "operator_suspend_subscription": {"reason": "unpaid"},
    "operator_move_devices_to_subscription": {"device_ids": ["freezer-1"]},
    "operator_grant_subscription_renewal": {},
    "operator_refuse_subscription_renewal": {"reason": "unpaid"},
    "operator_suspend_tenant": {"reason": "unpaid"},
}


@cache
def apis() -> dict[str, Api]:
    """The routes of each function that has some, by its folder."""
    folders = sorted(path.parent.name for path in Path("functions").glob("*/app.py") if "Api(" in path.read_text())
    before = dict(os.environ)
    # Functions check their environment when they are imported.
    texts = (name for name, field in Settings.model_fields.items() if field.annotation == str | None)
    os.environ.update({name.upper(): "unused" for name in texts})
    settings.cache_clear()
    try:
        loaded = {folder: import_module(f"{folder}.app").api for folder in folders}
        for api in loaded.values():
            api.load_all()
        return loaded
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()


def every_route() -> Iterator[tuple[str, Route]]:
    """Each route with the folder of its function."""
    for folder, api in apis().items():
        for route in api.routes.values():
            yield folder, route


def name_of(case: object) -> str:
    """How a test about a route is called."""
    match case:
        case (str(), Route() as route):
            return f"{route.method} {route.path}"
        case Role():
            return case.value
        case _:
            return str(case)


def permits(route: Route, role: Role) -> bool:
    """Whether a role may call a route."""
    return route.permission is PUBLIC or route.permission in PERMISSIONS[role]


def some_role_for(route: Route) -> Role:
    """A role that may call the route."""
    return next(role for role in Role if permits(route, role))


def parameters_of(route: Route) -> list[str]:
    """Names of the parameters in a route's path, in order."""
    return [part[1:-1] for part in route.path.split("/") if part.startswith("<")]


def path_of(route: Route, values: dict[str, str]) -> str:
    """The route's path with values for its parameters."""
    return route.key[1].format(**values)


def needs_of(route: Route) -> tuple[dict[str, str], dict[str, Any] | None]:
    """The query and the body without which a route can't be called."""
    name = route.operation_id.removesuffix("_v2")
    body = json.dumps(BODIES[name]).replace("{unique}", uuid4().hex[:12]) if name in BODIES else "null"
    return QUERIES.get(name, {}), json.loads(body)
