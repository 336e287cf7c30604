"""The scripts that every page of Data Sources loads, for tests of a page of their own."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "plugins" / "data_sources_page"
STATIC = PAGE / "static"


def script_tags(*more: str) -> str:
    """The tags of base.html, in its order, then those of these further scripts."""
    base = (PAGE / "templates" / "base.html").read_text()
    tags = re.findall(r'<script src="static/[^"]+"></script>', base)
    return "\n".join([*tags, *(f'<script src="static/{name}"></script>' for name in more)])
