"""The mail itself. Pure."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from jinja2 import Environment

from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.notice import Notice
from pulse.notifications.templates import render

_MAXIMUM_SUBJECT: Final = 200
_TEXT: Final = Environment(autoescape=False, trim_blocks=True).from_string(  # noqa: S701 - it is plain text
    """\
{{ notice.title }}

{% for label, value in notice.facts.items() %}
{{ label }}: {{ value }}
{% endfor %}
{% if notice.alert_id %}
Alert: {{ notice.alert_id }}
{% else %}
Id: {{ notice.subscription_id }}
{% endif %}
"""
)
_HTML: Final = Environment(autoescape=True, trim_blocks=True).from_string(
    """\
<!DOCTYPE html>
<html lang="en">
<body style="margin:0;font-family:sans-serif;color:#111827">
<div style="border-top:6px solid {{ notice.colour }};padding:16px 24px">
<p style="margin:0;font-size:13px">{{ notice.severity }} · {{ notice.happening }}</p>
<h1 style="margin:4px 0 16px;font-size:20px">{{ notice.summary }}</h1>
<table style="border-collapse:collapse;font-size:14px">
{% for label, value in notice.facts.items() %}
<tr><th style="padding:2px 16px 2px 0;text-align:left">{{ label }}</th><td>{{ value }}</td></tr>
{% endfor %}
</table>
<p style="margin:16px 0 0;font-size:12px;color:#6b7280">{% if notice.alert_id %}Alert {{ notice.alert_id }}{% else %}
Subscription {{ notice.subscription_id }}{% endif %}</p>
</div>
</body>
</html>
"""
)


def mail_of(config: EmailConfig, notice: Notice, sender: str) -> EmailMessage:
    """A mail that mail programs put beside the others about the same alert. Raises BadTemplateError."""
    mail = EmailMessage()
    subject = " ".join(render(config.subject_template, notice.variables).split())
    mail["Subject"] = subject[:_MAXIMUM_SUBJECT]
    mail["From"] = Address(config.from_name, addr_spec=sender)
    mail["To"] = ", ".join(config.to)
    if config.cc:
        mail["Cc"] = ", ".join(config.cc)
    mail["Date"] = format_datetime(notice.time)
    mail["Message-ID"] = f"<{notice.notice_id}@{sender.partition('@')[2]}>"
    mail["References"] = f"<{notice.subject}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if config.body_template is not None:
        mail.set_content(render(config.body_template, notice.variables))
    else:
        mail.set_content(_TEXT.render(notice=notice))
        mail.add_alternative(_HTML.render(notice=notice), subtype="html")
    return mail
