"""docs/messages.md is complete and current, and what stands elsewhere about messages agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.data_sources_page.wording import without_commands
from tools.messages.document import DOCUMENT, document, functions, grouped
from tools.messages.in_code import BLANK, PROJECT, Said, error_classes, sentences

README = (PROJECT / "README.md").read_text()


@pytest.fixture(scope="module")
def said() -> tuple[Said, ...]:
    return sentences(functions())


def test_the_document_is_what_the_code_says_now() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m tools.messages"


def test_whatever_says_something_to_people_is_in_the_document(said: tuple[Said, ...]) -> None:
    assert {one.by for one in said} - grouped() == set()


def test_every_error_that_can_be_raised_is_in_the_document() -> None:
    classes = error_classes()
    only_a_family = {
        "ActionableError",
        "AlertError",
        "BigCommerceError",
        "DatabaseError",
        "FixCredentials",
        "FixData",
        "Investigate",
        "NeedsAttention",
        "SyncStopped",
        "TryLater",
        "WaitAndRetry",
    }
    assert classes.keys() - grouped() == only_a_family


def test_nothing_is_in_the_document_that_the_code_does_not_know(said: tuple[Said, ...]) -> None:
    known = {one.by for one in said} | error_classes().keys()
    assert {source for source in grouped() if "." not in source} - known == set()


def test_a_page_shows_each_message_without_its_command(said: tuple[Said, ...]) -> None:
    with_command = [one.sentence for one in said if "python -m" in one.sentence]
    assert with_command
    assert not [sentence for sentence in with_command if "python" in without_commands(sentence)]


@pytest.mark.parametrize(
    "file", [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")], ids=lambda file: str(file.name)
)
def test_every_link_leads_somewhere(file: Path) -> None:
    for address in re.findall(r"\]\(([^)\s]+)\)", file.read_text()):
        path, _, anchor = address.partition("#")
        if path.startswith("http"):
            continue
        target = (file.parent / path) if path else file
        assert target.exists(), address
        if anchor:
            assert anchor in _anchors(target.read_text()), address


def test_what_the_readme_says_about_messages_begins_as_they_do(said: tuple[Said, ...]) -> None:
    section = README.partition("## Troubleshooting")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!message|---)(.+?) \|", section, re.MULTILINE)
    assert rows
    for row in rows:
        pieces = [piece.strip() for piece in row.split(BLANK) if piece.strip()]
        assert [one for one in said if all(piece in one.sentence for piece in pieces)], row


def _anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
