"""Migrations run in the order of their numbers: two of one number would run in that of their names."""

from pathlib import Path

FOLDER = Path("functions/migrate_database/migrations")


def test_no_two_migrations_have_the_same_number() -> None:
    numbers = [path.name.split("_")[0] for path in FOLDER.glob("*.sql")]
    assert len(numbers) == len(set(numbers))
