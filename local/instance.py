"""An instance is one running local cloud: a folder, ports, processes. `test` runs beside `default`."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_FOLDER = REPOSITORY / ".local"  # what every instance uses and `make reset` keeps: environments, PostgreSQL
PYTHON_FOLDER = SHARED_FOLDER / "venv" / "bin"
SAM_COMMAND = SHARED_FOLDER / "sam" / "bin" / "sam"
EMULATOR_PYTHON = SHARED_FOLDER / "emulator-venv" / "bin" / "python"

REGION = "us-east-1"
STACK_NAME = "pulse"

_PORTS_FILE = "ports.json"
# Below those that systems give to outgoing connections (32768 and up), one of which may hold a port for hours.
_DEFAULT_PORTS = {
    "default": {"emulator": 4566, "mqtt": 8883, "database": 15432},
    "test": {"emulator": 4567, "mqtt": 8884, "database": 15433},
    # For who runs several suites side by side.
    **{
        f"test{number}": {"emulator": 4567 + 10 * number, "mqtt": 8884 + 10 * number, "database": 15433 + 10 * number}
        for number in range(2, 10)
    },
}


@dataclass(frozen=True, slots=True)
class Instance:
    """Where one local cloud keeps its things. The ports are its own, on 127.0.0.1."""

    name: str
    folder: Path
    emulator_port: int
    mqtt_port: int
    database_port: int

    @property
    def is_disposable(self) -> bool:
        """Whether tests use it, which begin by forgetting all of it: anything but the default instance."""
        return self.name != "default"

    @property
    def stack_file(self) -> Path:
        """Addresses, passwords and device certificates for people and programs; mode 600."""
        return self.folder / "stack.json"

    @property
    def database_folder(self) -> Path:
        """PostgreSQL's data directory, or a link to it."""
        return self.folder / "database"

    @property
    def emulator_folder(self) -> Path:
        """The emulator's saved state, its S3 objects and its workers' unpacked code."""
        return self.folder / "emulator"

    @property
    def certificates_folder(self) -> Path:
        """Device keys and certificates, and the broker's certificate authority."""
        return self.folder / "certificates"

    @property
    def build_folder(self) -> Path:
        """What `sam build` makes."""
        return self.folder / "build"

    @property
    def run_folder(self) -> Path:
        """Who runs: one file per process."""
        return self.folder / "run"

    @property
    def logs_folder(self) -> Path:
        """Output of the processes."""
        return self.folder / "logs"

    @property
    def emulator_url(self) -> str:
        """Endpoint of every AWS service."""
        return f"http://127.0.0.1:{self.emulator_port}"

    def prepare_folders(self) -> None:
        """Make the folders that processes write to."""
        for folder in (self.folder, self.emulator_folder, self.run_folder, self.logs_folder):
            folder.mkdir(parents=True, exist_ok=True)


def chosen_instance(environment: Mapping[str, str] = os.environ) -> Instance:
    """The instance named by PULSE_INSTANCE, with PULSE_…_PORT in place of the ports it came up on last.

    The test instance's variables are called PULSE_TEST_…_PORT, so that it runs beside a default one on other ports.

    Raises LocalError when a name or port makes no sense.
    """
    name = environment.get("PULSE_INSTANCE") or "default"
    if name not in _DEFAULT_PORTS:
        message = f"PULSE_INSTANCE is {name!r}; there are default, test, and test2 to test9 beside it."
        raise LocalError(message)
    folder = SHARED_FOLDER if name == "default" else SHARED_FOLDER / name
    usual = _DEFAULT_PORTS[name] | _remembered_ports(folder)
    return Instance(
        name=name,
        folder=folder,
        emulator_port=_port(environment, port_variable(name, "EMULATOR"), usual["emulator"]),
        mqtt_port=_port(environment, port_variable(name, "MQTT"), usual["mqtt"]),
        database_port=_port(environment, port_variable(name, "DATABASE"), usual["database"]),
    )


def remember_ports(instance: Instance) -> None:
    """Note the ports of an instance that is coming up, so that later commands find it without the variables."""
    ports = {"emulator": instance.emulator_port, "mqtt": instance.mqtt_port, "database": instance.database_port}
    (instance.folder / _PORTS_FILE).write_text(json.dumps(ports))


def forget_ports(instance: Instance) -> None:
    """Go back to the usual ports."""
    (instance.folder / _PORTS_FILE).unlink(missing_ok=True)


def _remembered_ports(folder: Path) -> dict[str, int]:
    try:
        remembered = json.loads((folder / _PORTS_FILE).read_text())
        return {server: int(remembered[server]) for server in _DEFAULT_PORTS["default"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def port_variable(instance_name: str, server: str) -> str:
    """The environment variable that moves a server of an instance to another port."""
    return f"PULSE_{server}_PORT" if instance_name == "default" else f"PULSE_{instance_name.upper()}_{server}_PORT"


def _port(environment: Mapping[str, str], variable: str, usual: int) -> int:
    text = environment.get(variable) or str(usual)
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        message = f"{variable} is {text!r}; give a port between 1024 and 65535."
        raise LocalError(message)
    return int(text)
