"""The digest that decides whether a deploy is needed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local.digest import digest_of


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "functions"
    (folder / "ingest").mkdir(parents=True)
    (folder / "ingest" / "app.py").write_text("one")
    (folder / "ingest" / "sql.py").write_text("two")
    return folder


def _edit(folder: Path) -> None:
    (folder / "ingest" / "app.py").write_text("One")


def _rename(folder: Path) -> None:
    (folder / "ingest" / "app.py").rename(folder / "ingest" / "main.py")


def _move_content(folder: Path) -> None:
    (folder / "ingest" / "app.py").write_text("onet")
    (folder / "ingest" / "sql.py").write_text("wo")


def _add_empty(folder: Path) -> None:
    (folder / "empty.py").touch()


@pytest.mark.parametrize("change", [_edit, _rename, _move_content, _add_empty])
def test_any_change_of_content_or_name_shows(source: Path, change: Callable[[Path], None]) -> None:
    before = digest_of([source])
    change(source)
    assert digest_of([source]) != before


def test_what_python_leaves_behind_does_not_count(source: Path) -> None:
    before = digest_of([source])
    cache = source / "ingest" / "__pycache__"
    cache.mkdir()
    (cache / "app.cpython-313.pyc").write_bytes(b"x")
    assert digest_of([source]) == before


def test_further_values_count_each_on_its_own(source: Path) -> None:
    assert len({digest_of([source]), digest_of([source], "ab"), digest_of([source], "a", "b")}) == 3


def test_a_missing_file_counts_as_missing(tmp_path: Path) -> None:
    missing = tmp_path / "template.yaml"
    before = digest_of([missing])
    missing.write_text("Resources: {}")
    assert digest_of([missing]) != before
