"""Amazon SES, which sends as the installation's own address."""

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.outbound.errors import OutboundError

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

# What SES says about the mail itself, and not about its own state.
_PERMANENT: Final = frozenset(
    {"BadRequestException", "MailFromDomainNotVerifiedException", "MessageRejected", "NotFoundException"}
)


def send_through_ses(sender: str, recipients: list[str], mail: bytes) -> str:
    """Hand a mail over; return SES's id of it. Raises OutboundError."""
    try:
        answer = _client().send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": recipients},
            Content={"Raw": {"Data": mail}},
        )
    except ClientError as error:
        details = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        is_permanent = details.get("Code") in _PERMANENT
        message = f"Amazon SES: {details.get('Code')}"
        raise OutboundError(
            message, permanent=is_permanent, status=status, answer=details.get("Message", "")[:500]
        ) from error
    except BotoCoreError as error:
        message = "Amazon SES does not answer"
        raise OutboundError(message, permanent=False) from error
    return answer["MessageId"]


@cache
def _client() -> "SESV2Client":
    return boto3.client("sesv2", config=Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1}))
