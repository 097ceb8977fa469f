"""Where a webhook goes, and what it carries."""

import re
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from pulse.input_errors import in_words
from pulse.notifications.channels.kind import ChannelConfig, secret
from pulse.notifications.channels.webhook.signature import key_of
from pulse.notifications.templates import MAXIMUM_TEMPLATE_LENGTH, VARIABLES_IN_SCHEMA, check_template
from pulse.outbound.http import MAXIMUM_URL_LENGTH

_OWN_HEADERS: Final = frozenset(
    {"connection", "content-length", "content-type", "host", "te", "trailer", "transfer-encoding", "upgrade"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature", "x-signature-sha256"}
)


def _check_header_name(name: str) -> str:
    if name.lower() in _OWN_HEADERS:
        message = f"{name} is set by Pulse"
        raise ValueError(message)
    return name


def _check_key(text: str) -> str:
    key_of(text)
    return text


class Method(StrEnum):
    """How the request is made."""

    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"


HeaderName = Annotated[
    str,
    StringConstraints(
        pattern=in_words(
            r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$", "must be a header name such as X-Api-Key, of at most 100 characters"
        )
    ),
    AfterValidator(_check_header_name),
]
HeaderValue = Annotated[
    str,
    StringConstraints(pattern=in_words(r"^[\x20-\x7e]{0,1000}$", "must be at most 1000 printable ASCII characters")),
]
SigningSecret = Annotated[
    str,
    StringConstraints(
        min_length=24,
        max_length=120,
        pattern=in_words(r"^[\x21-\x7e]+$", "must be printable ASCII characters without spaces"),
    ),
    AfterValidator(_check_key),
]
Template = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAXIMUM_TEMPLATE_LENGTH),
    AfterValidator(check_template),
    Field(json_schema_extra=VARIABLES_IN_SCHEMA),
]


class WebhookConfig(ChannelConfig):
    """An endpoint of the customer's own."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=MAXIMUM_URL_LENGTH)]
    method: Method = Method.POST
    headers: Annotated[dict[HeaderName, HeaderValue], Field(max_length=10)] = secret(
        "Headers to send, such as Authorization", default={}
    )
    signing_secret: SigningSecret | None = secret(
        "Key of the signature: `whsec_` and base64, or any 24 characters or more", default=None
    )
    previous_signing_secret: SigningSecret | None = secret(
        "While receivers change over: requests carry a signature of this key as well", default=None
    )
    content_type: Annotated[str, StringConstraints(pattern=re.compile(r"^[\w.+-]+/[\w.+-]+(; ?charset=utf-8)?$"))] = (
        "application/json"
    )
    body_template: Template | None = Field(None, description="Without one the body is a JSON document of all variables")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.previous_signing_secret is not None and self.signing_secret is None:
            message = "a previous_signing_secret needs a signing_secret"
            raise ValueError(message)
        return self
