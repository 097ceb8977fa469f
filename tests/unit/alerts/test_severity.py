"""One ordered scale."""

from pathlib import Path

from pulse.alerts.severity import Severity


def test_severities_rank_from_info_to_critical() -> None:
    assert [severity.rank for severity in (Severity.INFO, Severity.CRITICAL)] == [1, 5]


def test_the_database_has_the_same_scale_in_the_same_order() -> None:
    migration = Path("functions/migrate_database/migrations/0001_roles_and_isolation.sql").read_text()
    words = ", ".join(f"'{severity}'" for severity in Severity)
    assert f"CREATE TYPE severity AS ENUM ({words})" in migration
