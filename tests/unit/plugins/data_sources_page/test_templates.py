"""What holds for the markup of every page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

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


def test_bounds_of_fields_stand_in_the_program_not_in_the_pages() -> None:
    pages = [path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.html"))]
    assert re.findall(r'\b(?:maxlength|max)="\d+"', "".join(pages)) == []


@pytest.mark.parametrize(
    ("address", "is_first", "following", "links"),
    [
        ("tea/syncs", True, None, []),
        ("tea/syncs", True, 7, [("tea/syncs?after=7", "Next page")]),
        ("tea/syncs", False, None, [("tea/syncs", "First page")]),
        (
            "tea?search=a&kind=b",
            False,
            7,
            [("tea?search=a&kind=b", "First page"), ("tea?search=a&kind=b&after=7", "Next page")],
        ),
    ],
)
def test_pages_of_a_list_lead_to_the_first_and_the_next_one_with_the_filters(
    address: str, is_first: bool, following: int | None, links: list[tuple[str, str]]
) -> None:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    pages = environment.get_template("paging.html").module.pages(address, is_first, following)  # type: ignore[attr-defined]
    found = re.findall(r'href="(.*?)">(.*?)</a>', pages)
    assert [(unescape(link), text) for link, text in found] == links
