"""The style sheets contain nothing that no page uses: it would be read, and kept, for nothing."""

from __future__ import annotations

import re

from tests.support.project import PROJECT

PAGE = PROJECT / "plugins" / "data_sources_page"
SHEETS = [re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in PAGE.glob("static/*.css")]
USERS = "".join(
    path.read_text() for path in PAGE.rglob("*") if path.suffix in (".html", ".py", ".js") and path.is_file()
)


def words(text: str) -> set[str]:
    """The names in a text, and the beginnings of those that a template puts together: "column-{{ key }}"."""
    return set(re.findall(r"[\w-]*\w", text)) | set(re.findall(r"[\w-]+-(?=\{\{)", text))


def test_every_class_and_id_that_is_styled_is_used() -> None:
    used = words(USERS)
    selectors = [re.sub(r"\{[^{}]*\}", " ", sheet) for sheet in SHEETS]
    styled = {name for each in selectors for name in re.findall(r"[.#]([a-zA-Z][\w-]*)", each)}
    composed = tuple(name for name in used if name.endswith("-"))
    assert len(styled) > 100
    assert sorted(name for name in styled - used if not name.startswith(composed)) == []


def test_every_custom_property_is_set_and_used() -> None:
    sheets = "".join(SHEETS)
    assert set(re.findall(r"var\((--[\w-]+)", sheets)) == set(re.findall(r"(--[\w-]+):", sheets))
