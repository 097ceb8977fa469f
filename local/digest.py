"""One number for the content of files, to know whether anything changed."""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

_NOT_CONTENT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def digest_of(paths: Iterable[Path], *values: str) -> str:
    """SHA-256 over names and contents of files and folders, and over further values. Missing paths count as such."""
    digest = sha256()
    for path in paths:
        for file in _files(path):
            digest.update(f"{file.relative_to(path.parent)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    for value in values:
        digest.update(f"\0{value}".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _NOT_CONTENT)
        for name in sorted(names):
            if not name.endswith(".pyc"):
                yield Path(folder) / name
