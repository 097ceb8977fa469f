"""Which database an address given in the environment means."""

from pathlib import Path

import pytest

from local.database import given_url
from local.errors import LocalError
from local.instance import Instance

URL = "postgresql://owner:secret@db.example:5432/pulse?sslmode=require"


def make_instance(name: str) -> Instance:
    return Instance(name, Path("nowhere"), emulator_port=1, mqtt_port=2, database_port=3)


def test_the_default_instance_uses_the_address_as_it_is() -> None:
    assert given_url(make_instance("default"), {"PULSE_DATABASE_URL": URL}) == URL


def test_the_test_instance_uses_a_database_beside_it() -> None:
    expected = "postgresql://owner:secret@db.example:5432/pulse_test?sslmode=require"
    assert given_url(make_instance("test"), {"PULSE_DATABASE_URL": URL}) == expected


def test_the_test_instance_may_have_a_server_of_its_own() -> None:
    own = "postgresql://owner@other.example/checks"
    assert given_url(make_instance("test"), {"PULSE_DATABASE_URL": URL, "PULSE_TEST_DATABASE_URL": own}) == own


@pytest.mark.parametrize("url", ["localhost:5432", "mysql://h/db", "postgresql:///pulse", "postgresql://h/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(LocalError, match="PULSE_DATABASE_URL must look like"):
        given_url(make_instance("default"), {"PULSE_DATABASE_URL": url})
