"""The gateway as a package: what is installed elsewhere is what is tested here."""

import re
import tomllib
from configparser import RawConfigParser
from pathlib import Path

from edge.gateway import VERSION
from edge.gateway.configuration import read_configuration

FOLDER = Path("edge/gateway")
PACKAGE = tomllib.loads((FOLDER / "pyproject.toml").read_text())


def test_its_dependencies_are_the_versions_that_are_tested() -> None:
    tested = set(re.findall(r"^([a-z0-9-]+==\S+)", Path("requirements/development.txt").read_text(), re.MULTILINE))
    assert set(PACKAGE["project"]["dependencies"]) <= tested


def test_it_brings_along_every_part_that_it_imports() -> None:
    included = PACKAGE["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    parts = {(FOLDER / part).resolve() for part in included}
    files = [file for part in parts for file in ([part] if part.is_file() else part.rglob("*.py"))]
    code = "".join(file.read_text() for file in files)
    for name in set(re.findall(r"^\s*from ((?:edge|pulse)\.[\w.]+) import", code, re.MULTILINE)):
        place = Path("layers/pulse" if name.startswith("pulse") else ".", *name.split(".")).resolve()
        wanted = {place, place.with_suffix(".py"), *place.parents}
        assert wanted & parts, name


def test_its_version_is_where_the_package_looks_for_it() -> None:
    found = re.search(PACKAGE["tool"]["hatch"]["version"]["pattern"], (FOLDER / "__init__.py").read_text())
    assert found is not None
    assert found["version"] == VERSION


def test_the_example_of_a_configuration_is_good() -> None:
    assert read_configuration(FOLDER / "pulse-gateway.toml").snmp.users[0].name == "switches"


def test_the_unit_does_not_start_again_what_cannot_start_and_may_bind_a_low_port_alone() -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read(FOLDER / "pulse-gateway.service")
    service = unit["Service"]
    assert service["RestartPreventExitStatus"] == "2"
    assert service["CapabilityBoundingSet"] == "CAP_NET_BIND_SERVICE"
