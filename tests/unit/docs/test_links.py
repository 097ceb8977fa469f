"""A reader can follow every link."""

from pathlib import Path

import pytest

from tests.unit.docs.markdown import PAGES, anchors, links

RELATIVE = [
    (page, target) for page in PAGES for target in links(page) if not target.startswith(("https://", "http://"))
]


@pytest.mark.parametrize(("page", "target"), RELATIVE, ids=lambda value: str(value))
def test_a_relative_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    goal = (page.parent / path).resolve() if path else page.resolve()
    assert goal.exists(), f"{page} links to {target}, which does not exist"
    assert goal.is_relative_to(Path.cwd()), f"{page} links to {target}, which is outside of the repository"
    if anchor:
        assert anchor in anchors(goal), f"{page} links to {target}; there are {', '.join(sorted(anchors(goal)))}"


@pytest.mark.parametrize("decision", sorted(Path("docs/decisions").glob("[0-9]*.md")), ids=lambda path: path.name)
def test_every_decision_is_in_the_index_and_says_why(decision: Path) -> None:
    assert decision.name in links(Path("docs/decisions/README.md"))
    assert {"context", "choice", "consequence"} <= anchors(decision)
