"""The audit log as CSV: what a spreadsheet would run is made text."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from pulse.operations.audit_log import AuditEntry, csv_row


def make_entry(**changes: Any) -> AuditEntry:
    fields: dict[str, Any] = {
        "audit_id": 7,
        "time": datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        "tenant_id": "acme",
        "actor": "user-1",
        "actor_name": "admin@acme.example",
        "action": "user.invite",
        "subject": "user-2",
        "before": None,
        "after": {"role": "viewer"},
        "ip_address": "198.51.100.7",
        "request_id": "request-1",
        "cross_tenant": False,
    }
    return AuditEntry(**fields | changes)


def test_a_row_has_a_cell_for_each_field() -> None:
    assert csv_row(make_entry()) == [
        "7",
        "2026-11-20T12:00:00Z",
        "acme",
        "user-1",
        "admin@acme.example",
        "user.invite",
        "user-2",
        "",
        '{"role":"viewer"}',
        "198.51.100.7",
        "request-1",
        "false",
    ]
    assert len(csv_row(make_entry())) == len(AuditEntry.model_fields)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_is_no_formula(start: str) -> None:
    assert csv_row(make_entry(actor_name=f"{start}cmd|' /C calc'!A0"))[4].startswith("'")


def test_quotes_and_line_ends_survive() -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(csv_row(make_entry(subject='one "two",\nthree')))
    [row] = csv.reader(io.StringIO(text.getvalue(), newline=""))
    assert row[6] == 'one "two",\nthree'
