"""Whoever writes an audit entry has its kind told."""

from unittest.mock import Mock

from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.operations.audit import record_change
from pulse.operations.changes import Change, noted_changes

ANN = Principal("ann", "ann@acme.example", frozenset({Role.TENANT_ADMIN}), "acme")
OPERATOR = Principal("olga", "olga@pulse.example", frozenset({Role.OPERATOR_ADMIN}), None)


def test_an_audit_entry_of_a_tenant_is_noted_as_a_change_of_its_kind() -> None:
    with noted_changes() as changes:
        record_change(Mock(), actor=ANN, action="alert_rule.change", subject="one")
        record_change(Mock(), actor=ANN, action="alert_rule.delete", subject="another")
        record_change(Mock(), actor=OPERATOR, tenant_id="globex", action="subscription.create", subject="third")
    assert changes == {Change("acme", "alert_rule"), Change("globex", "subscription")}


def test_what_is_of_the_installation_is_nobodys_to_hear() -> None:
    with noted_changes() as changes:
        record_change(Mock(), actor=OPERATOR, action="operator_key.create", subject="key")
    assert changes == set()


def test_a_program_that_nobody_waits_for_collects_nothing() -> None:
    record_change(Mock(), actor="sweep", tenant_id="acme", action="site.change", subject="one")
    with noted_changes() as changes:
        pass
    assert changes == set()
