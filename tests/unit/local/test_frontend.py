"""The application is built and published when it changed, and not again."""

from pathlib import Path

import pytest

from local import aws, frontend, publish_app
from local.instance import Instance

OUTPUTS = {"AppBucketName": "files", "AppConfiguration": "{}"}


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """The default instance: its folder is the one that instances share."""
    build = tmp_path / "dist"
    monkeypatch.setattr(publish_app, "BUILD_FOLDER", build)
    monkeypatch.setattr(frontend, "SHARED_FOLDER", tmp_path)
    monkeypatch.setattr(frontend, "_build", lambda _instance: build.mkdir())
    monkeypatch.setattr(publish_app, "publish", lambda _storage, _outputs: 81)
    monkeypatch.setattr(aws, "storage", lambda _instance: None)
    return Instance("default", tmp_path, emulator_port=4566, mqtt_port=8883, database_port=15432)


def test_what_is_built_and_served_is_left_alone_the_next_time(instance: Instance) -> None:
    assert frontend.serve(instance, OUTPUTS) == "81 files served"
    assert frontend.serve(instance, OUTPUTS) == "unchanged"


def test_another_configuration_is_published_without_a_new_build(instance: Instance) -> None:
    frontend.serve(instance, OUTPUTS)
    # A second build would fail: its folder is there.
    assert frontend.serve(instance, OUTPUTS | {"AppConfiguration": '{"client_id": "new"}'}) == "81 files served"
