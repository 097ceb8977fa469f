"""Sending mail."""

from collections.abc import Mapping
from typing import override

from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.channels.email.message import mail_of
from pulse.notifications.channels.kind import ChannelKind, KindName, Sent, permanent
from pulse.notifications.notice import Notice
from pulse.notifications.templates import BadTemplateError
from pulse.outbound.ses import send_through_ses
from pulse.outbound.smtp import MailServer, check_mail_server, send_mail
from pulse.settings import settings


class EmailKind(ChannelKind[EmailConfig]):
    """E-mail. Mail programs show what belongs to one alert together."""

    name = KindName.EMAIL
    title = "E-mail"
    config_model = EmailConfig
    destination_field = "mail_server.host"

    def check(self, config: EmailConfig) -> None:
        """A mail server must be one that the door opens for."""
        if config.mail_server is not None:
            check_mail_server(config.mail_server.host, config.mail_server.port, config.mail_server.security)

    def display(self, config: EmailConfig) -> str:
        """The first recipient, and how many more there are."""
        more = len(config.recipients) - 1
        return f"{config.to[0]} and {more} more" if more else config.to[0]

    @override
    def send(self, config: EmailConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Hand the mail in."""
        server = config.mail_server
        sender = server.from_address if server is not None else settings().email_sender
        if not sender:
            raise permanent("this installation has no address to send mail from; use a mail server of your own")
        try:
            mail = mail_of(config, notice, sender)
        except BadTemplateError as error:
            raise permanent(str(error)) from error
        if server is None:
            return Sent(200, send_through_ses(sender, config.recipients, mail.as_bytes()))
        target = MailServer(
            host=server.host,
            port=server.port,
            security=server.security,
            username=server.username,
            password=config.password or "",
        )
        return Sent(250, send_mail(target, mail, config.recipients))
