"""The one severity scale (docs/decisions/0004). The database's enum has the same order."""

from enum import StrEnum


class Severity(StrEnum):
    """From least to most urgent."""

    INFO = "INFO"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def rank(self) -> int:
        """1 for INFO up to 5 for CRITICAL."""
        return list(Severity).index(self) + 1
