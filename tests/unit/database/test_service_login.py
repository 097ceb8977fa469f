"""Where the services connect."""

import pytest

from pulse.database.service_login import service_url

OWNER = "postgresql://owner:secret@db.example:5432/pulse?sslmode=require"


@pytest.mark.parametrize(
    ("pooler", "expected"),
    [
        ("", "postgresql://pulse_service:p%40ss%2Fword@db.example:5432/pulse?sslmode=require"),
        ("pool.example:6432", "postgresql://pulse_service:p%40ss%2Fword@pool.example:6432/pulse?sslmode=require"),
        ("pool.example:6432/tsdb_transaction",
         "postgresql://pulse_service:p%40ss%2Fword@pool.example:6432/tsdb_transaction?sslmode=require"),
    ],
)  # fmt: skip
def test_the_services_take_the_owners_address_or_the_poolers_with_their_own_login(pooler: str, expected: str) -> None:
    assert service_url(OWNER, "p@ss/word", pooler) == expected
