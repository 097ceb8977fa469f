"""The environment, read in this module alone and checked at cold start.

A function names what it needs with `require`, so that a forgotten variable fails at deploy time with a sentence
instead of at night with a `KeyError`.
"""

import os
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, Json


class SettingMissingError(RuntimeError):
    """A function was deployed without an environment variable that it needs."""


class Settings(BaseModel):
    """Every setting that a function may read; the variable's name is the field's name in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Literal["local", "dev", "prod"] = "local"
    database_secret_arn: str | None = Field(None, description="Secret with {'url': …} for the services' own login")
    database_url: str | None = Field(None, description="The same URL given directly; tests and tools use it")
    database_owner_secret_arn: str | None = Field(None, description="Secret with {'url': …} of the schema's owner")
    database_pooler_address: str = Field("", description="host:port[/database] of a pooler for the services")
    telemetry_queue_url: str | None = Field(None, description="Queue of messages on their way to the database")
    event_bus_name: str | None = Field(None, description="EventBridge bus that outbox events are published to")
    user_pool_id: str | None = Field(None, description="Cognito user pool whose tokens are accepted")
    user_pool_client_id: str | None = Field(None, description="Application client whose tokens are accepted")
    token_issuer: str | None = Field(None, description="Expected `iss` of access tokens")
    jwks_url: str | None = Field(None, description="Where the pool's public keys are")
    group_roles: Json[dict[str, str]] = Field(
        {}, description="Roles of federated users by their identity provider's groups, as JSON"
    )
    transient_table_name: str | None = Field(None, description="DynamoDB table of short-lived state")
    transient_timeout_milliseconds: int = Field(500, ge=50, le=10_000, description="Patience with that table")
    topic_rule_prefix: str = Field("pulse", description="How the names of the topic rules begin")
    device_endpoint: str = Field("", description="host:port that devices connect to; without it AWS IoT's own")
    device_authority_url: str = Field(
        "", description="Where the certificate of the broker's authority is; without it Amazon's"
    )
    escalation_state_machine_arn: str | None = Field(None, description="What sleeps until the next step")
    dead_man_url: str = Field("", description="Told each minute that escalations were looked after, if it is given")
    app_url: str = Field("", description="Address of the application, ending in /, for links in mails")
    edge_secret: str = Field("", description="What the distribution shows, so that its word on addresses is believed")
    websocket_url: str | None = Field(None, description="Where browsers connect for live updates")
    websocket_management_url: str | None = Field(None, description="Where functions speak to open connections")
    realtime_queue_url: str | None = Field(None, description="Queue of what is told to those who look")
    statement_timeout_milliseconds: int = Field(25_000, ge=100, le=900_000)
    lock_timeout_milliseconds: int = Field(5_000, ge=10, le=60_000)
    outbound_allowed_networks: str = Field(
        "", description="Networks beyond public addresses that notifications may go to, as 10.1.0.0/16,10.2.0.0/16"
    )
    email_sender: str = Field("", description="Address that Amazon SES sends from; without one it sends nothing")
    notification_key_arn: str | None = Field(None, description="KMS key that channels' secrets are encrypted with")
    exports_bucket_name: str | None = Field(None, description="Bucket of the files that tenants ask for")
    delivery_queue_url: str | None = Field(None, description="Queue of notifications that are due")
    pagerduty_events_url: str = Field("https://events.pagerduty.com", description="PagerDuty's Events API")
    pagerduty_events_eu_url: str = Field(
        "https://events.eu.pagerduty.com", description="The same for accounts in the EU"
    )
    slack_api_url: str = Field("https://slack.com/api", description="Slack's methods")
    outbound_allow_plaintext: bool = Field(False, description="Whether notifications may go in the clear")
    inbound_queue_url: str | None = Field(None, description="Queue of what inbound sources have sent")
    poll_queue_url: str | None = Field(None, description="Queue of targets that are due to be polled")
    max_inbound_bytes: int = Field(131_072, ge=1024, le=131_072, description="Largest message of an inbound source")
    max_payload_bytes: int = Field(16_384, ge=256, le=131_072, description="Largest accepted device message")
    telemetry_retention_days: int = Field(90, ge=2, le=3650)
    rollup_retention_days: int = Field(730, ge=2, le=36_500, description="How long hourly summaries are kept")
    connection_retention_days: int = Field(90, ge=1, le=3650, description="How long ended sessions are listed")
    command_retention_days: int = Field(180, ge=1, le=3650, description="How long finished commands are kept")
    system_metric_retention_days: int = Field(90, ge=2, le=3650)
    stack_name: str | None = Field(None, description="CloudFormation stack whose functions and queues are looked after")
    cloud_metrics_minutes: int = Field(
        5, ge=1, le=30, description="How often CloudWatch is asked of functions and queues; it bills each value"
    )
    quarantine_retention_days: int = Field(30, ge=1, le=3650)
    notification_retention_days: int = Field(180, ge=1, le=3650, description="How long the delivery log is kept")

    def require(self, *names: str) -> "Settings":
        """Return itself when every named setting has a value; raise SettingMissingError naming those without."""
        missing = [name.upper() for name in names if not getattr(self, name)]
        if missing:
            message = f"environment variable {', '.join(missing)} is not set; see this function in template.yaml"
            raise SettingMissingError(message)
        return self


@cache
def settings() -> Settings:
    """The process's settings, read once. Raises pydantic.ValidationError naming a variable with a bad value."""
    known = {name.upper(): name for name in Settings.model_fields}
    return Settings.model_validate({known[key]: value for key, value in os.environ.items() if key in known})
