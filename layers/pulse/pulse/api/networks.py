"""Networks in the bodies of requests."""

from typing import Annotated

from pydantic import BeforeValidator, Field, IPvAnyNetwork


def _require_text(network: object) -> object:
    """Numbers and booleans would be taken for addresses."""
    if not isinstance(network, str):
        message = "must be text such as 192.0.2.0/24"
        raise ValueError(message)
    return network


Allowlist = Annotated[
    list[Annotated[IPvAnyNetwork, BeforeValidator(_require_text)]],
    Field(max_length=100, description="Networks that people and programs may call from; empty: any"),
]
