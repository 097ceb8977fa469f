"""What the README tells people to type and to set exists."""

import json
import re
from pathlib import Path

import jsonschema

from tests.unit.docs.markdown import first_column, section

README = Path("README.md")
MAKEFILE = Path("Makefile").read_text()
TEMPLATE = Path("template.yaml").read_text()
API = json.loads(Path("docs/openapi.json").read_text())
STAND_INS = {"EmulatorUrl"}  # of the emulator alone


def template_parameters() -> set[str]:
    parameters = re.search(r"^Parameters:\n(.*?)^\S", TEMPLATE, re.MULTILINE | re.DOTALL)
    assert parameters
    return set(re.findall(r"^  (\w+):$", parameters.group(1), re.MULTILINE))


def test_every_make_target_in_the_readme_exists() -> None:
    named = set(re.findall(r"\bmake (?:-s )?([a-z]+)\b", "\n".join(code_in(README.read_text()))))
    assert named
    assert named <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_the_readme_explains_exactly_the_parameters_of_the_template() -> None:
    explained = set(first_column(section(README, "## Deploy to a cloud account")))
    assert explained == template_parameters()


def test_values_that_the_readme_sets_are_parameters() -> None:
    overrides = re.findall(r"--parameter-overrides ([^\n`]+)", README.read_text())
    named = {name for line in overrides for name in re.findall(r"\b([A-Z]\w+)=", line)}
    assert named
    assert named <= template_parameters() - STAND_INS


def test_every_output_that_a_page_asks_for_is_one_of_the_stack() -> None:
    outputs = set(re.findall(r"^  (\w+):$", TEMPLATE.partition("\nOutputs:\n")[2], re.MULTILINE))
    for page in (README, Path("docs/runbook.md")):
        asked = set(re.findall(r"\$\(output (\w+)\)", page.read_text()))
        assert asked
        assert asked <= outputs, page


def test_what_the_readme_sends_is_what_the_api_takes() -> None:
    sent = re.findall(r"^send (\S+) '(.*?)'", README.read_text(), re.MULTILINE)
    assert sent
    for path, body in sent:
        [route] = [known["post"] for name, known in API["paths"].items() if "post" in known and matches(name, path)]
        schema = route["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.validate(json.loads(body), {**schema, "components": API["components"]})


def matches(route: str, path: str) -> bool:
    """Whether a path is of a route as OpenAPI writes it."""
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path) is not None


def test_every_folder_in_the_readme_exists() -> None:
    rows = re.findall(r"^\| [^`|]+ \| (.+) \|$", section(README, "## Where to change what"), re.MULTILINE)
    places = [place for row in rows for place in re.findall(r"`([\w./<>]+)`", row)]
    assert places
    for place in places:
        assert Path(re.sub(r"<.*", "", place)).exists(), place


def code_in(text: str) -> list[str]:
    """Code blocks, and code within lines."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", text)
