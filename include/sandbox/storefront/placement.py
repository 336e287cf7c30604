"""Which scripts a page of the storefront shows, and how.

Sources: the table of script locations in BigCommerce's article "Scripts API", and the descriptions of
`visibility`, `kind`, `consent_category` and `integrity_hashes` in scripts.v3.yml.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import escape
from typing import Literal, TypeAlias

from include.sandbox.storefront.scripts import Location, Script, Scripts

PageKind: TypeAlias = Literal["storefront", "checkout", "order_confirmation"]

# Stencil knows far more than this one expression; nothing else is rendered here.
TOKEN = re.compile(r"\{\{\{?\s*settings\.storefront_api\.token\s*\}?\}\}")


class Placement:
    """The storefront's cache of scripts: changes show once it is renewed (on a real store after 20 s)."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        self._cached: list[Script] = []
        self._cached_at = float("-inf")

    def shown(
        self, page: PageKind, location: Location, *, cookie_banner: bool, cached_seconds: float
    ) -> list[Script]:
        """The enabled scripts of this place on this page.

        The cookie banner, if there is one, is unanswered: until a shopper agrees, only essential scripts run.
        """
        if time.monotonic() - self._cached_at >= cached_seconds:
            self._cached, self._cached_at = self._scripts.all(), time.monotonic()
        return [
            script
            for script in self._cached
            if script.enabled
            and script.location == location
            and script.visibility in (page, "all_pages")
            and not (cookie_banner and script.consent_category != "essential")
        ]


def markup(script: Script, token: Callable[[], str] | None) -> str:
    """The script as HTML; `token` is None where the storefront does not render Handlebars."""
    if isinstance(script.html, str):
        return TOKEN.sub(lambda _: token(), script.html) if token else script.html
    method = "" if script.load_method == "default" else f" {script.load_method}"
    hashes = escape(" ".join(script.integrity_hashes))
    integrity = f' integrity="{hashes}" crossorigin="anonymous"' if hashes else ""
    return f'<script src="{escape(str(script.src))}"{method}{integrity}></script>'
