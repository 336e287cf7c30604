"""Checks settings as a whole: each as its declaration says, and what one needs of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from include.data_sources import setting_readers as readers
from include.data_sources.setting import Setting
from include.data_sources.setting_readers import READABLE_BY_STOREFRONT, Gateways
from include.data_sources.settings import BY_NAME, SETTINGS, SettingsInput


def check(entered: SettingsInput, gateways: Gateways) -> tuple[dict[str, object], dict[str, str]]:
    """The settings as columns of crm.data_source, and the problems by setting (empty if there are none).

    Looks only at the text and at the gateways: not at the store, other data sources, or what is kept in the
    Connection (access token, base URL).
    """
    values, problems = _read_all(entered, gateways, [each for each in SETTINGS if each.column])
    return {str(BY_NAME[name].column): value for name, value in values.items()}, problems


def problems_as_typed(entered: SettingsInput, gateways: Gateways) -> dict[str, str]:
    """What is wrong with settings while a person types them, by setting; all settings are checked."""
    return _read_all(entered, gateways, SETTINGS)[1]


def read_setting(name: str, text: str) -> str:
    """The value of a setting that is text and needs no gateways. Raises ValueError with a sentence."""
    read = BY_NAME[name].read
    assert read is not None
    return str(read(readers.read_text(text), {}))


def _read_all(
    entered: SettingsInput, gateways: Gateways, settings: Iterable[Setting]
) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    problems: dict[str, str] = {}
    for setting in settings:
        value = getattr(entered, setting.name)
        try:
            values[setting.name] = (
                value if setting.read is None else setting.read(readers.read_text(value), gateways)
            )
        except ValueError as problem:
            problems[setting.name] = str(problem)
    return values, _redirect_problems(values) | problems


def _redirect_problems(values: Mapping[str, object]) -> dict[str, str]:
    """What the checkout redirect needs of other settings; `values` lacks those that could not be read."""
    problems = {}
    if values.get("checkout_redirect"):
        if values.get("checkout_url", "unknown") is None:
            problems["checkout_url"] = "Enter the checkout address: the redirect leads there."
        permission_set = str(values.get("custom_field_permission_set", READABLE_BY_STOREFRONT))
        if not permission_set.endswith(READABLE_BY_STOREFRONT):
            problems["checkout_redirect"] = (
                f"The storefront cannot read custom fields with the permission set {permission_set}, which "
                "the redirect needs. Under More settings, choose one that ends in sf_access."
            )
    return problems
