"""Activation codes: what they look like, and how people may type them."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final, NamedTuple

LIFETIME: Final = timedelta(minutes=60)
# Crockford's base 32: no letter can be taken for another or for a digit. 12 of them are 60 random bits.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12
_GROUP: Final = 4
_AS_MEANT: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class NewCode(NamedTuple):
    """A code that was just made: its text for a person to type, and the hash that is kept."""

    text: str
    code_hash: bytes


def new_code() -> NewCode:
    """A fresh code, such as `7K3M-9QRT-X04B`."""
    characters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    groups = (characters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
    return NewCode("-".join(groups), _hash(characters))


def hash_of(text: str) -> bytes | None:
    """The hash of a code as somebody has typed it; None when none can look like this."""
    characters = text.upper().translate(_AS_MEANT)
    if len(characters) != _LENGTH or not set(characters) <= set(_ALPHABET):
        return None
    return _hash(characters)


def _hash(characters: str) -> bytes:
    """One round is enough for 60 random bits that are good for an hour."""
    return sha256(characters.encode()).digest()
