"""Everything that the operator API answers to: its route modules, and where their routes are."""

from typing import Final

from pulse.api.surface import Surface

SURFACE: Final = Surface(
    "operator_api.routes",
    {
        "profile": ("/operator/me",),
        "tenants": ("/operator/tenants",),
        "device_limits": ("/operator/tenants",),
        "subscriptions": ("/operator/subscriptions", "/operator/subscription-renewals"),
        "users": ("/operator/users",),
        "quarantine": ("/operator/quarantine",),
        "audit_log": ("/operator/audit-log",),
    },
)
