"""How the installation is set up, as operators see it: limits, which they set, and what the deploy says."""

from pydantic import Field

from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.limits.defaults import DefaultLimit, list_defaults
from pulse.models import Model
from pulse.operations.audit import audited_operator_session
from pulse.settings import settings


class Retention(Model):
    """For how many days what is kept; parameters of the deploy."""

    telemetry: int
    telemetry_summaries: int
    system_metrics: int
    connections: int
    commands: int
    quarantine: int
    notifications: int


class PlatformSettings(Model):
    """How the installation is set up."""

    stage: str = Field(description="local, dev or prod")
    max_payload_bytes: int = Field(description="Largest device message that is accepted")
    retention_days: Retention
    limits: list[DefaultLimit] = Field(description="By name")


def get_platform_settings(actor: Principal, *, origin: Origin) -> PlatformSettings:
    """As of now. Raises NotPermittedError."""
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_SETTINGS, action="settings.read", origin=origin
    ) as connection:
        limits = list_defaults(connection)
    deployed = settings()
    return PlatformSettings(
        stage=deployed.stage,
        max_payload_bytes=deployed.max_payload_bytes,
        retention_days=Retention(
            telemetry=deployed.telemetry_retention_days,
            telemetry_summaries=deployed.rollup_retention_days,
            system_metrics=deployed.system_metric_retention_days,
            connections=deployed.connection_retention_days,
            commands=deployed.command_retention_days,
            quarantine=deployed.quarantine_retention_days,
            notifications=deployed.notification_retention_days,
        ),
        limits=limits,
    )
