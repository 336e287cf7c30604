"""`python -m include.product_sync.import_prices STORE_HASH FILE`, as a script runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from include import command_line
from include.product_sync import import_prices

Import = Callable[..., int]


@pytest.fixture
def run_import(
    crm: Any, crm_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_airflow: object
) -> Import:
    """Runs it for a store with the variants T-1 and T-2 and a file with this content; the exit status."""
    crm.execute("""
        INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR');
        INSERT INTO crm.data_source (store_hash, store_name, campaign_id)
        VALUES ('tea', 'Tea Shop', 1), ('new', 'New Shop', NULL);
        INSERT INTO crm.campaign_product
            (campaign_id, bigcommerce_product_id, name, sku, is_visible, content_hash)
        VALUES (1, 77, 'Tea', '', true, '');
        INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name,
            options, price, purchasing_disabled, content_hash)
        SELECT 1, place, 'T-' || place, 'Tea', '[]', 12.5, false, '' FROM generate_series(1, 2) place;
    """)
    crm.commit()
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setattr(command_line, "read_connections_as_server", lambda: None)
    file = tmp_path / "prices.csv"

    def run_import(content: str | None, *options: str, store: str = "tea") -> int:
        if content is not None:
            file.write_text(content)
        monkeypatch.setattr(sys, "argv", ["import_prices", store, str(file), *options])
        return import_prices.main()

    return run_import


def overrides(crm: Any) -> list[Decimal | None]:
    crm.rollback()
    rows = crm.execute("SELECT override_price FROM crm.campaign_product_variant ORDER BY variant_detail_id")
    return [price for (price,) in rows]


def test_a_file_is_imported_and_a_dry_run_only_says_what_would_change(
    crm: Any, run_import: Import, capsys: Any
) -> None:
    content = "sku,override_price\nT-1,9.99\nT-2,\n"
    assert run_import(content, "--dry-run") == 0
    assert "Prices that would change: 1. Already as wanted: 1." in capsys.readouterr().out
    assert overrides(crm) == [None, None]
    assert crm.execute("SELECT count(*) FROM crm.price_batch").fetchone() == (0,)
    assert run_import(content, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"changes": 1, "unchanged": 1, "dry_run": False}
    assert overrides(crm) == [Decimal("9.99"), None]


def test_a_line_with_an_error_is_named_and_nothing_changes(crm: Any, run_import: Import, capsys: Any) -> None:
    assert run_import("sku,override_price\nT-1,9.99\nT-9,1\n") == 1
    assert "Line 3: No variant has the SKU T-9." in capsys.readouterr().err
    assert overrides(crm) == [None, None]


def test_a_free_price_needs_an_option(crm: Any, run_import: Import, capsys: Any) -> None:
    assert run_import("sku,override_price\nT-1,0\n") == 1
    assert "for free, because the new price is 0. If this is meant, add --confirmed." in (
        capsys.readouterr().err
    )
    assert run_import("sku,override_price\nT-1,0\n", "--confirmed") == 0
    assert overrides(crm) == [Decimal(0), None]


def test_missing_file_and_store_without_products_are_refused(
    crm: Any, run_import: Import, capsys: Any
) -> None:
    assert run_import(None) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert run_import("sku,override_price\nT-1,0\n", store="new") == 1
    assert "New Shop has no products yet" in capsys.readouterr().err
