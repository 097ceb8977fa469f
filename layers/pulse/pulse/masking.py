"""Secrets of a configuration: taken apart from the rest, masked, and kept when the mask comes back. Pure."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol

from pulse.errors import FieldError, InvalidInputError

MASK: Final = "***"


class Configuration(Protocol):
    """A model, some fields of which are secret."""

    @classmethod
    def secret_fields(cls) -> frozenset[str]:
        """Names of the fields that are not shown again: texts, or texts by name."""

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """All fields by their names."""


class Parts(NamedTuple):
    """A configuration in two: what may be shown, and what may not."""

    shown: dict[str, Any]
    secret: dict[str, Any]


def take_apart(config: Configuration) -> Parts:
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


def unmasked(config: Mapping[str, Any], kept: Mapping[str, Any], *, field: str = "config") -> dict[str, Any]:
    """What a person sent, with the kept secret in place of its mask. Raises InvalidInputError if there is none."""
    whole = dict(config)
    for name, value in config.items():
        if value == MASK:
            whole[name] = _kept(kept, name, f"{field}.{name}")
        elif isinstance(value, dict) and MASK in value.values():
            before = kept.get(name)
            whole[name] = {
                key: _kept(before if isinstance(before, dict) else {}, key, f"{field}.{name}.{key}")
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
