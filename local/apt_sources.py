"""Reading the machine's own apt configuration: which mirror of the Debian archive it uses.

Both notations are understood: one-line entries (`*.list`) and deb822 stanzas (`*.sources`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DEBIAN_SUITES = frozenset(
    {"oldoldstable", "oldstable", "stable", "testing", "unstable", "sid"}
    | {"buster", "bullseye", "bookworm", "trixie", "forky", "duke"}
)
_ONE_LINE_ENTRY = re.compile(r"^deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.+)$")


@dataclass(frozen=True, slots=True)
class Source:
    """One archive that apt fetches binary packages from."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]

    @property
    def is_debian_archive(self) -> bool:
        """Whether it looks like Debian's main archive: not its security archive, not Ubuntu."""
        bases = {suite.removesuffix("-updates").removesuffix("-backports") for suite in self.suites}
        fetchable = not self.uri.startswith(("cdrom:", "file:", "copy:"))
        return fetchable and "main" in self.components and bool(bases & _DEBIAN_SUITES)


def read_sources(apt_folder: Path) -> list[Source]:
    """Every enabled binary source of an /etc/apt folder, in apt's own order."""
    sources: list[Source] = []
    parts = apt_folder / "sources.list.d"
    for path in [apt_folder / "sources.list", *sorted(parts.glob("*.list")), *sorted(parts.glob("*.sources"))]:
        if path.is_file():
            text = path.read_text(errors="replace")
            sources += parse_stanzas(text) if path.suffix == ".sources" else parse_one_line_entries(text)
    return sources


def debian_mirrors(sources: list[Source]) -> list[str]:
    """Addresses of Debian's main archive among the sources, each once, likely ones first.

    A vendor may call its suite `stable` too; its signature will not be Debian's, so that the next one is tried.
    """
    addresses = dict.fromkeys(source.uri for source in sources if source.is_debian_archive)
    return sorted(addresses, key=lambda address: "debian" not in address.lower())


def parse_one_line_entries(text: str) -> list[Source]:
    """Sources of a `*.list` file."""
    found = []
    for line in text.splitlines():
        match = _ONE_LINE_ENTRY.match(line.partition("#")[0].strip())
        if match:
            found.append(Source(match["uri"], (match["suite"],), tuple(match["components"].split())))
    return found


def parse_stanzas(text: str) -> list[Source]:
    """Sources of a `*.sources` file; a stanza may name several addresses, and may be disabled."""
    found = []
    for fields in _stanzas(text):
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        suites, components = tuple(fields.get("suites", "").split()), tuple(fields.get("components", "").split())
        found += [Source(uri, suites, components) for uri in fields.get("uris", "").split()]
    return found


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    """Fields of each stanza, names in lower case; a line that starts with a space continues the field before it."""
    for block in re.split(r"\n[ \t]*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                fields[name] = f"{fields.get(name, '')} {line.strip()}"
            else:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if fields:
            yield fields
