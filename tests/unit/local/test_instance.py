"""Instances: where each keeps its things, and on which ports."""

from pathlib import Path

import pytest

from local import instance as instances
from local.errors import LocalError
from local.instance import SHARED_FOLDER, chosen_instance, forget_ports, remember_ports


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "SHARED_FOLDER", tmp_path)


def test_the_default_and_the_test_instance_share_nothing(tmp_path: Path) -> None:
    default, test = chosen_instance({}), chosen_instance({"PULSE_INSTANCE": "test"})
    assert (default.emulator_port, default.mqtt_port, default.database_port) == (4566, 8883, 15432)
    assert (test.emulator_port, test.mqtt_port, test.database_port) == (4567, 8884, 15433)
    assert (default.folder, test.folder) == (tmp_path, tmp_path / "test")
    assert SHARED_FOLDER.name == ".local"


def test_ports_of_the_default_instance_do_not_move_the_test_instance() -> None:
    environment = {"PULSE_EMULATOR_PORT": "5000", "PULSE_TEST_MQTT_PORT": "5001"}
    default, test = chosen_instance(environment), chosen_instance({**environment, "PULSE_INSTANCE": "test"})
    assert (default.emulator_port, default.mqtt_port) == (5000, 8883)
    assert (test.emulator_port, test.mqtt_port) == (4567, 5001)


def test_later_commands_find_an_instance_on_the_ports_it_came_up_on() -> None:
    started = chosen_instance({"PULSE_DATABASE_PORT": "6000"})
    remember_ports(started)
    assert chosen_instance({}) == started
    assert chosen_instance({"PULSE_DATABASE_PORT": "6001"}).database_port == 6001
    forget_ports(started)
    assert chosen_instance({}).database_port == 15432


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"PULSE_INSTANCE": "staging"}, "PULSE_INSTANCE is 'staging'"),
        ({"PULSE_MQTT_PORT": "80"}, "PULSE_MQTT_PORT is '80'"),
        ({"PULSE_MQTT_PORT": "mqtt"}, "PULSE_MQTT_PORT is 'mqtt'"),
        ({"PULSE_MQTT_PORT": "70000"}, "between 1024 and 65535"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(environment: dict[str, str], reason: str) -> None:
    with pytest.raises(LocalError, match=reason):
        chosen_instance(environment)
