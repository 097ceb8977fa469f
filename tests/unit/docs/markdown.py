"""Reads Markdown as far as the tests need it: links, headings as anchors, code in text."""

import re
from pathlib import Path

PAGES = sorted([Path("README.md"), Path("CHANGELOG.md"), Path("edge/README.md"), *Path("docs").rglob("*.md")])

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """The page without its code blocks, in which a bracket is no link and a `#` no heading."""
    return _FENCE.sub("", page.read_text())


def links(page: Path) -> list[str]:
    """Targets of links and pictures, as they are written."""
    return _LINK.findall(text_of(page))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the page's headings."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", _LINK.sub("", heading).lower()).strip().replace(" ", "-")
        again = sum(1 for anchor in found if re.fullmatch(rf"{re.escape(words)}(-\d+)?", anchor))
        found.add(f"{words}-{again}" if again else words)
    return found


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    level, _, _ = heading.partition(" ")
    start = re.search(rf"^{re.escape(heading)}$", page.read_text(), re.MULTILINE)
    assert start, f"{page} has no heading {heading!r}"
    rest = page.read_text()[start.end() :]
    end = re.search(rf"^#{{1,{len(level)}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def first_column(text: str) -> list[str]:
    """Code in the first cells of the tables in a text, in order."""
    cells = re.findall(r"^\| (`.+?) \|", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
