"""docs/messages.md is complete and current, and what stands elsewhere about messages agrees with it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import get_args

import pytest

from include.crm.order_reconciliations import FindingKind
from include.errors import ActionableError
from plugins.data_sources_page.stored_sentences import without_commands
from tools.messages.document import (
    DOCUMENT,
    document,
    errors_of,
    functions,
    other_sources,
    where_to_click,
)
from tools.messages.sections import SECTIONS, WHERE_TO_CLICK
from tools.messages.sentences import BLANK, LAST_IS_SAID, PROJECT, Message, error_classes, sentences

TROUBLESHOOTING = (PROJECT / "docs" / "troubleshooting.md").read_text()


@pytest.fixture(scope="module")
def said() -> tuple[Message, ...]:
    return sentences(functions())


def test_the_document_is_what_the_code_says_now() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m tools.messages"


def test_whatever_says_something_to_people_is_in_the_document(said: tuple[Message, ...]) -> None:
    assert {one.by for one in said} - error_classes().keys() - other_sources() == set()


def test_every_error_is_an_actionable_one_in_one_section_with_where_to_click() -> None:
    errors = [error for section in SECTIONS for error in errors_of(section)]
    assert sorted(error.__name__ for error in errors) == sorted(error_classes())
    assert {"TokenRejected", "DatabaseNotReady", "MassRemoval", "NotFound"} < error_classes().keys()
    for error in errors:
        assert issubclass(error, ActionableError), error
        assert error is ActionableError or error.__subclasses__() or where_to_click(error), error


def test_of_each_difference_the_sentence_is_in_the_document_and_not_its_kind(
    said: tuple[Message, ...],
) -> None:
    differences = [one.sentence for one in said if one.by in LAST_IS_SAID and one.sentence != BLANK]
    assert len(differences) >= len(get_args(FindingKind))
    assert all(sentence.endswith((".", BLANK)) and "rder …" in sentence for sentence in differences)


def test_a_rejection_is_in_the_document_with_its_next_step(said: tuple[Message, ...]) -> None:
    rejections = " ".join(one.sentence for one in said if one.by == "rejected")
    assert "BigCommerce never had it. Ask BigCommerce's support" in rejections
    assert "another order under this id, its order …" in rejections


def test_nothing_is_in_the_document_that_the_code_does_not_know(said: tuple[Message, ...]) -> None:
    assert WHERE_TO_CLICK.keys() <= error_classes().keys()
    for source in other_sources():
        module, _, name = source.rpartition(".")
        known = hasattr(importlib.import_module(module), name) if module else source in {m.by for m in said}
        assert known, source


def test_a_page_shows_each_message_without_its_command(said: tuple[Message, ...]) -> None:
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


def test_common_messages_begin_as_the_code_words_them(said: tuple[Message, ...]) -> None:
    section = TROUBLESHOOTING.partition("## The most common messages")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!message|---)(.+?) \|", section, re.MULTILINE)
    assert rows
    for row in rows:
        pieces = [piece.strip() for piece in row.split(BLANK) if piece.strip()]
        assert [one for one in said if all(piece in one.sentence for piece in pieces)], row


def _anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
