"""Secrets of a configuration: taken apart from the rest, masked, and kept when the mask comes back. Pure."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pulse.errors import FieldError, InvalidInputError
from pulse.notifications.channels.kind import ChannelConfig

MASK: Final = "***"


class Parts(NamedTuple):
    """A configuration in two: what may be shown, and what may not."""

    shown: dict[str, Any]
    secret: dict[str, Any]


def take_apart(config: ChannelConfig) -> Parts:
    """Both parts of a configuration; a secret that is not set is in neither."""
    secret_fields = config.secret_fields()
    document = config.model_dump(mode="json")
    return Parts(
        {name: value for name, value in document.items() if name not in secret_fields},
        {name: value for name, value in document.items() if name in secret_fields and value},
    )


def masked(shown: Mapping[str, Any], secret: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration for people: `***` for each secret, and for each of several by name."""
    return {
        **shown,
        **{name: dict.fromkeys(value, MASK) if isinstance(value, dict) else MASK for name, value in secret.items()},
    }


def unmasked(config: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a person sent, with the kept secret in place of its mask. Raises InvalidInputError if there is none."""
    whole = dict(config)
    for name, value in config.items():
        if value == MASK:
            whole[name] = _kept(kept, name, f"config.{name}")
        elif isinstance(value, dict) and MASK in value.values():
            before = kept.get(name)
            whole[name] = {
                key: _kept(before if isinstance(before, dict) else {}, key, f"config.{name}.{key}")
                if text == MASK
                else text
                for key, text in value.items()
            }
    return whole


def _kept(kept: Mapping[str, Any], name: str, field: str) -> Any:
    if name not in kept:
        reason = f"{MASK} stands for the value that is kept, and none is"
        raise InvalidInputError(f"{field}: {reason}", errors=(FieldError(field, reason),))
    return kept[name]
