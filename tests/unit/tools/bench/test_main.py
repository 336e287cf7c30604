"""The benchmark measures the parts that are asked for, and a part that fails loses nothing of the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.bench_results import measured
from tools.bench import __main__ as bench
from tools.bench.parts import PARTS, Part, Sizes
from tools.bench.report import show
from tools.bench.results import NotMeasured, Results


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts in the order in which they are measured; `idle` fails, and `pages` cannot be measured."""
    measured_parts: list[str] = []

    @contextmanager
    def no_testbed(folder: Path) -> Iterator[None]:
        yield None

    def measuring(name: str) -> Any:
        def measure(testbed: None, results: Results, sizes: Sizes) -> None:
            measured_parts.append(name)
            if name == "idle":
                raise ZeroDivisionError
            if name == "pages":
                raise NotMeasured("The page did not answer.")

        return measure

    monkeypatch.setattr(bench, "running_testbed", no_testbed)
    for name, part in PARTS.items():
        monkeypatch.setitem(PARTS, name, Part(part.what, measuring(name), part.is_repeated))
    return measured_parts


def test_without_arguments_every_part_is_measured_and_some_are_repeated_three_times(done: list[str]) -> None:
    bench.main([])
    assert set(done) == set(PARTS)
    assert {name: done.count(name) for name in PARTS if name not in ("idle", "pages")} == {
        name: 3 if part.is_repeated else 1 for name, part in PARTS.items() if name not in ("idle", "pages")
    }


def test_only_the_parts_that_are_named_are_measured_as_often_as_said(done: list[str]) -> None:
    assert bench.main(["syncs", "orders", "--repeats", "2"]) == 0
    assert done == ["syncs", "orders", "syncs"]


def test_a_trial_measures_everything_once_but_starts_no_airflow(done: list[str]) -> None:
    bench.main(["--quick"])
    assert done == [name for name in PARTS if name != "airflow"]


def test_parts_that_fail_are_reported_with_exit_status_1_and_the_others_are_shown(
    done: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["idle", "pages", "orders"]) == 1
    assert done == ["idle", "pages", "orders"]
    printed = capsys.readouterr().out
    assert "pages failed:\nThe page did not answer." in printed
    assert "ZeroDivisionError" in printed


def test_aims_that_were_not_measured_are_listed_after_a_run_of_all_parts_only(
    done: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    bench.main([])
    assert "not measured" in capsys.readouterr().out
    bench.main(["orders"])
    assert "not measured" not in capsys.readouterr().out


def test_an_unknown_part_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        bench.main(["sinks"])
    assert refused.value.code == 2
    assert "There is no part sinks. Parts are: syncs, dlt," in capsys.readouterr().err


def test_the_help_lists_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["--help"])
    printed = capsys.readouterr().out
    assert all(f"  {name:10}{part.what}\n" in printed for name, part in PARTS.items())


def test_the_report_of_a_whole_run_has_every_table_and_no_unmeasured_aim(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(bench.Console(width=bench.WIDTH), measured(), Sizes(repeats=3))
    printed = capsys.readouterr().out
    for heading in ("product syncs", "syncs of changes", "orders of many stores", "in a running Airflow"):
        assert heading in printed
    assert "not met" not in printed
    assert "not measured" not in printed
