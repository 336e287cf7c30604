"""The text of the redirect script: small, marked with its version, and safe whatever the settings hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.checkout.script import ScriptSettings, script_text, version_in

SETTINGS = ScriptSettings("https://checkout.example.com/buy", "crm", "campaign_product", "USD")
TOKEN = '"{{settings.storefront_api.token}}"'


def test_script_is_one_element_of_less_than_6_500_bytes() -> None:
    text = script_text(SETTINGS)
    assert len(text.encode()) < 6_500
    assert text.startswith("<script>")
    assert text.endswith("</script>\n")
    assert text.count("<script") == text.count("</script") == 1


def test_version_changes_with_every_setting_and_with_nothing_else() -> None:
    changed = [
        replace(SETTINGS, checkout_url="https://checkout.example.com/other"),
        replace(SETTINGS, namespace="other"),
        replace(SETTINGS, key="other"),
        replace(SETTINGS, currency="EUR"),
        replace(SETTINGS, currency=None),
        replace(SETTINGS, cookie="crm_test"),
    ]
    versions = {version_in(script_text(each)) for each in [SETTINGS, *changed]}
    assert None not in versions
    assert len(versions) == 1 + len(changed)
    assert script_text(SETTINGS) == script_text(replace(SETTINGS))


def test_version_is_read_whatever_line_ends_the_store_made_of_the_text() -> None:
    text = script_text(SETTINGS)
    assert version_in(text.replace("\n", "\r\n")) == version_in(text) is not None
    assert version_in("<script>\n// of another app\n</script>") is None


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "{{secret}}", "{{{x", "<!--", "\u2028"]
)
def test_settings_end_neither_the_script_nor_run_as_handlebars(text: str) -> None:
    delivered = script_text(replace(SETTINGS, namespace=text, key=text))
    assert delivered.count("</script") == 1
    assert "<!--" not in delivered
    assert re.findall(r"\{\{.*", delivered) == [f"{TOKEN[1:]});"]


@given(st.text(max_size=64), st.text(max_size=64))
def test_settings_arrive_in_the_script_as_they_were_entered(namespace: str, key: str) -> None:
    delivered = script_text(replace(SETTINGS, namespace=namespace, key=key))
    [config] = re.findall(r"^}\)\((.*), " + re.escape(TOKEN) + r"\);$", delivered, re.MULTILINE)
    assert json.loads(config)["field"] == {"namespace": namespace, "key": key}
