"""The options of a sync are declared once, and the command line offers what is declared."""

from __future__ import annotations

import sys
from dataclasses import asdict

import pytest

from include.crm.sync_changes import Change
from include.crm.sync_options import SYNC_OPTIONS, SyncOptions
from include.product_sync import __main__ as command_line
from include.product_sync.summary import change_line, sentence


def test_an_ordinary_sync_uses_the_declared_defaults() -> None:
    assert {option.name: option.default for option in SYNC_OPTIONS} == asdict(SyncOptions())
    assert not any(option.default for option in SYNC_OPTIONS)


def test_the_command_line_offers_every_option_with_its_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["product_sync", "--help"])
    with pytest.raises(SystemExit):
        command_line.main()
    shown = "".join(capsys.readouterr().out.split())
    for option in SYNC_OPTIONS:
        assert option.flag in shown
        assert "".join(option.help.split()) in shown


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many", str(2**63)])
def test_number_of_removals_that_is_none_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["product_sync", "tea1", f"--remove-at-most={number}"])
    with pytest.raises(SystemExit):
        command_line.main()
    assert "is not a whole number from 1" in capsys.readouterr().err


def test_a_summary_says_restored_and_matched_to_a_new_id() -> None:
    counts = {"products": 2, "variants": 3, "variants_revived": 1, "variants_relinked": 2}
    assert sentence(counts) == "2 products, 3 variants: 1 restored, 2 matched to a new id"


def test_a_change_is_one_line_with_the_values_before_and_after() -> None:
    before = {"price": "3.50", "compare_at_price": None, "sku": "TEA-S"}
    after = {"price": "4.00", "compare_at_price": "5.00", "sku": "TEA-S"}
    change = Change(1, "changed", "variant", 7, 8, "TEA-S", "Tea", before, after)
    assert change_line(change) == (
        "changed variant TEA-S (Tea): price 3.50 -> 4.00, compare-at price none -> 5.00"
    )


def test_a_change_is_one_line_whatever_the_store_wrote() -> None:
    odd = "Tea\n\x1b[31mERROR\r\u2028 \u202e" + "long " * 100
    options = [{"name": odd, "value": odd}]
    change = Change(1, "changed", "variant", 7, 8, odd, odd, {"name": odd, "options": options}, {"name": ""})
    line = change_line(change)
    assert line.isprintable()
    assert len(line.splitlines()) == 1
    assert len(line) < 1_000


def test_the_page_and_its_api_take_exactly_the_declared_options() -> None:
    from plugins.data_sources_page.api.settings_body import SyncOptions as Body

    assert {
        name: (field.default, field.description, field.annotation)
        for name, field in Body.model_fields.items()
    } == {option.name: (option.default, option.help, option.type) for option in SYNC_OPTIONS}
