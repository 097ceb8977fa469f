"""The mail of a report. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from pulse.alerts.figures.inbox import NoisyDevice
from pulse.reports.plan import ReportCadence
from pulse.reports.report import AvailabilityFigures, DeviceAvailability, SlaSummary

_MAXIMUM_SUBJECT: Final = 200
_WELL_KNOWN_PERCENT: Final = 90
_TEXT: Final = """\
{{ title }}
{{ period }}

Availability: {{ report.fleet|availability }} of {{ report.devices }} devices
Down: {{ report.fleet.down_seconds|duration }}; unknown: {{ report.fleet.unknown_seconds|duration }}
Maintenance, which does not count: {{ report.fleet.maintenance_seconds|duration }}

Alerts: {{ report.alerts_opened }} opened, {{ report.alerts_closed }} closed, {{ report.alerts_still_open }} still open
Acknowledged after {{ report.alerts.mean_seconds_to_acknowledge|duration }}, \
closed after {{ report.alerts.mean_seconds_to_close|duration }} (means)
{% if report.sites %}

Sites, the least available first:
{% for site in report.sites %}
- {{ site.site_id }}: {{ site|availability }} of {{ site.devices }} devices
{% endfor %}
{% endif %}
{% if report.least_available_devices %}

Devices that were down the most:
{% for device in report.least_available_devices %}
- {{ device|device }}, {{ device.site_id }}: {{ device|availability }}, \
down {{ device.down_seconds|duration }}
{% endfor %}
{% endif %}
{% if report.alerts.noisy_devices %}

Devices with the most alerts:
{% for device in report.alerts.noisy_devices %}
- {{ device|device }}: {{ device.opened }}
{% endfor %}
{% endif %}
{% if report.maintenance %}

Maintenance:
{% for window in report.maintenance %}
- {{ window.name }}: {{ window.seconds|duration }}
{% endfor %}
{% endif %}
{% if failures %}

Reports that could not be made or sent in this time:
{% for failure in failures %}
- {{ failure.cadence|lower }} report up to {{ failure.period_end|local }}: {{ failure.outcome }}
{% endfor %}
{% endif %}
{% if link %}

The whole report: {{ link }}
{% endif %}
"""
_WORDS: Final = {
    ReportCadence.DAILY: "of the day",
    ReportCadence.WEEKLY: "of the week",
    ReportCadence.MONTHLY: "of the month",
}


class FailedReport(Protocol):
    """A report that came by itself and was given up."""

    @property
    def cadence(self) -> ReportCadence:
        """How often there is one."""

    @property
    def period_end(self) -> datetime:
        """Up to when it was about."""

    @property
    def outcome(self) -> str:
        """Why it was given up."""


def mail_of(
    report: SlaSummary,
    *,
    cadence: ReportCadence,
    zone: ZoneInfo,
    tenant_id: str,
    tenant_name: str,
    sender: str,
    recipients: list[str],
    link: str | None,
    failures: Sequence[FailedReport],
) -> EmailMessage:
    """The mail; of one report it has the same id in every attempt."""
    from jinja2 import Environment  # few cold starts need it

    title = f"{tenant_name}: service report {_WORDS[cadence]}"
    environment = Environment(autoescape=False, trim_blocks=True)  # noqa: S701 - it is plain text
    environment.filters |= {"availability": _availability, "device": _device, "duration": _duration}
    environment.filters["local"] = partial(_local, zone=zone)
    mail = EmailMessage()
    is_known = report.fleet.availability_percent is not None
    subject = f"{title}: {f'availability {_availability(report.fleet)}' if is_known else 'no availability yet'}"
    mail["Subject"] = " ".join(subject.split())[:_MAXIMUM_SUBJECT]
    mail["From"] = Address("Pulse", addr_spec=sender)
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(report.end)
    mail["Message-ID"] = (
        f"<report-{tenant_id}-{cadence.lower()}-{report.end:%Y%m%dT%H%M%SZ}@{sender.partition('@')[2]}>"
    )
    mail["Auto-Submitted"] = "auto-generated"
    period = f"{_local(report.start, zone)} to {_local(report.end, zone)}, {zone.key}"
    mail.set_content(
        environment.from_string(_TEXT).render(title=title, period=period, report=report, link=link, failures=failures)
    )
    return mail


def _availability(figures: AvailabilityFigures) -> str:
    """In words; of how much of the time, where much of it is not known."""
    if figures.availability_percent is None:
        return "unknown"
    told = f"{figures.availability_percent:.3f} %"
    known = figures.known_percent
    return told if known is None or known >= _WELL_KNOWN_PERCENT else f"{told} of the {known:.3g} % that is known"


def _device(figures: DeviceAvailability | NoisyDevice) -> str:
    """Its name with its id, or its id alone."""
    return f"{figures.device_name} ({figures.device_id})" if figures.device_name else figures.device_id


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "- (none)"
    minutes = timedelta(seconds=seconds) // timedelta(minutes=1)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes_left} min"


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M}"
