"""SMTP through the door: one message over one connection."""

import smtplib
import socket
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from typing import Final

from pulse.outbound import tls
from pulse.outbound.door import Deadline, check_destination, open_connection, require_encryption
from pulse.outbound.errors import OutboundError

_SECONDS: Final = 20.0
_TEMPORARY: Final = range(400, 500)


class SmtpSecurity(StrEnum):
    """STARTTLS: encrypted after the greeting, usually on port 587; TLS: from the start, on 465; NONE: never."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. Without a user name nobody signs in."""

    host: str
    port: int
    security: SmtpSecurity
    username: str
    password: str


def check_mail_server(host: str, port: int, security: SmtpSecurity) -> None:
    """Raise RefusedDestinationError or OutboundError for a server that no mail can be handed to."""
    require_encryption(encrypted=security is not SmtpSecurity.NONE, what="mail without TLS")
    check_destination(host, port)


def send_mail(server: MailServer, message: EmailMessage, recipients: list[str], *, seconds: float = _SECONDS) -> str:
    """Hand a message in for some recipients; return what the server said.

    Raises RefusedDestinationError, and OutboundError when it was not taken for any of them.
    """
    require_encryption(encrypted=server.security is not SmtpSecurity.NONE, what="mail without TLS")
    with Deadline(seconds) as deadline:
        try:
            with _Connection(server, deadline, seconds) as connection:
                if server.security is SmtpSecurity.STARTTLS:
                    connection.starttls(context=tls.client_context())
                if server.username:
                    connection.login(server.username, server.password)
                refused = connection.send_message(message, to_addrs=recipients)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refused(server, code, answer) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(server, error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            reason = "did not answer in time" if deadline.has_passed else "did not take the message"
            raise OutboundError(f"{server.host} {reason}", permanent=False) from error
    return f"refused for {', '.join(sorted(refused))}" if refused else "accepted"


class _Connection(smtplib.SMTP):
    """An SMTP connection whose socket comes from the door."""

    def __init__(self, server: MailServer, deadline: Deadline, seconds: float) -> None:
        self._server = server
        self._deadline = deadline
        super().__init__(server.host, server.port, local_hostname="pulse", timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = open_connection(host, port, seconds=timeout)
        self._deadline.watch(connection)
        if self._server.security is SmtpSecurity.TLS:
            return tls.client_context().wrap_socket(connection, server_hostname=host)
        return connection


def _refused(server: MailServer, code: int, answer: bytes | str) -> OutboundError:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    message = f"{server.host} refused the message with {code}"
    return OutboundError(message, permanent=code not in _TEMPORARY, status=code, answer=text[:500])
