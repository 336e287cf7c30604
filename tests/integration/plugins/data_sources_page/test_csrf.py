"""Other sites' pages can change nothing here, and ours runs nothing but our own scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import psycopg
import pytest

from include.local.postgres import Postgres
from plugins.data_sources_page.headers import CONTENT_SECURITY_POLICY
from tests.support.databases import fresh_database
from tests.support.page_permissions import LEAST_ROLE, path_of

WRITES = sorted(rule for rule in LEAST_ROLE if not rule.startswith("GET "))
PAGES = sorted(rule for rule in LEAST_ROLE if rule.startswith("GET ") and "/api/data" not in rule)
NASTY = '"><script>alert(1)</script><img src=x onerror=\'alert(1)\' style="color:red">'


class Tags(HTMLParser):
    """The tags of a page, as a browser sees them, with the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))


@pytest.fixture(scope="module")
def crm_url(postgres: Postgres, server: psycopg.Connection[Any], crm_template: str) -> Iterator[str]:
    """One database for all tests of this file: what is refused changes nothing."""
    with fresh_database(postgres, server, crm_template) as url:
        yield url


@pytest.fixture(scope="module")
def shop(crm_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A data source whose store, product, order and sync all carry markup."""
    with psycopg.connect(crm_url, autocommit=True) as crm:
        _fill(crm)
        yield crm


def _fill(crm: psycopg.Connection[Any]) -> None:
    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES (%s, 'EUR')", [NASTY])
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id) VALUES ('tea', %s, 1)", [NASTY]
    )
    crm.execute(
        "INSERT INTO crm.campaign_product (campaign_id, bigcommerce_product_id, name, sku, is_visible, "
        "content_hash) VALUES (1, 1, %(nasty)s, %(nasty)s, true, '')",
        {"nasty": NASTY},
    )
    crm.execute(
        "INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, "
        "options, price, purchasing_disabled, content_hash) VALUES (1, 1, %(nasty)s, %(nasty)s, "
        "jsonb_build_array(jsonb_build_object('name', %(nasty)s::text, 'value', %(nasty)s::text)), "
        "1, false, '')",
        {"nasty": NASTY},
    )
    crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at, changes) VALUES "
        "(1, 'manual', 'Failed', %(nasty)s, now(), jsonb_build_array(jsonb_build_object('change', 'changed', "
        "'kind', 'product', 'sku', %(nasty)s::text, 'name', %(nasty)s::text, "
        "'before', '{\"name\": \"a\"}'::jsonb, 'after', jsonb_build_object('name', %(nasty)s::text))))",
        {"nasty": NASTY},
    )
    crm.execute(
        "INSERT INTO crm.sync_warning (sync_run_id, kind, sku, reason) "
        "VALUES (1, 'duplicate SKU', %(nasty)s, %(nasty)s)",
        {"nasty": NASTY},
    )
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, client_order_id, campaign_id, order_type, order_status, "
        "currency_code, price, total_amount) VALUES (1, %s, 1, 'NEW_SALE', 'COMPLETE', 'EUR', 1, 1)",
        [NASTY],
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, state, requested_by, reason, next_step) "
        "VALUES (1, 1, 'rejected', 'schedule', %(nasty)s, %(nasty)s)",
        {"nasty": NASTY},
    )


@pytest.mark.parametrize("rule", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-With": "page", "Origin": "https://evil.example"},
        {"X-Requested-With": "page", "Origin": "null"},
        {"X-Requested-With": "page", "Sec-Fetch-Site": "cross-site"},
        {"X-Requested-With": "page", "Sec-Fetch-Site": "same-site"},
        {"X-Requested-With": "page", "Content-Type": "application/x-www-form-urlencoded"},
        {"X-Requested-With": "page", "Content-Type": "text/plain"},
        {"Content-Type": "application/json"},
    ],
)
def test_a_change_that_may_come_from_elsewhere_is_refused(
    shop: Any, visitor: Callable[..., Any], rule: str, headers: dict[str, str]
) -> None:
    method = rule.split(" ")[0]
    answer = visitor("admin").client.request(method, path_of(rule), content=b"{}", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("The request was refused. ")
    assert shop.execute("SELECT state FROM crm.data_source").fetchall() == [("active",)]
    assert shop.execute("SELECT state FROM crm.order_push").fetchall() == [("rejected",)]


@pytest.mark.parametrize(
    "origin", ["http://[", "http://a\N{ACCOUNT OF}b", "//", "http://testserver@evil.example"]
)
def test_origin_that_is_no_address_is_refused(shop: Any, visitor: Callable[..., Any], origin: str) -> None:
    headers = {"X-Requested-With": "page", "Origin": origin.encode()}
    answer = visitor("admin").client.post(
        "/data-sources/api/data-sources/tea/syncs", json={}, headers=headers
    )
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith(
        "The request was refused. It comes from a page of another site."
    )


@pytest.mark.parametrize("rule", PAGES)
def test_pages_hold_no_script_no_handler_and_no_style_of_their_own_and_show_markup_as_text(
    shop: Any, visitor: Callable[..., Any], rule: str
) -> None:
    answer = visitor("admin").client.get(path_of(rule))
    assert answer.status_code in (200, 404), answer.text
    if not answer.headers["Content-Type"].startswith("text/html"):
        assert answer.headers["Content-Type"].startswith(("application/json", "text/csv"))
        return  # data, which no browser takes for a page: see nosniff below
    page = answer.text
    for tag, names in Tags(page).found:
        assert not [name for name in names if name == "style" or name.startswith("on")], (tag, names)
        assert tag != "style"
        assert tag != "script" or "src" in names
    assert "<img src=x" not in page


@pytest.mark.parametrize("rule", PAGES)
def test_every_answer_carries_a_strict_policy(shop: Any, visitor: Callable[..., Any], rule: str) -> None:
    for role in ("admin", None):
        headers = visitor(role).client.get(path_of(rule)).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "script-src 'self'" in CONTENT_SECURITY_POLICY


# the last one, because it changes the order
def test_our_own_page_is_let_in_also_where_a_proxy_hides_the_host(
    shop: Any, visitor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example/below")
    url = "/data-sources/api/data-sources/tea/orders/1/retry"
    for origin in ("http://testserver", "https://airflow.example"):
        headers = {"X-Requested-With": "page", "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        assert visitor("admin").client.post(url, json={}, headers=headers).status_code in (200, 409)
