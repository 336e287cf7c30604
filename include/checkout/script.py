"""The text of the script that a store's pages hold: redirect.js with the store's settings. No I/O."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Stencil puts the storefront's API token here when it delivers a page; other storefronts leave it as it is.
_FILLED_IN_BY_STENCIL = '"{{settings.storefront_api.token}}"'
_SOURCE = Path(__file__).with_name("redirect.js")
_MARKER = re.compile(r"// CRM checkout ([0-9a-f]{12})\n")


@dataclass(frozen=True)
class ScriptSettings:
    """What the script knows of a store.

    `currency` is that of the campaign: a cart in another one is not redirected, and without a campaign none
    is. `namespace` and `key` name the custom field. With `cookie`, only shoppers who have it are redirected.
    """

    checkout_url: str
    namespace: str
    key: str
    currency: str | None
    cookie: str | None = None


def script_text(settings: ScriptSettings) -> str:
    """The whole script element, marked with its version: the same settings and program give the same text."""
    config = {
        "url": settings.checkout_url,
        "field": {"namespace": settings.namespace, "key": settings.key},
        "currency": settings.currency,
        "cookie": settings.cookie,
    }
    body = f"{_delivered_source()}({_literal(config)}, {_FILLED_IN_BY_STENCIL});\n"
    version = hashlib.sha256(body.encode()).hexdigest()[:12]
    return f"<script>\n// CRM checkout {version}\n{body}</script>\n"


def version_in(html: str) -> str | None:
    """The version of the script in an HTML text; None if it is another script."""
    found = _MARKER.search(html.replace("\r\n", "\n"))
    return found[1] if found else None


@cache
def _delivered_source() -> str:
    """redirect.js without indentation, blank lines and lines that are comments."""
    lines = (line.strip() for line in _SOURCE.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _literal(config: object) -> str:
    """Settings as JavaScript that neither ends the script element nor is Handlebars to the storefront."""
    text = json.dumps(config, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # only within a text can two braces follow each other
    return text.replace("{{", "{\\u007b")
