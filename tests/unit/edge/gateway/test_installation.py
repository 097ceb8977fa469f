"""The gateway as it is installed: what the package carries stands alone, and unit, image and sample agree with it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from configparser import RawConfigParser, SectionProxy
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from edge.gateway import VERSION

FOLDER = Path("edge/gateway").resolve()
PACKAGE = tomllib.loads((FOLDER / "pyproject.toml").read_text())
CONFIGURATION_FOLDER = "/etc/pulse-gateway"
SAMPLE = (FOLDER / "pulse-gateway.toml").read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel puts beside its dependencies, and nothing else of this repository."""
    place = tmp_path_factory.mktemp("site-packages")
    for source, target in PACKAGE["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items():
        (place / target).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (FOLDER / source).is_dir() else shutil.copy
        copy(FOLDER / source, place / target)
    return place


def run(installed: Path, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """The installed program, or a piece of Python beside it."""
    module, _, function = PACKAGE["project"]["scripts"]["pulse-gateway"].partition(":")
    program = code or f"import sys; from {module} import {function}; sys.exit({function}())"
    return subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", program, *arguments],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A credential bundle, whose certificate vouches for itself."""
    folder = tmp_path_factory.mktemp("bundle")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gw-1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (folder / "device.pem").write_bytes(pem)
    (folder / "ca.pem").write_bytes(pem)
    (folder / "device.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "config.json").write_text(
        json.dumps(
            {
                "tenant_id": "acme",
                "device_id": "gw-1",
                "client_id": "acme:gw-1",
                "host": "broker.example",
                "port": 8883,
                "telemetry_topic": "devices/acme/gw-1/telemetry",
                "certificate_file": "device.pem",
                "private_key_file": "device.key",
                "certificate_authority_file": "ca.pem",
            }
        )
    )
    return folder


def test_the_installed_program_says_its_version(installed: Path) -> None:
    said = run(installed, "--version")
    assert (said.returncode, said.stdout.strip()) == (0, VERSION), said.stderr


def test_the_installed_program_takes_the_sample_configuration(installed: Path, bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "pulse-gateway.toml"
    file.write_text(SAMPLE.replace("/etc/pulse-gateway/gw-1", str(bundle)))
    said = run(installed, "check", str(file))
    assert (said.returncode, said.stdout) == (0, f"{file} is good: acme:gw-1 at broker.example, port 8883\n"), (
        said.stderr
    )


def test_every_installed_module_can_be_imported_without_the_repository(installed: Path) -> None:
    modules = [
        ".".join(file.relative_to(installed).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted(installed.rglob("*.py"))
    ]
    code = "import importlib, sys, warnings\nwarnings.filterwarnings('ignore', module='pysnmp')\n"
    code += "for name in sys.argv[1:]: importlib.import_module(name)"
    said = run(installed, *modules, code=code)
    assert said.returncode == 0, said.stderr


def service() -> SectionProxy:
    """What the unit says of the service."""
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read(FOLDER / "pulse-gateway.service")
    return unit["Service"]


def test_unit_image_and_sample_agree_with_the_package() -> None:
    unit = service()
    program, command, configuration = shlex.split(unit["ExecStart"])
    assert PurePosixPath(program).name in PACKAGE["project"]["scripts"]
    assert command == "run"
    image = (FOLDER / "Containerfile").read_text()
    begun = [json.loads(words) for words in re.findall(r"^(?:ENTRYPOINT|CMD) (.*)$", image, re.MULTILINE)]
    assert begun == [[program], [command, configuration]]
    sample = tomllib.loads(SAMPLE)
    state = PurePosixPath("/var/lib", unit["StateDirectory"])
    assert PurePosixPath(sample["spool"]["file"]).parent == state
    assert str(PurePosixPath(configuration).parent) == CONFIGURATION_FOLDER
    assert PurePosixPath(sample["credential"]["folder"]).parent == PurePosixPath(CONFIGURATION_FOLDER)
    assert f"VOLUME {state}" in image
    assert {unit["User"], unit["Group"]} == {re.search(r"^USER (\S+)$", image, re.MULTILINE)[1]}  # type: ignore[index]


def test_the_guide_gives_the_configuration_to_the_group_of_the_image() -> None:
    image, guide = (FOLDER / "Containerfile").read_text(), Path("docs/gateway.md").read_text()
    [group] = re.findall(r"groupadd --system --gid (\d+)", image)
    assert f"--gid {group} --home-dir" in image
    assert f"chgrp -R {group} {CONFIGURATION_FOLDER}" in guide


def test_the_guide_installs_where_the_unit_looks() -> None:
    unit = service()
    guide = Path("docs/gateway.md").read_text()
    program, _, configuration = shlex.split(unit["ExecStart"])
    assert f"{program} check {configuration}" in guide
    assert f"useradd --system --home-dir /var/lib/{unit['StateDirectory']} {unit['User']}" in guide
