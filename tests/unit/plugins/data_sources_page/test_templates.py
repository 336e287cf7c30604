"""What holds for the markup of every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[4] / "plugins" / "data_sources_page" / "templates"
FORM = re.compile(r"<form\b.*?>\n", re.DOTALL)
FORMS = [
    (path.name, form)
    for path in sorted(TEMPLATES.glob("*.html"))
    for form in FORM.findall(path.read_text(encoding="utf-8"))
]


def test_forms_are_found() -> None:
    assert len(FORMS) > 15


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_form_that_a_script_sends_does_nothing_without_it(name: str, form: str) -> None:
    # with the method "get", the browser would write what is typed, such as an access token, into the address
    method = "get" if 'role="search"' in form or name == "checkout_link.html" else "dialog"
    assert f'method="{method}"' in form
    assert not (method == "get" and "data-write" in form)
