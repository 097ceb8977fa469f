"""Mail through the door, to a real SMTP server."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.outbound.smtp import MailServer, SmtpSecurity, send_mail
from tests.integration.outbound.servers import NAME, free_port, server_context

PASSWORD = "secret"


class Mailbox:
    """What arrived, and what the server says to each recipient."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        return "250 OK"


@contextmanager
def mail_server(mailbox: Mailbox, context: ssl.SSLContext, *, starttls: bool) -> Iterator[int]:
    """A server on a free port that wants a user; TLS from the start, or after STARTTLS."""

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        good = (data.login, data.password) == (b"pulse", PASSWORD.encode())
        return AuthResult(success=good, handled=good)

    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=None if starttls else context,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        authenticator=authenticate,
        auth_require_tls=starttls,
        auth_required=starttls,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def message() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "pulse@pulse.example", "noc@acme.example", "[HIGH] Freezer 1"
    mail.set_content("Too warm")
    return mail


def server_at(port: int, security: SmtpSecurity, password: str = PASSWORD) -> MailServer:
    return MailServer(host=NAME, port=port, security=security, username="pulse", password=password)


@pytest.fixture
def mailbox(local_destinations: None) -> Mailbox:
    assert local_destinations is None
    return Mailbox()


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_mail_arrives_over_tls(authority: trustme.CA, mailbox: Mailbox, security: SmtpSecurity) -> None:
    with mail_server(mailbox, server_context(authority), starttls=security is SmtpSecurity.STARTTLS) as port:
        answer = send_mail(server_at(port, security), message(), ["noc@acme.example", "second@acme.example"])
    assert answer == "accepted"
    [envelope] = mailbox.envelopes
    assert envelope.rcpt_tos == ["noc@acme.example", "second@acme.example"]
    assert b"Subject: [HIGH] Freezer 1" in (envelope.original_content or b"")


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 try later", False)])
def test_what_the_server_says_tells_whether_to_try_again(
    authority: trustme.CA, mailbox: Mailbox, answer: str, permanent: bool
) -> None:
    mailbox.answers["noc@acme.example"] = answer
    with mail_server(mailbox, server_context(authority), starttls=True) as port, pytest.raises(OutboundError) as caught:
        send_mail(server_at(port, SmtpSecurity.STARTTLS), message(), ["noc@acme.example"])
    assert (caught.value.permanent, caught.value.status) == (permanent, int(answer[:3]))
    assert caught.value.answer == answer[4:]


def test_a_recipient_who_is_refused_does_not_keep_it_from_the_others(authority: trustme.CA, mailbox: Mailbox) -> None:
    mailbox.answers["noc@acme.example"] = "550 no such user"
    with mail_server(mailbox, server_context(authority), starttls=True) as port:
        answer = send_mail(
            server_at(port, SmtpSecurity.STARTTLS), message(), ["noc@acme.example", "second@acme.example"]
        )
    assert answer == "refused for noc@acme.example"
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["second@acme.example"]]


def test_a_wrong_password_is_no_matter_of_time(authority: trustme.CA, mailbox: Mailbox) -> None:
    with mail_server(mailbox, server_context(authority), starttls=True) as port, pytest.raises(OutboundError) as caught:
        send_mail(server_at(port, SmtpSecurity.STARTTLS, "wrong"), message(), ["noc@acme.example"])
    assert (caught.value.permanent, caught.value.status) == (True, 535)


@pytest.mark.usefixtures("mailbox")
def test_mail_is_not_handed_in_without_tls() -> None:
    with pytest.raises(RefusedDestinationError, match="without TLS"):
        send_mail(server_at(25, SmtpSecurity.NONE), message(), ["noc@acme.example"])
