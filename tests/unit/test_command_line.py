"""Command lines that were not understood: they say what there is."""

from __future__ import annotations

import importlib
import runpy
import sys

import pytest

COMMANDS = {
    "include.checkout.__main__": "repair",
    "include.data_sources.__main__": "deactivate",
    "include.monitoring.__main__": "status",
    "include.order_push.__main__": "reconcile",
    "include.order_refunds.__main__": "mark-refunded",
    "include.order_updates.__main__": "read",
    "include.product_sync.option_defaults": "remove",
}


@pytest.mark.parametrize(("module", "verb"), COMMANDS.items())
def test_command_without_a_verb_names_all_verbs(
    module: str, verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["command"])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(module).main()
    assert ended.value.code == 2
    assert verb in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [("--stores", "0"), ("--stores", "-1"), ("--products", "0"), ("--stores", "x")]
)
def test_demo_refuses_numbers_that_make_no_demo(
    wrong: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", *wrong])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("include.local.demo").main()
    assert ended.value.code == 2
    assert f"'{wrong[1]}' is not a whole number from 1" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["include.crm.migrate", "include.deploy"])
def test_help_for_a_deploy_needs_no_database(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(sys, "argv", ["command", "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")
    assert ended.value.code == 0
    assert "safe to repeat" in capsys.readouterr().out
