"""All commands read a store hash in the same way, and say what is wrong with one that was mistyped."""

from __future__ import annotations

import importlib

import pytest

COMMANDS = [
    "checkout.__main__ status {}",
    "data_sources.__main__ show {}",
    "data_sources.__main__ pause {}",
    "order_push.__main__ list --store {}",
    "order_push.__main__ list --store {} --mark differs",
    "order_push.__main__ retry --all-rejected --store {}",
    "order_push.__main__ dismiss 1 --because test --store {}",
    "order_push.__main__ reopen 1 --store {}",
    "order_push.__main__ resolve 1 --not-in-bigcommerce --store {}",
    "order_push.__main__ push {}",
    "order_push.__main__ reconcile {} --from 2020-01-01 --to 2020-01-02",
    "order_push.__main__ after-restore --store {}",
    "order_refunds.__main__ list --store {}",
    "order_refunds.__main__ retry --all-rejected --store {}",
    "order_refunds.__main__ push {}",
    "order_updates.__main__ list --store {}",
    "order_updates.__main__ read {}",
    "product_sync.__main__ {}",
    "product_sync.option_defaults list {}",
]
NAMED = {
    "https://api.bigcommerce.com/stores/abc123": "Enter only the store hash, not the whole address: abc123",
    "ABC123": "A store hash has no capital letters: enter abc123 instead of ABC123.",
    "a_b": "'a_b' is not a store hash. A store hash has 3 to 32 lower-case letters and digits",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_is_wrong_with_a_store_hash(
    crm_url: str,
    airflow_metadata: str,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "")  # restored afterwards: main() sets it
    monkeypatch.setenv("COLUMNS", "300")
    module, *arguments = command.split()
    main = importlib.import_module(f"include.{module}").main
    for named, sentence in NAMED.items():
        monkeypatch.setattr("sys.argv", ["command", *(each.format(named) for each in arguments)])
        assert main() == 1
        printed = capsys.readouterr()
        assert sentence in printed.out + printed.err
