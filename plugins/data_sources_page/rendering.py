"""Renders templates/*.html. Everything is escaped: text of a store or an order is never markup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.checkout.links import LARGEST_QUANTITY
from include.crm.currencies import decimals_of, digits, money_in_words
from include.dag_ids import dag_id_of
from include.order_push.decisions import LONGEST_BECAUSE
from include.plurals import count_of
from include.product_sync.summary import started_by, value_text
from plugins.data_sources_page.parameters import LONGEST_AMOUNT, LONGEST_SEARCH, LONGEST_TIME
from plugins.data_sources_page.permissions import access_of
from plugins.data_sources_page.stored_sentences import without_commands
from plugins.data_sources_page.trend_chart import bars
from plugins.data_sources_page.visible_blanks import name_or, with_visible_blanks

NOTHING = "\N{EN DASH}"
# How many characters fields of forms may have; the API refuses more.
LONGEST = {
    "amount": LONGEST_AMOUNT,
    "because": LONGEST_BECAUSE,
    "search": LONGEST_SEARCH,
    "time": LONGEST_TIME,
}
TEMPLATES = Path(__file__).parent / "templates"
# The look of a badge, by the status of a sync; by the state of an order, and of a refund or a cancellation.
SYNC_TONES = {"Submitted": "wait", "In Progress": "run", "Completed": "good", "Failed": "bad"}
ORDER_TONES = {
    "pending": "wait",
    "sending": "run",
    "uncertain": "warn",
    "rejected": "bad",
    "pushed": "good",
    "dismissed": "quiet",
}


def render(
    request: Request,
    user: BaseUser,
    template: str,
    *,
    store: str | None = None,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    """A page, or a part of one, for a user; `store` is the hash of the store that it is about."""
    page = _environment.get_template(template).render(
        **_addresses(request),
        user_name=user.get_name(),
        access=access_of(user, store),
        store=store,
        **values,
    )
    return HTMLResponse(page, status)


def render_problem(request: Request, status: int, sentence: str, headers: Mapping[str, str]) -> HTMLResponse:
    """A page with an error; it needs neither a user nor a database."""
    page = _environment.get_template("problem.html").render(
        **_addresses(request), status=status, sentence=sentence, retry_after=headers.get("Retry-After")
    )
    return HTMLResponse(page, status, dict(headers))


def _addresses(request: Request) -> dict[str, object]:
    mount = str(request.scope.get("root_path", ""))
    airflow = mount.rpartition("/")[0]
    return {"base": f"{mount}/", "airflow_url": lambda path: f"{airflow}{path}"}


def _time(moment: datetime | None, otherwise: str = "never") -> str | Markup:
    """A moment in UTC; times.js shows it in the reader's time zone."""
    if moment is None:
        return otherwise
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), f"{moment:%Y-%m-%d %H:%M} UTC")


def _relative(moment: datetime | None, otherwise: str = "never", overdue: str = "") -> str | Markup:
    """How long ago a moment is, or in how long; the moment itself on hover and for screen readers.

    `overdue` is what is said of a moment that should not be past.
    """
    if moment is None:
        return otherwise
    seconds = (datetime.now(timezone.utc) - moment).total_seconds()
    exact = f"{moment:%Y-%m-%d %H:%M} UTC"
    return Markup(
        '<time datetime="{0}" title="{1}" data-relative>{2}<span class="unseen"> ({1})</span></time>'
    ).format(moment.isoformat(), exact, overdue if overdue and seconds > 0 else _ago(seconds))


def _ago(seconds: float) -> str:
    size = int(abs(seconds))
    if size < 10:
        return "just now" if seconds >= 0 else "now"
    units = ((60, 1, "s"), (3600, 60, "min"), (48 * 3600, 3600, "h"))
    length, unit = next(((length, unit) for below, length, unit in units if size < below), (86_400, "days"))
    return f"{size // length} {unit} ago" if seconds >= 0 else f"in {size // length} {unit}"


def _number(number: int | None) -> str:
    return NOTHING if number is None else f"{number:,}"


def _money(amount: Decimal | None, currency_code: str) -> str:
    """With the decimals of its currency, and with more if the amount has more."""
    return NOTHING if amount is None else digits(amount, decimals_of(currency_code))


def _money_in_words(amount: Decimal | None, currency_code: str) -> str:
    return NOTHING if amount is None else money_in_words(amount, currency_code)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # else every part is looked for on the disk each time, which is a tenth of the time of a page of rows
    auto_reload=False,
)
_environment.globals.update(
    bars=bars,
    dag_id_of=dag_id_of,
    largest_quantity=LARGEST_QUANTITY,
    longest=LONGEST,
    order_tones=ORDER_TONES,
    started_by=started_by,
    sync_tones=SYNC_TONES,
    value_text=value_text,
)
_environment.filters.update(
    time=_time,
    relative=_relative,
    number=_number,
    count_of=count_of,
    money=_money,
    money_in_words=_money_in_words,
    duration=_duration,
    without_commands=without_commands,
    visible=with_visible_blanks,
    name_or=name_or,
    path=lambda text: quote(str(text), safe=""),
)
