"""The environment of the demo's programs."""

from __future__ import annotations

import pytest
from requests.utils import should_bypass_proxies

from include.local.environment import without_proxy


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_proxy_is_not_used_for_this_machine_but_for_all_others(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, "intranet.example")
    for _ in range(2):  # the demo's programs take it over from the demo
        for variable, value in without_proxy().items():
            monkeypatch.setenv(variable, value)
        assert without_proxy()["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"
    for address in ("http://127.0.0.1:8070", "http://localhost:8080/", "http://intranet.example"):
        assert should_bypass_proxies(address, no_proxy=None)
    assert not should_bypass_proxies("https://api.bigcommerce.com", no_proxy=None)
