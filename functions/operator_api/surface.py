"""Everything that the operator API answers to: its route modules, and where their routes are."""

from typing import Final

from pulse.api.surface import Surface

SURFACE: Final = Surface(
    "operator_api.routes",
    {
        "profile": ("/operator/me",),
        "tenants": ("/operator/tenants", "/operator/tenant-health"),
        "device_limits": ("/operator/tenants",),
        "subscriptions": ("/operator/subscriptions", "/operator/subscription-renewals"),
        "users": ("/operator/users",),
        "quarantine": ("/operator/quarantine",),
        "audit_log": ("/operator/audit-log",),
        "devices": ("/operator/devices",),
        "alerts": ("/operator/alerts",),
        "noc": ("/operator/noc",),
        "system": ("/operator/system", "/operator/metrics"),
        "queues": ("/operator/queues", "/operator/outbox"),
        "usage": ("/operator/usage", "/operator/tenants"),
        "keys": ("/operator/keys",),
        "platform_settings": ("/operator/settings",),
    },
)
