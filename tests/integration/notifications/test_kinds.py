"""Each kind of channel against a server that speaks its protocol, which keeps what it was sent."""

from typing import Any

import orjson
import pytest
import trustme
from standardwebhooks import Webhook

from pulse.notifications.channels.email.channel import EmailKind
from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.channels.pagerduty.channel import PagerDutyKind
from pulse.notifications.channels.pagerduty.config import PagerDutyConfig
from pulse.notifications.channels.slack.channel import SlackKind
from pulse.notifications.channels.slack.config import SlackConfig
from pulse.notifications.channels.teams.channel import TeamsKind
from pulse.notifications.channels.teams.config import TeamsConfig
from pulse.notifications.channels.webhook.channel import WebhookKind
from pulse.notifications.channels.webhook.config import WebhookConfig
from pulse.notifications.notice import NoticeEvent
from pulse.outbound.errors import OutboundError
from pulse.settings import settings
from tests.integration.outbound.servers import NAME, Receiver, Reply, server_context
from tests.integration.outbound.test_smtp import PASSWORD, Mailbox, mail_server
from tests.integration.stack import Stack
from tests.unit.notifications.builders import ALERT_ID, NOTICE_ID, make_notice

SECRET = "whsec_" + "QUJD" * 12


def test_slacks_webhook_gets_a_message(https_receiver: Receiver) -> None:
    sent = SlackKind().send(SlackConfig(webhook_url=f"{https_receiver.url}/services/T/B/x"), make_notice(), None)
    assert (sent.status, sent.answer) == (200, "ok")
    [request] = https_receiver.received
    assert (request.method, request.path) == ("POST", "/services/T/B/x")
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.document["text"].startswith("[HIGH] Opened: temp_c is 9")


def test_a_404_of_slack_is_a_failure(https_receiver: Receiver) -> None:
    https_receiver.replies = [Reply(status=404, body=b"no_service")]
    with pytest.raises(OutboundError) as caught:
        SlackKind().send(SlackConfig(webhook_url=f"{https_receiver.url}/x"), make_notice(), None)
    assert (caught.value.status, caught.value.permanent, caught.value.answer) == (404, True, "no_service")


def slack_reply(**document: Any) -> Reply:
    return Reply(body=orjson.dumps(document))


def test_slacks_bot_brings_its_message_up_to_date(own_hosts: Receiver) -> None:
    own_hosts.replies = [slack_reply(ok=True, channel="C1", ts="17.5"), slack_reply(ok=True, channel="C1", ts="17.5")]
    config = SlackConfig(bot_token="xoxb-1", channel="#alerts")
    opened = SlackKind().send(config, make_notice(), None)
    SlackKind().send(config, make_notice(NoticeEvent.CLOSED), opened.reference)
    post, update = own_hosts.received
    assert (post.path, post.document["channel"]) == ("/chat.postMessage", "#alerts")
    assert post.headers["authorization"] == "Bearer xoxb-1"
    assert (update.path, update.document["channel"], update.document["ts"]) == ("/chat.update", "C1", "17.5")
    assert update.document["text"].startswith("[HIGH] Closed by system")


@pytest.mark.parametrize(("error", "permanent"), [("channel_not_found", True), ("ratelimited", False)])
def test_slack_refuses_with_the_status_200(own_hosts: Receiver, error: str, permanent: bool) -> None:
    own_hosts.replies = [slack_reply(ok=False, error=error)]
    with pytest.raises(OutboundError, match=error) as caught:
        SlackKind().send(SlackConfig(bot_token="xoxb-1", channel="#alerts"), make_notice(), None)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(
    ("event", "actions"),
    [
        (NoticeEvent.OPENED, ["trigger"]),
        (NoticeEvent.ACKNOWLEDGED, ["acknowledge"]),
        (NoticeEvent.CLOSED, ["resolve"]),
        (NoticeEvent.TEST, ["trigger", "resolve"]),
    ],
)
def test_pagerduty_follows_the_alert(own_hosts: Receiver, event: NoticeEvent, actions: list[str]) -> None:
    own_hosts.replies = [Reply(status=202, body=b'{"status":"success"}')]
    sent = PagerDutyKind().send(PagerDutyConfig(integration_key="4f" * 16), make_notice(event), None)
    assert sent.status == 202
    assert [request.path for request in own_hosts.received] == ["/v2/enqueue"] * len(actions)
    assert [request.document["event_action"] for request in own_hosts.received] == actions
    assert {request.document["dedup_key"] for request in own_hosts.received} == {f"alert-{ALERT_ID}"}


