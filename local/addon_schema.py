"""Writes docs/addons/manifest.schema.json from the models: `python -m local.addon_schema`, or `--check`."""

import argparse
import sys
from typing import Final

import orjson

from local.instance import REPOSITORY

DOCUMENT: Final = REPOSITORY / "docs" / "addons" / "manifest.schema.json"
_HEAD: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Addon manifest, version 1",
}


def generate() -> bytes:
    """The schema, the same for the same models."""
    if str(REPOSITORY / "layers/pulse") not in sys.path:
        sys.path.append(str(REPOSITORY / "layers/pulse"))
    from pulse.inbound.manifest import Manifest

    schema = {**Manifest.model_json_schema(), **_HEAD}
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def main() -> int:
    """Write or check; 1 when the check fails."""
    parser = argparse.ArgumentParser(prog="python -m local.addon_schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 when the schema is stale")
    arguments = parser.parse_args()
    schema = generate()
    if not arguments.check:
        DOCUMENT.write_bytes(schema)
    elif not DOCUMENT.exists() or DOCUMENT.read_bytes() != schema:
        print(f"{DOCUMENT.name} is stale: run `python -m local.addon_schema` and commit it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
