"""docker-compose.yaml, its Dockerfile and its .env, as far as they can be checked without Docker."""

from __future__ import annotations

import base64
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.configuration import conf

from include.data_sources.pools import ORDER_POOL_SLOTS, POOL_SLOTS
from tests.support.project import PROJECT

COMPOSE = (PROJECT / "docker-compose.yaml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
TEMPLATE = (PROJECT / ".env.example").read_text()
TEMPLATE_NAMES = re.findall(r"^([A-Z_]+)=", TEMPLATE, re.MULTILINE)
ONE_SHOT = {"deploy"}
EXACT_VERSION = re.compile(r"[\w./-]+:(slim-)?\d+\.\d+(\.\d+)?(-[\w.]+)?")


def variables() -> Iterator[tuple[str, str]]:
    """Each variable of the compose file, with the text behind its name."""
    yield from re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", COMPOSE)


def airflow_settings() -> dict[str, str]:
    """Airflow's settings of all services."""
    return {
        name: value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if name.startswith("AIRFLOW__")
    }


@pytest.fixture(scope="module")
def new_env() -> dict[str, str]:
    """What docker/new-env prints, by name."""
    printed = subprocess.run(
        [PROJECT / "docker" / "new-env"], capture_output=True, text=True, check=True
    ).stdout
    return dict(line.split("=", 1) for line in printed.splitlines() if re.match("[A-Z]", line))


def test_template_has_exactly_the_variables_of_the_compose_file() -> None:
    assert sorted(TEMPLATE_NAMES) == sorted({name for name, _ in variables()})


def test_missing_value_stops_the_start_with_a_sentence_that_names_it() -> None:
    sentences = {name: behind for name, behind in variables() if behind}
    assert set(TEMPLATE_NAMES) - set(sentences) == {"SANDBOX_TOKEN"}  # the sandbox itself demands it
    for name, sentence in sentences.items():
        assert sentence.startswith(":?")
        assert name in sentence


def test_template_has_the_version_of_the_project(new_env: dict[str, str]) -> None:
    version = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert new_env["VERSION"] == version[1]


def test_long_syncs_leave_slots_for_alerts_and_no_task_waits_in_redis(new_env: dict[str, str]) -> None:
    at_once = int(new_env["TASKS_AT_ONCE"])
    assert at_once == int(new_env["WORKER_CONCURRENCY"])  # for one worker
    assert at_once >= POOL_SLOTS + ORDER_POOL_SLOTS + 2
    assert "TASKS_AT_ONCE" in airflow_settings()["AIRFLOW__CORE__PARALLELISM"]


def test_template_contains_no_secret() -> None:
    secrets = re.findall(r"^([A-Z_]*(?:PASSWORD|SECRET|TOKEN|KEY)[A-Z_]*)=(.*)$", TEMPLATE, re.MULTILINE)
    assert len(secrets) == 9
    assert {value for _, value in secrets} == {""}


def test_new_env_has_a_value_for_every_name(new_env: dict[str, str]) -> None:
    assert list(new_env) == TEMPLATE_NAMES
    assert all(new_env.values())


def test_new_secrets_have_the_form_that_airflow_needs_and_differ(new_env: dict[str, str]) -> None:
    made = {name: value for name, value in new_env.items() if f"{name}=\n" in TEMPLATE}
    assert len(set(made.values())) == len(made)
    assert len(base64.urlsafe_b64decode(made.pop("FERNET_KEY"))) == 32
    assert len(made["JWT_SECRET"]) >= 64
    for value in made.values():  # they become part of addresses
        assert re.fullmatch(r"[\w-]{64}", value)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_unprivileged(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] in {"50000:0", "postgres", "redis"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_every_lasting_service_has_a_health_check_and_restarts(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


def test_airflow_starts_after_the_deploy_has_finished() -> None:
    assert SERVICES["deploy"]["restart"] == "no"
    for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker"):
        assert SERVICES[name]["depends_on"]["deploy"] == {"condition": "service_completed_successfully"}


def test_every_image_is_pinned_to_a_version() -> None:
    images = {service["image"] for service in SERVICES.values()}
    images |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    ours = {
        image for image in images if re.match(r"bigcommerce-(airflow|sandbox):\$\{VERSION|production$", image)
    }
    assert len(ours) >= 3
    for image in images - ours:
        assert EXACT_VERSION.fullmatch(image), image


def test_image_has_the_airflow_version_of_the_requirements() -> None:
    version = re.search(r"^apache-airflow==(\S+)$", (PROJECT / "requirements.txt").read_text(), re.MULTILINE)
    assert version
    assert f"FROM apache/airflow:slim-{version[1]}-python3." in DOCKERFILE


def stages() -> dict[str, str]:
    """The Dockerfile's stages by name; the last one, which is built if no target is named, is unnamed."""
    parts = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    return {(re.match(r"\S+ AS (\w+)", part) or ["", ""])[1]: part for part in parts}


def test_image_contains_what_it_runs_and_neither_tests_nor_secrets() -> None:
    copied = set(re.findall(r"^COPY (?:--\S+ )+(.+) \S+$", stages()["production"], re.MULTILINE))
    project = {"requirements.lock", "sql", "plugins", "dags"}
    assert copied == project | {"/opt/airflow/source/include"}
    allowed = re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE)
    assert set(allowed) == project | {"include", "requirements-dev.lock"}  # the last is for the sandbox
    assert re.findall(r"^USER (\S+)$", stages()["production"], re.MULTILINE)[-1:] == ["airflow"]


def test_production_image_does_not_contain_the_sandbox_or_the_demo() -> None:
    assert "\nRUN rm -r source/include/sandbox\n" in stages()["source"]
    assert "\ninclude/local\n" in (PROJECT / ".dockerignore").read_text()
    assert "COPY --chown=airflow:0 include" not in stages()["production"]
    assert stages()[""].split() == ["production"]
    targets = {name: service["build"]["target"] for name, service in SERVICES.items() if "build" in service}
    assert targets == {"deploy": "production", "sandbox": "sandbox"}
    assert {name for name, service in SERVICES.items() if "sandbox:" in service["image"]} == {"sandbox"}


def test_sandbox_image_gets_only_its_graphql_library_from_the_lock_of_development() -> None:
    assert "requirements-dev.lock" not in stages()["production"]
    [chosen] = re.findall(r"RUN (awk '[^']+') requirements-dev.lock > sandbox.lock", stages()["sandbox"])
    command = shlex.split(f"{chosen} {PROJECT / 'requirements-dev.lock'}")
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[0].startswith("graphql-core==")
    assert len(lines) > 1
    assert all(line.startswith("    --hash=sha256:") for line in lines[1:])
    assert "--no-deps --require-hashes -r sandbox.lock" in stages()["sandbox"]


def test_env_files_stay_out_of_git() -> None:
    assert {".env", "airflow.env"} <= set((PROJECT / ".gitignore").read_text().split())


def test_every_airflow_setting_is_one_that_airflow_knows() -> None:
    known = {
        (section.upper(), option.upper())
        for section, described in conf.configuration_description.items()
        for option in described["options"]
    }
    elsewhere = {"CELERY_BROKER_TRANSPORT_OPTIONS"}  # passed on to Celery's transport
    if sys.version_info < (3, 11):
        elsewhere.add("FAB")  # its provider needs the image's Python
    for name in airflow_settings():
        _, section, option = name.split("__")
        assert section in elsewhere or (section, option) in known, name


def test_running_task_is_never_given_to_a_second_worker() -> None:
    visibility = int(airflow_settings()["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"])
    dags = "".join(file.read_text() for file in (PROJECT / "dags").glob("*.py"))
    longest = max(int(hours) for hours in re.findall(r"execution_timeout=timedelta\(hours=(\d+)\)", dags))
    assert visibility > 2 * longest * 3600


def test_published_ports_are_reachable_from_this_host_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


@pytest.fixture(scope="module")
def compose() -> list[str]:
    """The command `docker compose`, which can check a file without a Docker engine."""
    command = ["docker", "compose"]
    if not shutil.which("docker") or subprocess.run([*command, "version"], capture_output=True).returncode:
        pytest.skip("`docker compose` is not installed here")
    return command


def test_compose_accepts_the_file_with_a_new_env(compose: list[str], tmp_path: Path) -> None:
    env = tmp_path / "env"
    env.write_bytes(subprocess.run([PROJECT / "docker" / "new-env"], capture_output=True, check=True).stdout)
    file = ["--file", str(PROJECT / "docker-compose.yaml"), "--env-file", str(env)]
    read = subprocess.run([*compose, *file, "config", "--quiet"], capture_output=True, text=True)
    assert read.returncode == 0, read.stderr


@pytest.mark.parametrize("missing", [name for name in TEMPLATE_NAMES if name != "SANDBOX_TOKEN"])
def test_compose_names_the_missing_value(
    compose: list[str], new_env: dict[str, str], missing: str, tmp_path: Path
) -> None:
    env = tmp_path / "env"
    env.write_text("".join(f"{name}={value}\n" for name, value in new_env.items() if name != missing))
    file = ["--file", str(PROJECT / "docker-compose.yaml"), "--env-file", str(env)]
    refused = subprocess.run([*compose, *file, "config", "--quiet"], capture_output=True, text=True)
    assert refused.returncode != 0
    assert f"{missing} is missing a value: " in refused.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_release_has_hashes_and_names_no_host(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    releases = re.findall(r"^\S+==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(releases) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)) > 100
    assert "://" not in text


def test_both_locks_pin_the_direct_dependencies_and_agree() -> None:
    def pins(file: str) -> set[str]:
        return set(
            re.findall(r"^([\w.-]+(?:\[[\w,]+\])?==[^\s;]+)", (PROJECT / file).read_text(), re.MULTILINE)
        )

    def plain(names: set[str]) -> set[str]:
        return {re.sub(r"\[.*\]", "", name) for name in names}

    product, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert product <= development
    assert plain(pins("requirements.txt")) <= product
    assert plain(pins("requirements-dev.txt")) <= development


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_read_only_and_has_limits_of_processes_and_memory(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]  # noqa: S108 - a path in the container
    assert 100 <= service["pids_limit"] <= 1000
    assert service["mem_limit"] in {"1g", "2g", "4g"}


def test_files_that_airflow_writes_as_it_starts_are_in_memory() -> None:
    for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "deploy"):
        environment = SERVICES[name]["environment"]
        assert environment["AIRFLOW_CONFIG"].startswith("/tmp/"), name  # noqa: S108 - in the container
        assert environment["AIRFLOW__FAB__CONFIG_FILE"].startswith("/tmp/"), name  # noqa: S108
    assert "--pid /tmp/" in SERVICES["worker"]["command"]


def test_worker_has_memory_for_all_of_its_tasks(new_env: dict[str, str]) -> None:
    gigabytes = int(SERVICES["worker"]["mem_limit"].removesuffix("g"))
    assert gigabytes >= 0.5 + 0.25 * int(new_env["WORKER_CONCURRENCY"])


def test_api_server_knows_from_its_tls_proxy_that_people_use_https() -> None:
    """Only then are its cookies for https alone; nobody but the proxy gets to the port."""
    api = SERVICES["api-server"]
    assert "--proxy-headers" in api["command"]
    assert api["environment"]["FORWARDED_ALLOW_IPS"] == "*"
    assert api["environment"]["AIRFLOW__API__BASE_URL"]
    assert all(port.startswith("127.0.0.1:") for port in api["ports"])


def test_busy_host_has_ten_minutes_to_start_airflow() -> None:
    """`up` gives up on services that depend on an unhealthy one."""
    for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker"):
        assert SERVICES[name]["healthcheck"]["start_period"] == "600s", name


def test_parallel_queries_have_memory_to_share() -> None:
    """With Docker's default of 64 MB, two of five hash joins at once failed."""
    assert SERVICES["postgres"]["shm_size"] == "512m"


def test_crm_leaves_airflow_connections() -> None:
    server = int(re.findall(r"max_connections=(\d+)", SERVICES["postgres"]["command"])[0])
    roles = (PROJECT / "sql" / "databases.sql").read_text()
    crm = int(re.findall(r"ROLE crm .*CONNECTION LIMIT (\d+)", roles)[0])
    assert crm <= server / 2
