"""The demo is what it promises: 25 believable devices, everybody's roles, rules that incidents breach."""

from collections import Counter

import pytest

from edge.simulator.profiles import PROFILES
from local.demo_fleet import TENANTS, USERS, DemoTenant, rules_of
from local.demo_users import _new_password
from pulse.identity.permissions import Role


def test_two_tenants_with_25_devices_of_every_profile() -> None:
    devices = [device for tenant in TENANTS for device in tenant.devices]
    assert len(TENANTS) == 2
    assert len(devices) == 25
    assert len({device.device_id for device in devices}) == 25
    assert {device.device_type for device in devices} == set(PROFILES)


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.tenant_id)
def test_devices_stand_at_their_tenants_sites(tenant: DemoTenant) -> None:
    assert {device.site_id for device in tenant.devices} == {site.site_id for site in tenant.sites}


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.tenant_id)
def test_every_kind_of_device_has_a_rule(tenant: DemoTenant) -> None:
    covered = [device_type for rule in rules_of(tenant) for device_type in rule.scope.device_types]
    assert sorted(covered) == sorted({device.device_type for device in tenant.devices})
    assert len({rule.name for rule in rules_of(tenant)}) == len(covered)


def test_each_tenant_has_each_role_and_operators_have_no_tenant() -> None:
    roles = Counter((user.tenant_id, user.role) for user in USERS)
    tenant_roles = (Role.VIEWER, Role.CUSTOMER, Role.TENANT_ADMIN)
    expected: list[tuple[str | None, Role]] = [(tenant.tenant_id, role) for tenant in TENANTS for role in tenant_roles]
    assert roles == Counter([*expected, (None, Role.OPERATOR), (None, Role.OPERATOR_ADMIN)])


def test_passwords_satisfy_the_pools_policy() -> None:
    for _ in range(200):
        password = _new_password()
        assert len(password) == 16
        assert any(character.islower() for character in password)
        assert any(character.isupper() for character in password)
        assert any(character.isdigit() for character in password)
