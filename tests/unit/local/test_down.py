"""What `make reset` forgets."""

from pathlib import Path

import pytest

from local import down
from local.instance import Instance


def test_a_bigger_fleet_is_forgotten_with_the_stack_that_knew_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(down, "take_down", lambda _: None)
    instance = Instance("test", tmp_path, emulator_port=1, mqtt_port=2, database_port=3)
    instance.prepare_folders()
    (tmp_path / "simulated").mkdir()
    (tmp_path / "simulated" / "sim-0001.pem").touch()
    (tmp_path / "venv").mkdir()
    down.forget(instance)
    assert not (tmp_path / "simulated").exists()
    assert (tmp_path / "venv").exists()
