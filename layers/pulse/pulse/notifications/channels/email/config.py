"""Who gets mail, from whom, and what it says."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from pulse.email_address import EmailAddress
from pulse.models import Input
from pulse.notifications.channels.kind import ChannelConfig, Line, secret
from pulse.notifications.templates import MAXIMUM_TEMPLATE_LENGTH, VARIABLES_IN_SCHEMA, check_template
from pulse.outbound.smtp import SmtpSecurity

Template = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAXIMUM_TEMPLATE_LENGTH),
    AfterValidator(check_template),
    Field(json_schema_extra=VARIABLES_IN_SCHEMA),
]
Addresses = Annotated[list[EmailAddress], Field(max_length=10)]


class MailServerConfig(Input):
    """A mail server of the customer's own."""

    host: Annotated[str, StringConstraints(min_length=1, max_length=253)]
    port: int = Field(587, ge=1, le=65_535)
    security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="How the connection is encrypted")
    username: Annotated[str, StringConstraints(max_length=200)] = ""
    from_address: EmailAddress


class EmailConfig(ChannelConfig):
    """Without a mail server of its own the mail goes through Amazon SES, from the installation's address."""

    to: Annotated[Addresses, Field(min_length=1)]
    cc: Addresses = Field([])
    bcc: Addresses = Field([])
    from_name: Line = "Pulse Alerts"
    subject_template: Annotated[
        str, StringConstraints(min_length=1, max_length=200), AfterValidator(check_template)
    ] = "{{ message }}"
    body_template: Template | None = Field(
        None, description="Plain text; without one the mail is HTML and text of our own"
    )
    mail_server: MailServerConfig | None = None
    password: Annotated[str, StringConstraints(max_length=200)] | None = secret(
        "For the mail server's username", default=None
    )

    @property
    def recipients(self) -> list[str]:
        """Everybody who gets it, once each."""
        return list(dict.fromkeys([*self.to, *self.cc, *self.bcc]))

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.password is not None and (self.mail_server is None or not self.mail_server.username):
            message = "a password needs a mail_server with a username"
            raise ValueError(message)
        return self
