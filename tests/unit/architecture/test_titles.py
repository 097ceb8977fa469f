"""What people call things is one line: it stands in lists, in subjects of mails, and in logs."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from local.openapi import DOCUMENT

_TITLES = ("label", "name")


def test_no_title_that_a_request_brings_may_have_line_breaks() -> None:
    document = orjson.loads(DOCUMENT.read_bytes())
    schemas = document["components"]["schemas"]
    titles = {
        (schema_name, field): texts
        for schema_name in _request_schemas(document)
        for field, about in schemas[schema_name].get("properties", {}).items()
        if field in _TITLES and (texts := list(_texts(about)))
    }
    assert len(titles) > 20
    lenient = [place for place, texts in titles.items() if any(_allows_a_line_break(text) for text in texts)]
    assert lenient == []


def _request_schemas(document: dict[str, Any]) -> set[str]:
    """Names of the schemas that request bodies are made of."""
    wanted = {
        name
        for operations in document["paths"].values()
        for operation in operations.values()
        if isinstance(operation, dict) and "requestBody" in operation
        for name in _references(operation["requestBody"])
    }
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        found.add(name)
        wanted |= _references(document["components"]["schemas"][name]) - found
    return found


def _references(about: object) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', orjson.dumps(about).decode()))


def _texts(about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for branch in (about, *about.get("anyOf", ())):
        if branch.get("type") == "string":
            yield branch


def _allows_a_line_break(text: dict[str, Any]) -> bool:
    return "enum" not in text and "const" not in text and re.search(text.get("pattern", ""), "two\nlines") is not None
