"""What a user may enter, and what is said about what cannot be taken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.store_hashes import find_store_hash, read_store_hash
from include.data_sources.address_readers import read_base_url, read_checkout_url
from include.data_sources.setting_readers import (
    ORDER_STATUSES,
    read_access_token,
    read_auto_sync,
    read_order_status,
)
from include.data_sources.settings import SETTINGS, SettingsInput
from include.data_sources.settings_check import check, problems_as_typed

GATEWAYS = {3: "Stripe EU", 7: "NMI"}
store_hashes = st.from_regex(r"[a-z0-9]{3,32}", fullmatch=True)
addresses = st.sampled_from(
    [
        "https://api.bigcommerce.com/stores/{}/v3/",
        "https://api.bigcommerce.com/stores/{}",
        "api.bigcommerce.com/stores/{}/v2",
        "https://store-{}.mybigcommerce.com/manage",
        "https://store-{}-2.mybigcommerce.com",
        "store-{}.mybigcommerce.com",
        "HTTPS://STORE-{}.MYBIGCOMMERCE.COM/",
    ]
)


def problems(**entered: object) -> dict[str, str]:
    return check(SettingsInput(**{"store_hash": "7f5kjtkp2", **entered}), GATEWAYS)[1]  # type: ignore[arg-type]


@given(store_hashes)
def test_every_store_hash_is_taken_as_it_is(store_hash: str) -> None:
    assert read_store_hash(store_hash) == store_hash


@given(store_hashes, addresses)
def test_the_hash_is_found_in_every_address_of_a_store(store_hash: str, address: str) -> None:
    assert find_store_hash(address.format(store_hash)) == store_hash


@given(store_hashes, addresses)
def test_an_address_is_refused_and_the_hash_in_it_named(store_hash: str, address: str) -> None:
    with pytest.raises(ValueError, match=f"{store_hash}$"):
        read_store_hash(address.format(store_hash))


@given(st.text())
def test_whatever_is_entered_is_a_store_hash_or_a_sentence(text: str) -> None:
    problem = problems(store_hash=text).get("store_hash")
    assert bool(re.fullmatch("[a-z0-9]{3,32}", text.strip())) == (problem is None)
    assert problem is None or "\n" not in problem


@pytest.mark.parametrize("text", ["", "ab", "7f5-kjtkp2", "https://example.com/", "x" * 33, "7f5kjtkp2\n"])
def test_what_is_not_a_store_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="store hash"):
        read_store_hash(text)


def test_a_store_hash_in_capitals_is_refused_and_the_right_one_named() -> None:
    assert problems(store_hash="7F5KJTKP2")["store_hash"].startswith(
        "A store hash has no capital letters: enter 7f5kjtkp2"
    )


def test_blanks_around_what_was_pasted_do_not_matter() -> None:
    columns, found = check(SettingsInput(" 7f5kjtkp2 ", biller_id=" 3 ", auto_sync=" 60 "), GATEWAYS)
    assert found == {}
    assert columns["store_hash"] == "7f5kjtkp2"
    assert columns["biller_id"] == 3
    assert columns["auto_sync_minutes"] == 60


def test_an_unknown_biller_is_refused_and_the_known_ones_listed() -> None:
    assert problems(biller_id="9")["biller_id"] == (
        "There is no gateway '9'. Choose one of: 3 (Stripe EU), 7 (NMI)."
    )


def test_auto_sync_of_59_minutes_is_refused() -> None:
    assert (
        problems(auto_sync="59")["auto_sync"]
        == "An automatic sync can run at most every 60 minutes, not every 59."
    )


def test_auto_sync_of_60_minutes_is_taken() -> None:
    assert read_auto_sync("60") == 60


def test_no_auto_sync_means_by_hand() -> None:
    assert read_auto_sync("") is None


@pytest.mark.parametrize("text", ["1h", "-60", "60.5", "9" * 20, "1e3"])
def test_auto_sync_is_a_number_of_minutes_within_a_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)automatic sync"):
        read_auto_sync(text)


@pytest.mark.parametrize(("status_id", "name"), ORDER_STATUSES.items())
def test_an_order_status_is_taken_by_name_or_by_id(status_id: int, name: str) -> None:
    assert read_order_status(str(status_id)) == read_order_status(name.upper()) == status_id


def test_another_order_status_is_refused_and_the_six_listed() -> None:
    sentence = problems(send_order_status="Shipped")["send_order_status"]
    assert all(name in sentence for name in ORDER_STATUSES.values())


def test_all_problems_come_at_once() -> None:
    found = problems(
        store_hash="no!",
        biller_id="x",
        auto_sync="1",
        send_order_status="2",
        custom_field_key="",
        custom_field_permission_set="all",
    )
    assert len(found) == 6


def test_a_broken_token_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="spaces or unusual") as refused:
        read_access_token("secret token")
    assert "secret" not in str(refused.value)


def test_a_token_is_never_shown_by_its_settings() -> None:
    assert "secret" not in repr(SettingsInput("7f5kjtkp2", access_token="secret"))


def test_the_base_url_is_bigcommerce_itself_unless_another_is_given() -> None:
    assert read_base_url("") == "https://api.bigcommerce.com"
    assert read_base_url("http://127.0.0.1:8070/") == "http://127.0.0.1:8070"


@pytest.mark.parametrize(
    "address", ["http://api.bigcommerce.com", "ftp://x", "api.bigcommerce.com", "http://"]
)
def test_a_token_is_sent_nowhere_without_encryption(address: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        read_base_url(address)


@pytest.mark.parametrize("text", ["1", "120", "86400"])
def test_an_order_lookup_delay_is_a_number_of_seconds(text: str) -> None:
    columns, found = check(SettingsInput("7f5kjtkp2", order_lookup_delay=text), GATEWAYS)
    assert (columns["order_lookup_delay_seconds"], found) == (int(text), {})


@pytest.mark.parametrize("text", ["", "0", "-5", "1.5", "two", "86401"])
def test_any_other_order_lookup_delay_is_refused(text: str) -> None:
    assert problems(order_lookup_delay=text).keys() == {"order_lookup_delay"}


@pytest.mark.parametrize(
    "odd",
    ["a\0b", "a\ud800b", "a\r\nb", "a\tb", "a\u202eb", "a\u2028b", "a" * 501, "9" * 5000],
    ids=["NUL", "lone surrogate", "CRLF", "tab", "direction", "line separator", "long", "digits"],
)
@pytest.mark.parametrize("name", [each.name for each in SETTINGS if each.kind != "switch"])
def test_setting_with_characters_that_cannot_be_stored_is_refused_in_a_sentence(name: str, odd: str) -> None:
    sentence = problems_as_typed(SettingsInput(**{name: odd}), GATEWAYS)[name]
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 250


@pytest.mark.parametrize(
    "address",
    [
        "https://a..b",
        "https://.a",
        "https://-a.com",
        "https://a_b.com",
        f"https://{'a' * 64}.com",
        f"https://{'a.' * 127}com",
        "https://a.com:0",
        "https://a.com:99999",
        "https://a.com:x",
        "https://[::g]",
        "https://[::1",
        "https://a.com\\\\@b.com",
        "https://user:secret@a.com",
        "https://a.com/path",
        "https://ä\u0301..example",
    ],
)
def test_base_url_that_no_request_can_be_sent_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not a base URL"):
        read_base_url(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.com",
        "https://api.example.com:8443",
        "https://10.0.0.1",
        "https://[2001:db8::1]:8443",
    ],
)
def test_base_url_with_a_valid_host_is_kept(address: str) -> None:
    assert read_base_url(address) == address


@given(st.text(max_size=60))
def test_whatever_is_entered_as_base_url_is_usable_or_a_sentence(text: str) -> None:
    import requests

    url = problem = ""
    try:
        url = read_base_url(text)
    except ValueError as refused:
        problem = str(refused)
    if url:
        requests.Request("GET", url).prepare()
    else:
        assert "Use https://" in problem or "is not a base URL" in problem


@pytest.mark.parametrize(
    "address",
    [
        "https://checkout.example.com",
        "https://checkout.example.com:8443/buy/now?shop=tea&x=%7B1%7D",
        "http://127.0.0.1:8099/checkout",
    ],
)
def test_checkout_address_is_kept_as_it_is(address: str) -> None:
    assert read_checkout_url(address) == address


def test_checkout_address_on_this_machine_needs_tls_unless_sandboxes_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BIGCOMMERCE_ALLOW_LOOPBACK")
    with pytest.raises(ValueError, match="Use https://"):
        read_checkout_url("http://127.0.0.1:8099/checkout")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://checkout.example.com", "is not encrypted"),
        ("checkout.example.com", "is not the address of a page"),
        ("javascript:alert(1)", "is not the address of a page"),
        ("https://checkout.example.com/#top", "is not the address of a page"),
        ("https://user:secret@checkout.example.com", "is not the address of a page"),
        ("https://checkout.example.com/{{settings.secret}}", "is not the address of a page"),
        ("https://checkout.example.com/</script>", "is not the address of a page"),
        ("https://checkout.example.com/?a=1&%63art=2", "Remove the parameter cart"),
        ("https://checkout.example.com?products=", "Remove the parameter products"),
    ],
)
def test_other_checkout_address_is_refused_with_the_reason(address: str, sentence: str) -> None:
    assert sentence in problems(checkout_url=address)["checkout_url"]


def test_redirect_needs_a_checkout_address_and_custom_fields_that_the_storefront_can_read() -> None:
    found = problems(checkout_redirect=True, custom_field_permission_set="write")
    assert found["checkout_url"] == "Enter the checkout address: the redirect leads there."
    assert "cannot read custom fields with the permission set write" in found["checkout_redirect"]
    ready = {"checkout_redirect": True, "checkout_url": "https://checkout.example.com"}
    assert problems(**ready) == {}
    assert problems(**ready, custom_field_permission_set="write_and_sf_access") == {}
    assert problems(checkout_redirect=True, checkout_url="x").keys() == {"checkout_url"}


@pytest.mark.parametrize("text", ["crm test", "a;b", "a=b", "{{x}}", "x" * 65])
def test_test_cookie_is_a_name_that_cookies_can_have(text: str) -> None:
    assert "is not the name of a cookie" in problems(checkout_test_cookie=text)["checkout_test_cookie"]
    assert problems(checkout_test_cookie="crm_test") == problems(checkout_test_cookie="") == {}


@pytest.mark.parametrize("text", ["record", "As a refund record", "RECORD"])
def test_refunds_are_mirrored_as_chosen_by_value_or_by_label(text: str) -> None:
    columns, found = check(SettingsInput("7f5kjtkp2", mirror_refunds=text), GATEWAYS)
    assert (columns["mirror_refunds"], found) == ("record", {})
    assert check(SettingsInput("7f5kjtkp2"), GATEWAYS)[0]["mirror_refunds"] == "off"
    assert "off, record, status" in problems(mirror_refunds="on")["mirror_refunds"]


def test_sending_and_mirroring_both_write_orders() -> None:
    assert not SettingsInput("7f5kjtkp2", mirror_refunds="Off").writes_orders
    for settings in (
        {"send_rebill_orders": True},
        {"mirror_refunds": "status"},
        {"mirror_cancellations": True},
    ):
        assert SettingsInput("7f5kjtkp2", **settings).writes_orders  # type: ignore[arg-type]


def test_every_setting_is_declared_with_a_label_a_help_and_a_place() -> None:
    for setting in SETTINGS:
        assert setting.label[0].isupper()
        assert setting.label[1:] == setting.label[1:].replace("_", "")
        assert setting.help.endswith(".")
        assert (setting.column is None) == (setting.name in ("access_token", "base_url"))
        assert (setting.read is None) == (setting.kind == "switch")
        assert not setting.help_page_name or setting.help_page_name in setting.hint


def test_every_setting_of_the_help_page_is_declared() -> None:
    named = {setting.help_page_name for setting in SETTINGS} - {""}
    assert named == {
        "storeHash",
        "accessToken",
        "billerId",
        "sendInitialOrders",
        "sendRebillOrders",
        "sendOrderStatus",
        "autoSync",
    }


def test_default_of_every_setting_is_valid() -> None:
    _, found = check(SettingsInput("7f5kjtkp2"), {})
    assert found == {}
