"""Tasks and parses find what they import already loaded; without that an order's task loads what it needs."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import PROJECT

DAG_FILES = sorted((PROJECT / "dags").glob("*.py"))
# What a process that is forked while this runs would lose or share.
FOUND = """
import json, sys, psutil
process = psutil.Process()
print(json.dumps({
    "modules": list(sys.modules),
    "threads": process.num_threads(),
    "connections": len(process.net_connections()),
}))
"""


@cache
def after(statements: str, home: Path, **settings: str) -> dict[str, Any]:
    """The modules, threads and network connections of a fresh interpreter that ran these statements."""
    done = subprocess.run(
        [sys.executable, "-c", statements + FOUND],
        env={
            **{name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"},
            **{"PYTHONPATH": str(PROJECT), "AIRFLOW_HOME": str(home), **settings},
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.mark.parametrize("dag_file", DAG_FILES, ids=lambda file: file.stem)
def test_a_task_finds_loaded_what_it_imports(dag_file: Path, home: Path) -> None:
    modules = after("import include.preload", home)["modules"]
    assert imported_inside_tasks(dag_file) - set(modules) == set()


def imported_inside_tasks(dag_file: Path) -> set[str]:
    """Our modules that a DAG file imports, at its top or where a task runs."""
    return {
        name
        for node in ast.walk(ast.parse(dag_file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("include")
        for name in (str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names))
        if is_module(name)
    }


def is_module(name: str) -> bool:
    path = PROJECT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def test_a_task_of_a_sync_finds_pandas_and_the_clients_loaded(home: Path) -> None:
    wanted = {"pandas", "requests", "aiohttp", "psycopg", "airflow.sdk.execution_time.task_runner"}
    assert wanted <= set(after("import include.preload", home)["modules"])


def test_a_parse_finds_loaded_what_dag_files_import_at_their_top(home: Path) -> None:
    loaded = after("import include.preload_dags", home)["modules"]
    parsed = after(
        "import include.preload_dags, " + ", ".join(f"dags.{each.stem}" for each in DAG_FILES), home
    )
    assert {name for name in set(parsed["modules"]) - set(loaded) if name.startswith("include")} == set()


def test_the_dag_processor_loads_what_dag_files_import_and_not_what_only_tasks_import(home: Path) -> None:
    starts = (
        "import sys; sys.argv = ['airflow', 'dag-processor']\n"
        "from plugins.preload import PreloadListener\n"
        "PreloadListener().on_starting(type('Job', (), {})())\n"
    )
    modules = after(starts, home)["modules"]
    assert "include.preload_dags" in modules
    assert {"include.preload", "pandas"}.isdisjoint(modules)


@pytest.mark.parametrize("module", ["include.preload", "include.preload_dags"])
def test_what_is_forked_inherits_no_thread_and_no_connection(module: str, home: Path) -> None:
    found = after(f"import {module}", home)
    assert (found["threads"], found["connections"]) == (1, 0)


def test_celery_loads_it_in_the_process_that_forks_its_workers(home: Path) -> None:
    [setting] = [
        line.partition(": ")[2].strip("'")
        for line in (PROJECT / "docker-compose.yaml").read_text().splitlines()
        if line.strip().startswith("AIRFLOW__CELERY__EXTRA_CELERY_CONFIG")
    ]
    modules = after(
        "from airflow.providers.celery.executors.celery_executor_utils import app\n"
        "app.loader.import_default_modules()",
        home,
        AIRFLOW__CELERY__EXTRA_CELERY_CONFIG=setting,
    )["modules"]
    assert "include.preload" in modules


@pytest.mark.parametrize(
    ("task", "imports"),
    [
        ("order push", "import dags.order_push_now, include.order_push.stores, include.order_push.steps"),
        ("sync in which nothing is translated", "import include.product_sync.steps"),
    ],
)
def test_pandas_is_not_loaded_where_nothing_is_translated(task: str, imports: str, home: Path) -> None:
    loaded = {module.partition(".")[0] for module in after(imports, home)["modules"]}
    assert loaded.isdisjoint({"pandas", "numpy"}), task
