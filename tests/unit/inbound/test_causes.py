"""The alerts about sources themselves say which source it is, by its name."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from pulse.alerts.alert_store import Opening
from pulse.inbound.causes import Origin, gateway_origin, refused_opening, storm_opening, unreadable_opening

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOURCE = Origin("acme", UUID(int=7), "PRTG in Lyon", "prtg", "lyon")


@pytest.mark.parametrize("opening", [storm_opening(SOURCE, NOON), unreadable_opening(SOURCE, "no JSON", NOON)])
def test_the_alert_about_a_source_names_it(opening: Opening) -> None:
    assert opening.details["inbound_source"] == {"source_id": str(SOURCE.source_id), "name": "PRTG in Lyon"}


def test_the_alert_about_a_gateway_names_its_device() -> None:
    gateway = gateway_origin("acme", "lyo-gateway-01", "lyon", "snmp_traps")
    for opening in (unreadable_opening(gateway, "no OID", NOON), refused_opening(gateway, {"rate": 3}, 60, NOON)):
        assert opening.details["gateway"] == {"device_id": "lyo-gateway-01"}
        assert opening.device_id == "lyo-gateway-01"
