"""What each kind of channel makes of a notice, against the formats that are published for it."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from pulse.alerts.severity import Severity
from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.channels.email.message import mail_of
from pulse.notifications.channels.pagerduty.message import event_of
from pulse.notifications.channels.slack.message import escape, message_of
from pulse.notifications.channels.teams.message import adaptive_card, message_card
from pulse.notifications.channels.webhook.signature import key_of, signature_headers
from pulse.notifications.notice import NoticeEvent
from tests.unit.notifications.builders import ALERT_ID, NOTICE_ID, make_notice

KEY = "4f" * 32


@pytest.mark.parametrize(
    ("event", "action"),
    [
        (NoticeEvent.OPENED, "trigger"),
        (NoticeEvent.ESCALATED, "trigger"),
        (NoticeEvent.TEST, "trigger"),
        (NoticeEvent.ACKNOWLEDGED, "acknowledge"),
        (NoticeEvent.CLOSED, "resolve"),
    ],
)
def test_pagerduty_has_one_incident_for_an_alert(event: NoticeEvent, action: str) -> None:
    told = event_of(make_notice(event), KEY)
    assert (told["event_action"], told["dedup_key"], told["routing_key"]) == (action, f"alert-{ALERT_ID}", KEY)
    assert ("payload" in told) == (action == "trigger")


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        (Severity.CRITICAL, "critical"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "info"),
        (Severity.INFO, "info"),
    ],
)
def test_pagerduty_has_four_severities(severity: Severity, word: str) -> None:
    payload = event_of(make_notice(severity=severity, summary="x" * 2000), KEY)["payload"]
    assert (payload["severity"], payload["source"], payload["class"]) == (word, "freezer-1", "THRESHOLD")
    assert len(payload["summary"]) == 1024


def test_a_title_names_the_device_that_the_summary_does_not() -> None:
    assert make_notice(summary="the disk is full").title == "[HIGH] Opened: the disk is full (freezer-1)"
    assert make_notice(summary="freezer-1 is silent").title == "[HIGH] Opened: freezer-1 is silent"
    external = make_notice(device_id=None, summary="the disk is full", details={"external_device": {"name": "nas-7"}})
    assert external.title == "[HIGH] Opened: the disk is full (nas-7)"
    assert external.facts["Device"] == "nas-7"
    nowhere = make_notice(device_id=None, summary="the disk is full", details={})
    assert nowhere.title == "[HIGH] Opened: the disk is full"


def test_slack_mentions_and_links_nothing_that_a_device_says() -> None:
    message = message_of(make_notice(summary="<!channel> & <https://evil.example|here>"))
    assert message["text"] == "[HIGH] Opened: &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt; (freezer-1)"
    assert message["attachments"][0]["color"] == "#f97316"


@given(st.text())
def test_no_markup_of_slack_is_left(text: str) -> None:
    assert "<" not in escape(text)
    assert ">" not in escape(text)


def test_a_closed_alert_is_green() -> None:
    closed = make_notice(NoticeEvent.CLOSED, status="CLOSED", by="ann@acme.example")
    assert message_of(closed)["attachments"][0]["color"] == "#22c55e"
    assert message_card(closed)["themeColor"] == "22c55e"
    assert "Closed by ann@acme.example" in adaptive_card(closed)["attachments"][0]["content"]["fallbackText"]


def test_teams_gets_an_adaptive_card_as_workflows_take_it() -> None:
    message = adaptive_card(make_notice())
    [attachment] = message["attachments"]
    assert (message["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][0]["style"] == "attention"
    assert {"title": "Device", "value": "freezer-1"} in card["body"][1]["facts"]


def test_a_connector_of_old_gets_a_message_card() -> None:
    card = message_card(make_notice())
    assert (card["@type"], card["@context"]) == ("MessageCard", "http://schema.org/extensions")
    assert (card["themeColor"], card["summary"]) == ("f97316", "Alert: THRESHOLD")


def test_mail_is_text_and_html_and_belongs_to_its_alert() -> None:
    mail = mail_of(
        EmailConfig(to=["noc@acme.example"], bcc=["boss@acme.example"]), make_notice(), "pulse@pulse.example"
    )
    assert (mail["To"], mail["Subject"]) == ("noc@acme.example", make_notice().title)
    assert mail["From"] == "Pulse Alerts <pulse@pulse.example>"
    assert "boss" not in mail.as_string()
    assert mail["Message-ID"] == f"<{NOTICE_ID}@pulse.example>"
    assert mail["References"] == f"<alert-{ALERT_ID}@pulse.example>"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "Device: freezer-1\nSite: hall-a\n" in text
    assert "temp_c is 9, above 8 &lt;b&gt;&amp; rising&lt;/b&gt;" in html


def test_mail_may_have_a_subject_and_a_text_of_its_own() -> None:
    config = EmailConfig(
        to=["noc@acme.example"],
        subject_template="{{ device_id }}\nBcc: x@evil.example",
        body_template="{{ severity }}!",
    )
    mail = mail_of(config, make_notice(), "pulse@pulse.example")
    assert mail["Subject"] == "freezer-1 Bcc: x@evil.example"
    assert mail["Bcc"] is None
    assert mail.get_content() == "HIGH!\n"


NOW = datetime.now(UTC)


@pytest.mark.parametrize("secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "QUJD" * 16])
@given(body=st.binary(max_size=200).filter(lambda body: body.isascii()))
def test_any_library_of_standard_webhooks_verifies_a_signature(secret: str, body: bytes) -> None:
    headers = signature_headers(
        str(NOTICE_ID), datetime.now(UTC), b'{"text": "' + body.hex().encode() + b'"}', [secret]
    )
    Webhook(secret).verify(b'{"text": "' + body.hex().encode() + b'"}', headers)


def test_two_secrets_are_good_while_receivers_change_over_and_no_third() -> None:
    old, new, other = ("whsec_" + letter * 32 for letter in "ABC")
    headers = signature_headers("msg-1", datetime.now(UTC), b"{}", [new, old])
    for secret in (old, new):
        Webhook(secret).verify(b"{}", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(b"{}", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(b'{"changed": 1}', headers)


def test_the_signature_of_old_is_the_bodys_alone() -> None:
    headers = signature_headers("msg-1", NOW, b"body", ["a plain secret of the customer"])
    assert (
        headers["X-Signature-SHA256"]
        == hmac.new(b"a plain secret of the customer", b"body", hashlib.sha256).hexdigest()
    )


def test_without_a_secret_there_is_no_signature() -> None:
    assert set(signature_headers("msg-1", NOW, b"body", [])) == {"webhook-id", "webhook-timestamp"}


def test_what_follows_the_prefix_of_a_secret_is_base64() -> None:
    assert key_of("whsec_QUJD") == b"ABC"
    with pytest.raises(ValueError, match="base64"):
        key_of("whsec_no base64!")
