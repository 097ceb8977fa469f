"""What the fields of sites, device types and devices may hold, whether they come by API or in a file."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from pulse.input_errors import in_words
from pulse.texts import LINE, TEXT

MAX_TAGS: Final = 50
RESERVED_DEVICE_IDS: Final = frozenset({"import", "new", "seats", "summary"})
MAX_INTERVAL_SECONDS: Final = 30 * 24 * 3600
_ID_WORDS: Final = "must be 1 to {most} letters, digits, dots, hyphens and underscores, a letter or digit first"
_MAC: Final = re.compile(r"([0-9a-f]{2})[:.-]?" * 5 + r"([0-9a-f]{2})", re.IGNORECASE)


def format_mac(text: str) -> str:
    """A MAC address as it is kept, `00:1b:44:11:3a:b7`, however its bytes are parted; nothing stays nothing.

    Raises ValueError for anything else.
    """
    match = _MAC.fullmatch(text)
    if text and match is None:
        message = "must be six bytes in hexadecimal, such as 00:1b:44:11:3a:b7"
        raise ValueError(message)
    return ":".join(match.groups()).lower() if match else ""


def _check_not_reserved(device_id: str) -> str:
    if device_id.lower() in RESERVED_DEVICE_IDS:  # the application does not tell them apart
        message = f"{device_id} is a word of our own paths; choose another id"
        raise ValueError(message)
    return device_id


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MAX_TAGS:
        message = f"must be at most {MAX_TAGS} tags"
        raise ValueError(message)
    return tags


# A device id is a topic level, part of a thing's name and a certificate's common name, hence the narrow alphabet.
DeviceId = Annotated[
    str, StringConstraints(pattern=in_words(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$", _ID_WORDS.format(most=63)))
]
NewDeviceId = Annotated[DeviceId, AfterValidator(_check_not_reserved)]
"""Not one that the paths of the API or of the application have in its place."""
_LongerId = Annotated[
    str, StringConstraints(pattern=in_words(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", _ID_WORDS.format(most=100)))
]
SiteId = _LongerId
DeviceTypeName = _LongerId

ShortText = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True, pattern=LINE)]
Address = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True, pattern=LINE)]
Notes = Annotated[str, StringConstraints(max_length=4000, pattern=TEXT)]

Tag = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=64,
        pattern=in_words(
            r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$",
            "must be letters, digits, dots, colons, hyphens and underscores, a letter or digit first",
        ),
    ),
]
"""A tag's key: no `=`, `;` or `,`, which part tags from one another in filters and files, and no `/`, which does in a
path.
"""
TagValue = Annotated[
    str,
    StringConstraints(
        max_length=200,
        strip_whitespace=True,
        pattern=in_words(r"^[^\x00-\x1f\x7f;]*$", "must have no semicolons and no control characters"),
    ),
]
Tags = Annotated[dict[Tag, TagValue], AfterValidator(_check_tags), Field(description="A plain tag has an empty value")]

Mac = Annotated[str, StringConstraints(max_length=17), AfterValidator(format_mac)]
Imei = Annotated[str, StringConstraints(pattern=in_words(r"^([0-9]{14,16})?$", "must be 14 to 16 digits"))]
Iccid = Annotated[str, StringConstraints(pattern=in_words(r"^([0-9]{18,22})?$", "must be 18 to 22 digits"))]

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees, north is positive")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees, east is positive")]
IntervalSeconds = Annotated[int, Field(ge=1, le=MAX_INTERVAL_SECONDS)]
Factor = Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)]
