"""What somebody reads of a report who reads the mail alone."""

from datetime import timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from pulse.alerts.figures.period import AlertFigures
from pulse.reports.availability import Availability
from pulse.reports.mail import mail_of
from pulse.reports.plan import ReportCadence
from pulse.reports.report import AvailabilityFigures, DeviceAvailability, SlaSummary
from tests.builders import NOON

HOUR = timedelta(hours=1)


def mail(fleet: Availability, *least_available: DeviceAvailability) -> EmailMessage:
    report = SlaSummary(
        start=NOON - 24 * HOUR,
        end=NOON,
        devices=7,
        fleet=AvailabilityFigures.of(fleet),
        sites=[],
        least_available_devices=list(least_available),
        alerts=AlertFigures(
            by_severity=[],
            mean_seconds_to_acknowledge=None,
            mean_seconds_to_close=None,
            noisy_devices=[],
            noisy_rules=[],
        ),
        alerts_opened=0,
        alerts_closed=0,
        alerts_still_open=0,
        maintenance=[],
    )
    return mail_of(
        report,
        cadence=ReportCadence.DAILY,
        zone=ZoneInfo("Europe/Berlin"),
        tenant_id="acme",
        tenant_name="Acme",
        sender="pulse@example.org",
        recipients=["boss@acme.example"],
        link=None,
        failures=[],
    )


@pytest.mark.parametrize(
    ("fleet", "told"),
    [
        (Availability(up=99 * HOUR, down=HOUR), "99.000 %"),
        (Availability(up=9 * HOUR, unknown=HOUR), "100.000 %"),
        (Availability(up=HOUR, unknown=999 * HOUR), "100.000 % of the 0.1 % that is known"),
        (Availability(up=HOUR, maintenance=HOUR, unknown=2 * HOUR), "100.000 % of the 50 % that is known"),
    ],
)
def test_an_availability_of_little_known_time_says_so(fleet: Availability, told: str) -> None:
    written = mail(fleet)
    assert written["Subject"] == f"Acme: service report of the day: availability {told}"
    assert f"Availability: {told} of 7 devices\n" in written.get_content()


def test_nothing_known_is_no_figure() -> None:
    written = mail(Availability(unknown=HOUR))
    assert written["Subject"] == "Acme: service report of the day: no availability yet"
    assert "Availability: unknown of 7 devices\n" in written.get_content()


def test_the_mail_calls_devices_by_their_names() -> None:
    named, nameless = (
        DeviceAvailability.of(Availability(up=HOUR, down=HOUR), device_id=device_id, site_id="hall-a", device_name=name)
        for device_id, name in (("freezer-1", "Dairy"), ("freezer-2", None))
    )
    told = mail(Availability(up=HOUR), named, nameless).get_content()
    assert "- Dairy (freezer-1), hall-a: 50.000 %, down 1 h 0 min\n- freezer-2, hall-a: 50.000 %" in told
