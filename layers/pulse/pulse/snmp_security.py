"""The protocols of SNMPv3's users (RFC 3414 and its successors), for all who send, hear or ask. Pure."""

from enum import StrEnum
from typing import Final

type ProtocolId = tuple[int, ...]
"""What a protocol is called on the wire, and by pysnmp."""


class Authentication(StrEnum):
    """How a message of version 3 is vouched for: an HMAC with this hash."""

    NONE = "none"
    MD5 = "MD5"
    SHA = "SHA"
    SHA224 = "SHA224"
    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


class Privacy(StrEnum):
    """How it is encrypted. Keys of AES192 and AES256 are extended as the drafts say, those with a C as Cisco does."""

    NONE = "none"
    DES = "DES"
    AES = "AES"
    AES192 = "AES192"
    AES256 = "AES256"
    AES192C = "AES192C"
    AES256C = "AES256C"


_AUTHENTICATIONS: Final[ProtocolId] = (1, 3, 6, 1, 6, 3, 10, 1, 1)
_PRIVACIES: Final[ProtocolId] = (1, 3, 6, 1, 6, 3, 10, 1, 2)
_OF_NO_STANDARD: Final[ProtocolId] = (1, 3, 6, 1, 4, 1, 9, 12, 6, 1)

AUTHENTICATION_IDS: Final[dict[Authentication, ProtocolId]] = {
    Authentication.NONE: (*_AUTHENTICATIONS, 1),
    Authentication.MD5: (*_AUTHENTICATIONS, 2),
    Authentication.SHA: (*_AUTHENTICATIONS, 3),
    Authentication.SHA224: (*_AUTHENTICATIONS, 4),
    Authentication.SHA256: (*_AUTHENTICATIONS, 5),
    Authentication.SHA384: (*_AUTHENTICATIONS, 6),
    Authentication.SHA512: (*_AUTHENTICATIONS, 7),
}
PRIVACY_IDS: Final[dict[Privacy, ProtocolId]] = {
    Privacy.NONE: (*_PRIVACIES, 1),
    Privacy.DES: (*_PRIVACIES, 2),
    Privacy.AES: (*_PRIVACIES, 4),
    Privacy.AES192: (*_OF_NO_STANDARD, 1),
    Privacy.AES256: (*_OF_NO_STANDARD, 2),
    Privacy.AES192C: (*_OF_NO_STANDARD, 101),
    Privacy.AES256C: (*_OF_NO_STANDARD, 102),
}
