"""How large the layers are, unzipped."""

from collections.abc import Iterator

from tests.bench.build import built
from tests.bench.figure import Figure

_TARGET_MEGABYTES = 120.0


def measure() -> Iterator[Figure]:
    """All layers together: each function has all of them."""
    size = sum(file.stat().st_size for file in built().glob("*Layer/**/*") if file.is_file())
    yield Figure("layers, unzipped", size / 1_000_000, "MB", _TARGET_MEGABYTES, "target of 120 MB")
