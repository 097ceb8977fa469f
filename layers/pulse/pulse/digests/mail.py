"""The mail of a digest. Pure."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from pulse.digests.digest import DigestFigures
from pulse.digests.plan import Cadence

if TYPE_CHECKING:
    from jinja2 import Environment

_MAXIMUM_SUBJECT: Final = 200
_TEXT: Final = """\
{{ title }}
{{ period }}

{{ "%-10s %8s %8s %12s"|format("", "opened", "closed", "still open") }}
{% for row in alerts.by_severity %}
{{ "%-10s %8d %8d %12d"|format(row.severity, row.opened, row.closed, row.still_open) }}
{% endfor %}
{{ "%-10s %8d %8d %12d"|format("all", alerts.opened, alerts.closed, alerts.still_open) }}

Acknowledged after {{ acknowledged }}, closed after {{ closed }} (means).

Devices: {{ devices }}

{% if fleet.offline %}
Offline, the longest silent first:
{% for device in fleet.offline %}
- {{ device.device_id }} ({{ device.site_id }}), heard of {{ device.last_seen_at|local }}
{% endfor %}

{% endif %}
{% if alerts.noisy_devices %}
Devices with the most alerts:
{% for device in alerts.noisy_devices %}
- {{ device.device_id }}: {{ device.opened }}
{% endfor %}

{% endif %}
{% if alerts.noisy_rules %}
Rules with the most alerts:
{% for rule in alerts.noisy_rules %}
- {{ rule.name }}: {{ rule.opened }}
{% endfor %}

{% endif %}
"""
_HTML: Final = """\
<!DOCTYPE html>
<html lang="en">
<body style="margin:0;padding:16px 24px;font-family:sans-serif;font-size:14px;color:#111827">
<h1 style="margin:0;font-size:20px">{{ title }}</h1>
<p style="margin:4px 0 16px;color:#6b7280">{{ period }}</p>
<table style="border-collapse:collapse">
<tr><th></th>
{% for label in ("Opened", "Closed", "Still open") %}
<th style="padding:2px 0 2px 24px;text-align:right">{{ label }}</th>
{% endfor %}
</tr>
{% for row in alerts.by_severity %}
<tr><th style="text-align:left">{{ row.severity.capitalize() }}</th>
{% for count in (row.opened, row.closed, row.still_open) %}
<td style="padding:2px 0 2px 24px;text-align:right">{{ count }}</td>
{% endfor %}
</tr>
{% endfor %}
<tr style="border-top:1px solid #d1d5db"><th style="text-align:left">All</th>
{% for count in (alerts.opened, alerts.closed, alerts.still_open) %}
<td style="padding:2px 0 2px 24px;text-align:right">{{ count }}</td>
{% endfor %}
</tr>
</table>
<p>Acknowledged after {{ acknowledged }}, closed after {{ closed }} (means).</p>
<p>Devices: {{ devices }}</p>
{% if fleet.offline %}
<h2 style="font-size:16px">Offline, the longest silent first</h2>
<ul>
{% for device in fleet.offline %}
<li>{{ device.device_id }} ({{ device.site_id }}), heard of {{ device.last_seen_at|local }}</li>
{% endfor %}
</ul>
{% endif %}
{% if alerts.noisy_devices %}
<h2 style="font-size:16px">Devices with the most alerts</h2>
<ul>
{% for device in alerts.noisy_devices %}
<li>{{ device.device_id }}: {{ device.opened }}</li>
{% endfor %}
</ul>
{% endif %}
{% if alerts.noisy_rules %}
<h2 style="font-size:16px">Rules with the most alerts</h2>
<ul>
{% for rule in alerts.noisy_rules %}
<li>{{ rule.name }}: {{ rule.opened }}</li>
{% endfor %}
</ul>
{% endif %}
</body>
</html>
"""


class DigestText(NamedTuple):
    """What a digest says."""

    subject: str
    text: str
    html: str


def write_digest(figures: DigestFigures) -> DigestText:
    """A digest in words; times are those of its zone's clocks."""
    zone = ZoneInfo(figures.timezone)
    title = f"{figures.tenant_name}: alerts of the {'day' if figures.cadence is Cadence.DAILY else 'week'}"
    alerts = figures.alerts
    variables = {
        "title": title,
        "period": f"{_local(figures.period_start, zone)} to {_local(figures.period_end, zone)}, {figures.timezone}",
        "alerts": alerts,
        "fleet": figures.fleet,
        "devices": ", ".join(
            [
                f"{figures.fleet.devices} in service",
                *(f"{count} {status.lower()}" for status, count in figures.fleet.counts.items()),
            ]
        ),
        "acknowledged": _duration(alerts.mean_seconds_to_acknowledge),
        "closed": _duration(alerts.mean_seconds_to_close),
    }
    subject = f"{title}: {alerts.opened} opened, {alerts.still_open} still open"
    return DigestText(
        " ".join(subject.split())[:_MAXIMUM_SUBJECT],
        _environment(zone, escaped=False).from_string(_TEXT).render(variables),
        _environment(zone, escaped=True).from_string(_HTML).render(variables),
    )


def mail_of(digest: DigestText, *, sender: str, recipients: list[str], tenant_id: str, now: datetime) -> EmailMessage:
    """The mail; of one digest it has the same id in every attempt."""
    mail = EmailMessage()
    mail["Subject"] = digest.subject
    mail["From"] = Address("Pulse", addr_spec=sender)
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<digest-{tenant_id}-{now:%Y%m%dT%H%M%SZ}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(digest.text)
    mail.add_alternative(digest.html, subtype="html")
    return mail


def _environment(zone: ZoneInfo, *, escaped: bool) -> "Environment":
    from jinja2 import Environment  # few requests need it

    environment = Environment(autoescape=escaped, trim_blocks=True)  # noqa: S701 - the other one is plain text
    environment.filters["local"] = lambda instant: "never" if instant is None else _local(instant, zone)
    return environment


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "- (none)"
    minutes = round(seconds / 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min"
