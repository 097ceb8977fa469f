"""The demo: tenants, people, sites, devices and rules, entered through the same verbs as everybody's.

What is there is left alone, so that `make up` may be repeated and a person's changes stay. What one side has lost
(an emulator killed before it saved, a database that was reset) is made again.
"""

import os
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local import aws
from local.demo_devices import ensure_certificate
from local.demo_fleet import TENANTS, DemoTenant
from local.demo_rules import ensure_rules
from local.demo_subscriptions import ensure_subscriptions
from local.demo_users import Account, ensure_users
from local.instance import Instance
from local.processes import own_environment
from pulse.database.sessions import close_connection
from pulse.devices.registration import register_device, save_device_type, save_site
from pulse.identity.mirror import mirror_user
from pulse.tenants.registry import create_tenant

_ACTOR = "make up"


@dataclass(frozen=True, slots=True)
class Demo:
    """Who can sign in, and in a few words what had to be made."""

    accounts: list[Account]
    outcome: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database has already."""

    tenants: frozenset[str]
    sites: frozenset[tuple[str, str]]
    device_types: frozenset[tuple[str, str]]
    devices: frozenset[tuple[str, str]]
    users: frozenset[str]
    subscribed: frozenset[str]
    credentials: Mapping[tuple[str, str], frozenset[str]]


def populate(instance: Instance, outputs: Mapping[str, str], database_url: str) -> Demo:
    """Have the whole demo in the database, the user pool and the broker."""
    _become_a_function(instance, outputs)
    known = _read_known(database_url)
    for tenant in TENANTS:
        _enter(tenant, known)
    issued = sum(
        ensure_certificate(
            instance,
            tenant.tenant_id,
            device.device_id,
            known.credentials.get((tenant.tenant_id, device.device_id), frozenset()),
            actor=_ACTOR,
        )
        for tenant in TENANTS
        for device in tenant.devices
    )
    accounts = ensure_users(instance, outputs["UserPoolId"])
    for account in accounts:
        if str(account.user_id) not in known.users:
            mirror_user(
                user_id=account.user_id,
                tenant_id=account.user.tenant_id,
                email=account.user.email,
                role=account.user.role.value,
                actor=_ACTOR,
            )
    close_connection()
    devices = sum(len(tenant.devices) for tenant in TENANTS)
    outcome = f"{len(TENANTS)} tenants, {len(accounts)} people, {devices} devices"
    return Demo(accounts, f"{outcome}, {issued} certificates issued" if issued else outcome)


def fetch_certificate_authority(instance: Instance) -> Path:
    """The file with the certificate authority that signed the broker's certificate, as the emulator has it now."""
    file = instance.certificates_folder / "ca.pem"
    file.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(f"{instance.emulator_url}/_ministack/iot/ca.pem", timeout=10) as answer:
        file.write_bytes(answer.read())
    return file


def _become_a_function(instance: Instance, outputs: Mapping[str, str]) -> None:
    """The domain's verbs find the database and AWS as in a function: by the environment, with the services' login."""
    for name in set(os.environ) - set(own_environment()):
        del os.environ[name]
    os.environ.update(aws.environment(instance))
    os.environ["DATABASE_SECRET_ARN"] = outputs["DatabaseServiceSecretArn"]
    os.environ["EVENT_BUS_NAME"] = outputs["EventBusName"]


def _enter(tenant: DemoTenant, known: _Known) -> None:
    tenant_id = tenant.tenant_id
    if tenant_id not in known.tenants:
        create_tenant(tenant_id=tenant_id, name=tenant.name, timezone=tenant.timezone, actor=_ACTOR)
    for site in tenant.sites:
        if (tenant_id, site.site_id) not in known.sites:
            save_site(tenant_id, site, actor=_ACTOR)
    for device_type in tenant.device_types:
        if (tenant_id, device_type.device_type) not in known.device_types:
            save_device_type(tenant_id, device_type, actor=_ACTOR)
    for device in tenant.devices:
        if (tenant_id, device.device_id) not in known.devices:
            register_device(tenant_id, device, actor=_ACTOR)
    ensure_rules(tenant)
    if tenant_id not in known.subscribed:
        ensure_subscriptions(tenant_id, actor=_ACTOR)


def _read_known(database_url: str) -> _Known:
    with psycopg.connect(database_url, connect_timeout=5) as connection:

        def pairs(statement: str) -> frozenset[tuple[str, str]]:
            return frozenset((row[0], row[1]) for row in connection.execute(statement.encode()))

        credentials: dict[tuple[str, str], frozenset[str]] = {}
        for tenant_id, device_id, ids in connection.execute(
            """
            SELECT tenant_id, device_id, array_agg(credential_id)
            FROM device_credentials
            WHERE kind = 'certificate' AND revoked_at IS NULL
            GROUP BY tenant_id, device_id
            """
        ):
            credentials[tenant_id, device_id] = frozenset(ids)
        return _Known(
            tenants=frozenset(row[0] for row in connection.execute("SELECT tenant_id FROM tenants")),
            sites=pairs("SELECT tenant_id, site_id FROM sites"),
            device_types=pairs("SELECT tenant_id, device_type FROM device_types"),
            devices=pairs("SELECT tenant_id, device_id FROM devices"),
            users=frozenset(str(row[0]) for row in connection.execute("SELECT user_id FROM users")),
            subscribed=frozenset(row[0] for row in connection.execute("SELECT tenant_id FROM subscriptions")),
            credentials=credentials,
        )
