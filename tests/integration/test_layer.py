"""The built layers hold everything that the functions import.

Locally the emulator's own packages would hide a missing requirement, so each function is imported by a bare
interpreter that finds the built layers, the function's code, and what AWS's Python runtime brings along: boto3.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.instance import Instance
from pulse.settings import Settings
from tests.integration.stack import Stack

BROUGHT_BY_THE_RUNTIME = ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"]
LARGEST_LAYERS_BYTES = 250 * 2**20  # AWS's limit for all layers of a function, unzipped
# An API imports its routes when they are asked for.
_IMPORT_ALL = """
from {function} import app
if hasattr(app, "api"):
    app.api.load_all()
"""
# Whatever a function may require is set, since it is checked when the module is imported.
ENVIRONMENT = {
    name.upper(): "https://somewhere.example" for name, field in Settings.model_fields.items() if field.default is None
} | {"AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def runtime_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runtime")
    site_packages = Path(sys.modules["botocore"].__path__[0]).parent
    for name in BROUGHT_BY_THE_RUNTIME:
        (folder / name).symlink_to(site_packages / name)
    return folder


@pytest.mark.parametrize("function", sorted(path.parent.name for path in Path("functions").glob("*/app.py")))
def test_a_function_imports_with_the_layers_alone(instance: Instance, runtime_packages: Path, function: str) -> None:
    built = instance.build_folder
    code = next(built.glob(f"{''.join(word.title() for word in function.split('_'))}Function"))
    path = [built / "PulseLayer" / "python", built / "DependenciesLayer" / "python", code, runtime_packages]
    done = subprocess.run(
        [sys.executable, "-S", "-c", _IMPORT_ALL.format(function=function)],
        env={**ENVIRONMENT, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_layers_fit_into_what_aws_allows(instance: Instance) -> None:
    size = sum(file.stat().st_size for file in instance.build_folder.glob("*Layer/**/*") if file.is_file())
    assert 0 < size < LARGEST_LAYERS_BYTES


def test_workers_share_the_unpacked_layers(stack: Stack, instance: Instance) -> None:
    stack.invoke("MigrateDatabaseFunction", {"action": "migrate"})
    stack.invoke("SweepDevicesFunction")
    unpacked = [folder.parent for folder in (instance.emulator_folder / "tmp").glob("**/python/pulse")]
    assert len(unpacked) == 1
    assert unpacked[0].is_relative_to(instance.emulator_folder / "tmp" / "layers")
