"""What a digest says, in text and HTML."""

from datetime import UTC, datetime
from typing import Any

from pulse.alerts.figures.inbox import NoisyDevice
from pulse.alerts.figures.period import AlertFigures, NoisyRule, SeverityFigures
from pulse.alerts.severity import Severity
from pulse.devices.state import DeviceStatus
from pulse.digests.digest import DigestFigures, Fleet, SilentDevice
from pulse.digests.mail import mail_of, write_digest
from pulse.digests.plan import Cadence

NOON = datetime(2037, 11, 20, 12, tzinfo=UTC)


def make_figures(**changes: Any) -> DigestFigures:
    """A day on which freezer-1 was too warm."""
    alerts = {
        "by_severity": [
            SeverityFigures(severity=severity, opened=int(severity is Severity.HIGH) * 3, closed=1, still_open=2)
            for severity in reversed(Severity)
        ],
        "mean_seconds_to_acknowledge": 330.0,
        "mean_seconds_to_close": 7500.0,
        "noisy_devices": [
            NoisyDevice(
                device_id="freezer-1", site_id="hall-a", opened=3, live=0, triggered=9, worst=Severity.HIGH,
                last_opened_at=NOON,
            )
        ],
        "noisy_rules": [NoisyRule(rule_id="r", name="Too <warm>", opened=3)],
        **changes.pop("alerts", {}),
    }  # fmt: skip
    fields: dict[str, Any] = {
        "tenant_name": "Acme & Sons",
        "timezone": "Europe/Berlin",
        "cadence": Cadence.DAILY,
        "period_start": datetime(2037, 11, 19, 12, tzinfo=UTC),
        "period_end": NOON,
        "alerts": AlertFigures.model_validate(alerts),
        "fleet": Fleet(
            devices=25,
            counts={DeviceStatus.ONLINE: 24, DeviceStatus.OFFLINE: 1},
            offline=[SilentDevice(device_id="freezer-9", site_id="hall-b", last_seen_at=None)],
        ),
        **changes,
    }
    return DigestFigures(**fields)


def test_the_subject_says_what_matters() -> None:
    assert write_digest(make_figures()).subject == "Acme & Sons: alerts of the day: 3 opened, 10 still open"


def test_the_text_has_every_figure_by_the_zones_clocks() -> None:
    text = write_digest(make_figures()).text
    assert "Thu 2037-11-19 13:00 to Fri 2037-11-20 13:00, Europe/Berlin" in text
    assert [line.split() for line in text.splitlines() if line.startswith(("HIGH", "all"))] == [
        ["HIGH", "3", "1", "2"],
        ["all", "3", "5", "10"],
    ]
    assert "Acknowledged after 6 min, closed after 2 h 5 min (means)." in text
    assert "Devices: 25 in service, 24 online, 1 offline" in text
    for line in ("- freezer-9 (hall-b), heard of never", "- freezer-1: 3", "- Too <warm>: 3"):
        assert line in text.splitlines()


def test_names_can_not_write_html() -> None:
    html = write_digest(make_figures()).html
    assert "Too &lt;warm&gt;: 3" in html
    assert "Acme &amp; Sons" in html


def test_a_quiet_day_leaves_out_what_is_empty() -> None:
    quiet: dict[str, Any] = {
        "mean_seconds_to_acknowledge": None,
        "mean_seconds_to_close": None,
        "noisy_devices": [],
        "noisy_rules": [],
    }
    text = write_digest(make_figures(alerts=quiet, fleet=Fleet(devices=0, counts={}, offline=[]))).text
    assert "Acknowledged after - (none), closed after - (none) (means)." in text
    assert "Offline" not in text
    assert "most alerts" not in text


def test_a_name_with_a_line_break_makes_no_header() -> None:
    digest = write_digest(make_figures(tenant_name="Acme\r\nBcc: all@acme.example"))
    mail = mail_of(digest, sender="pulse@pulse.example", recipients=["a@acme.example"], tenant_id="acme", now=NOON)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Acme Bcc: all@acme.example: alerts")


def test_every_attempt_has_the_same_message_id() -> None:
    digest = write_digest(make_figures())
    mails = [
        mail_of(digest, sender="pulse@pulse.example", recipients=["a@acme.example"], tenant_id="acme", now=NOON)
        for _ in range(2)
    ]
    assert {mail["Message-ID"] for mail in mails} == {"<digest-acme-20371120T120000Z@pulse.example>"}
