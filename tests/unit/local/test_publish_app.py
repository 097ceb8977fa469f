"""What the application's files are published as."""

import json
from pathlib import Path
from typing import Any

import pytest

from local import publish_app

OUTPUTS = {"AppBucketName": "files", "AppConfiguration": '{"client_id": "abc"}', "AppUrl": "https://app.example/app/"}


class Storage:
    """Notes what is put into it, in order."""

    def __init__(self) -> None:
        self.put: dict[str, dict[str, Any]] = {}

    def put_object(self, **request: Any) -> None:
        assert request["Bucket"] == "files"
        self.put[request["Key"]] = request


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name in (
        "index.html",
        "theme.js",
        "icon.svg",
        "assets/index-3f2a.js",
        "assets/z-77.css",
        ".vite/manifest.json",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(publish_app, "BUILD_FOLDER", tmp_path)
    storage = Storage()
    assert publish_app.publish(storage, OUTPUTS) == len(storage.put)
    return storage


def test_what_has_a_hash_in_its_name_is_kept_for_ever_and_nothing_else_is(published: Storage) -> None:
    caching = {key: request["CacheControl"] for key, request in published.put.items()}
    assert {key for key, control in caching.items() if "immutable" in control} == {
        "app/assets/index-3f2a.js",
        "app/assets/z-77.css",
    }
    assert caching["app/index.html"] == caching["app/config.json"] == caching["app/theme.js"] == "no-cache"


def test_the_page_comes_after_the_files_that_it_names(published: Storage) -> None:
    assert list(published.put)[-1] == "app/index.html"


def test_the_application_finds_its_configuration(published: Storage) -> None:
    assert json.loads(published.put["app/config.json"]["Body"]) == {"client_id": "abc"}


def test_browsers_are_told_what_each_file_is(published: Storage) -> None:
    types = {key.rpartition("/")[2]: request["ContentType"] for key, request in published.put.items()}
    assert types["index.html"] == "text/html; charset=utf-8"
    assert types["index-3f2a.js"].startswith("text/javascript")
    assert types["icon.svg"].startswith("image/svg+xml")
    assert types["config.json"] == "application/json; charset=utf-8"


def test_the_build_tools_notes_are_not_published(published: Storage) -> None:
    assert not any(".vite" in key for key in published.put)
