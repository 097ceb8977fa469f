"""The addons that come with Pulse, written from their vendors' public documentation."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import orjson

from pulse.inbound.manifest import Manifest, read_manifest


@cache
def built_in_addons() -> Mapping[str, Manifest]:
    """All of them by their ids."""
    found = sorted(files("pulse.inbound").joinpath("addons").iterdir(), key=lambda file: file.name)
    manifests = [read_manifest(orjson.loads(file.read_bytes())) for file in found if file.name.endswith(".json")]
    return {manifest.id: manifest for manifest in manifests}
