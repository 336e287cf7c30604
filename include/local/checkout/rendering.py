"""Renders templates/*.html. Everything is escaped: names of products come from a store."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.crm.currencies import decimals_of

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page."""
    return HTMLResponse(_environment.get_template(template).render(**values), status)


def money(amount: Decimal, currency_code: str) -> str:
    """With the decimals of its currency, and with more if the amount has more."""
    own = -int(amount.normalize().as_tuple().exponent)
    return f"{amount:,.{max(decimals_of(currency_code), own)}f}"


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["money"] = money
