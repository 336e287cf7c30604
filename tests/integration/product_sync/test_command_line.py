"""`python -m include.product_sync STORE_HASH`, as a person runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from include.product_sync import __main__ as command_line
from include.product_sync import steps
from tests.support.shop import Shop

Store = Callable[..., Shop]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Runs it in this process; the exit status."""
    monkeypatch.setattr(command_line, "read_connections_as_server", lambda: None)

    def command(store_hash: str) -> int:
        monkeypatch.setattr(sys, "argv", ["product_sync", store_hash])
        return command_line.main()

    return command


def test_a_sync_prints_its_summary_at_the_end(
    store: Store, command: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    active = store(products=3)
    assert command(active.sandbox.store_hash) == 0
    assert f"{len(active.fields_expected())} written back" in capsys.readouterr().out
    (run,) = active.rows("SELECT started_by FROM crm.sync_run")
    assert run["started_by"].endswith(" at a terminal")


def test_a_store_never_activated_is_named_with_the_command_that_activates_it(
    store: Store, command: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    store(products=1)
    assert command("nothere") == 1
    assert "Store nothere has no data source" in capsys.readouterr().out


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_sync_that_is_stopped_does_not_stay_open(
    store: Store,
    command: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
    stop: type[BaseException],
) -> None:
    """rich ends the process with SystemExit when nobody reads what it prints any more."""
    active = store(products=1)

    def stopped(sync_run_id: int) -> None:
        raise stop

    monkeypatch.setattr(steps, "load", stopped)
    assert command(active.sandbox.store_hash) == 1
    (run,) = active.rows("SELECT status, error FROM crm.sync_run")
    assert run == {"status": "Failed", "error": command_line.STOPPED}