def test_teams_takes_a_card(https_receiver: Receiver) -> None:
    https_receiver.replies = [Reply(status=202, body=b"")]
    TeamsKind().send(TeamsConfig(webhook_url=f"{https_receiver.url}/workflows/x?sig=1"), make_notice(), None)
    [request] = https_receiver.received
    assert request.path == "/workflows/x?sig=1"
    assert request.document["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_a_connector_that_did_not_post_says_so_with_the_status_200(https_receiver: Receiver) -> None:
    config = TeamsConfig(webhook_url=https_receiver.url, card_format="message_card")
    https_receiver.replies = [Reply(body=b"1"), Reply(body=b"Webhook message delivery failed with error 429")]
    assert TeamsKind().send(config, make_notice(), None).status == 200
    with pytest.raises(OutboundError, match="did not post"):
        TeamsKind().send(config, make_notice(), None)


def test_a_webhook_is_signed_and_says_which_notification_it_is(https_receiver: Receiver) -> None:
    config = WebhookConfig(url=f"{https_receiver.url}/in", headers={"X-Key": "7"}, signing_secret=SECRET)
    WebhookKind().send(config, make_notice(), None)
    WebhookKind().send(config, make_notice(), None)
    first, second = https_receiver.received
    document = Webhook(SECRET).verify(first.body, first.headers)
    assert (document["type"], document["data"]["alert_id"]) == ("alert.opened", str(ALERT_ID))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(NOTICE_ID)
    assert first.headers["x-key"] == "7"


def test_a_webhook_may_have_a_method_and_a_body_of_its_own(https_receiver: Receiver) -> None:
    config = WebhookConfig(
        url=https_receiver.url, method="PUT", content_type="text/plain", body_template="{{ severity }} {{ device_id }}"
    )
    WebhookKind().send(config, make_notice(), None)
    [request] = https_receiver.received
    assert (request.method, request.headers["content-type"], request.body) == ("PUT", "text/plain", b"HIGH freezer-1")


def test_a_template_that_fits_not_this_alert_fails_for_good(https_receiver: Receiver) -> None:
    config = WebhookConfig(url=https_receiver.url, body_template="{{ details.humidity + 1 }}")
    with pytest.raises(OutboundError, match="can't be filled in") as caught:
        WebhookKind().send(config, make_notice(), None)
    assert caught.value.permanent
    assert https_receiver.received == []


@pytest.mark.usefixtures("local_destinations")
def test_mail_goes_through_the_customers_own_server(authority: trustme.CA) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, server_context(authority), starttls=True) as port:
        server = {"host": NAME, "port": port, "username": "pulse", "from_address": "pulse@acme.example"}
        config = EmailConfig(to=["noc@acme.example"], bcc=["boss@acme.example"], mail_server=server, password=PASSWORD)
        sent = EmailKind().send(config, make_notice(), None)
    assert sent == (250, "accepted", None)
    [envelope] = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("pulse@acme.example", ["noc@acme.example", "boss@acme.example"])
    assert b"multipart/alternative" in (envelope.original_content or b"")


def test_mail_goes_through_ses_from_the_installations_address(stack: Stack) -> None:
    config = EmailConfig(to=["noc-ses@acme.example"], subject_template="{{ alert_id }} via SES")
    sent = EmailKind().send(config, make_notice(), None)
    assert sent.status == 200
    mail = next(mail for mail in stack.sent_mail() if "noc-ses@acme.example" in str(mail))
    assert f"{ALERT_ID} via SES" in str(mail)
    assert "alerts@pulse.example" in str(mail)


@pytest.mark.usefixtures("stack")
def test_a_sender_that_nobody_vouches_for_is_refused_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SENDER", "alerts@unknown.example")
    settings.cache_clear()
    with pytest.raises(OutboundError) as caught:
        EmailKind().send(EmailConfig(to=["noc@acme.example"]), make_notice(), None)
    settings.cache_clear()
    assert caught.value.permanent


@pytest.mark.parametrize("sender", [""])
def test_without_a_sender_no_mail_is_sent(sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SENDER", sender)
    settings.cache_clear()
    with pytest.raises(OutboundError, match="no address to send mail from"):
        EmailKind().send(EmailConfig(to=["noc@acme.example"]), make_notice(), None)
    settings.cache_clear()
