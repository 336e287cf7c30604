"""Sets up alerts: where they go and which are sent, in the Airflow Connection bigcommerce_alerts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apprise
from apprise import NotifyType

from include import airflow_metadata
from include.crm.problems import ProblemKind
from include.monitoring import channel
from include.monitoring.channel import CONNECTION_ID, deliver
from include.monitoring.digest import message_for_test
from include.monitoring.errors import AlertsNotSetUp, SettingRefused, TestNotAccepted
from include.monitoring.settings import DEFAULTS, KINDS, Settings, read_minutes, read_settings

LONGEST_ADDRESS = 2_000
WEB_ADDRESS = re.compile(r"(?i)^http(s?)://")


@dataclass(frozen=True)
class AlertSetup:
    """How alerts are set up; `services` names the programs that receive them, never their addresses.

    `is_elsewhere`: the Connection comes from a secrets backend or a variable, so the page cannot change it.
    `problem` says why no alert is sent, if a setting is not valid: then `settings` are the defaults.
    """

    services: Sequence[str]
    settings: Settings
    is_elsewhere: bool
    problem: str = ""


def current() -> AlertSetup:
    """As it is now. Raises the errors of Airflow's database."""
    used = channel.saved_extra()
    is_elsewhere = channel.is_set() and used != airflow_metadata.saved_alert_extra(CONNECTION_ID)
    settings, problem = _settings(used)
    return AlertSetup(_services(used), settings, is_elsewhere, problem)


def save(
    *, address: str, orders_after: str | None, quiet: str | None, kinds: Mapping[ProblemKind, bool]
) -> AlertSetup:
    """Save what a person entered, and keep what is saved of all else. Raises AlertsNotSetUp.

    An empty address counts as not entered, and so does a number that is None; `kinds` says of some kinds
    of problems whether they are reported.
    """
    held = airflow_metadata.saved_alert_extra(CONNECTION_ID) or {}
    problems: dict[str, str] = {}
    extra = dict(held)
    if address.strip():
        try:
            extra["config"] = {"path": read_address(address)}
        except ValueError as problem:
            problems["address"] = str(problem)
    elif not held.get("config"):
        problems["address"] = "Enter the address that alerts are sent to."
    for name, text in (("orders_after_minutes", orders_after), ("quiet_minutes", quiet)):
        try:
            if text is not None:
                extra[name] = read_minutes(text.strip())
        except ValueError as problem:  # noqa: PERF203 - all fields are checked
            problems[name] = str(problem)
    reported = _settings(held)[0].kinds
    extra["kinds"] = [kind for kind in KINDS if kinds.get(kind, kind in reported)]
    if problems:
        raise AlertsNotSetUp(problems)
    airflow_metadata.save_alert_connection(CONNECTION_ID, extra)
    return current()


def send_test(address: str, base_url: str) -> str:
    """Send a test message to an address, or to the saved channel if that is empty; returns a sentence.

    Raises AlertsNotSetUp, AlertError.
    """
    if address.strip():
        try:
            receivers = apprise.Apprise(read_address(address))
        except ValueError as problem:
            raise AlertsNotSetUp({"address": str(problem)}) from None
    else:
        receivers = channel.saved_channels()
    names = ", ".join(str(each.service_name) for each in receivers)
    message = message_for_test(base_url)
    if not deliver(receivers, message.title, message.body, NotifyType(message.severity)):
        raise TestNotAccepted(
            f"{names} did not accept the test message.",
            "Check the address, and that Airflow can reach it. The log of Airflow's API server says why.",
        )
    return f"{names} accepted the test message. Check that it arrived."


def read_address(text: str) -> str:
    """The address for Apprise. Raises ValueError with a sentence, which never repeats the address.

    A web address that is no webhook of a program that Apprise knows receives JSON.
    """
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise ValueError(f"Enter one address of at most {LONGEST_ADDRESS:,} characters.")
    for candidate in (address, WEB_ADDRESS.sub(r"json\1://", address)):
        if apprise.Apprise.instantiate(candidate, suppress_exceptions=True):
            return candidate
    raise ValueError("Apprise does not know such an address. Compare it with the examples below the field.")


def _settings(extra: Mapping[str, Any]) -> tuple[Settings, str]:
    """The saved settings; the defaults, and why, if one of them is not valid."""
    try:
        return read_settings(extra), ""
    except SettingRefused as refused:
        return DEFAULTS, str(refused)


def _services(extra: Mapping[str, object]) -> list[str]:
    config = extra.get("config")
    if isinstance(config, str):  # as Airflow's own form saves it
        try:
            config = json.loads(config)
        except ValueError:
            return []
    listed = config if isinstance(config, list) else [config]
    found = (
        apprise.Apprise.instantiate(str(each["path"]), suppress_exceptions=True)
        for each in listed
        if isinstance(each, dict) and "path" in each
    )
    return [str(each.service_name) for each in found if each]
