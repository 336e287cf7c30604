"""Channels that work, fail, are wrong or missing, with a real mail server and a real web hook."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from hypothesis import given
from hypothesis import strategies as st

from include.monitoring.channel import CONNECTION_ID, send
from include.monitoring.digest import Message
from include.monitoring.errors import AlertError, ChannelNotSet, ChannelUnusable, NotDelivered
from include.monitoring.plain_text import plain
from tests.support.alert_channels import CONNECTION, Hook, MailServer

MESSAGE = Message(
    "BigCommerce: 1 alert: Tea & Süßes",
    "Tea & Süßes <b> {{ 7 * 7 }} (tea)\nNEW: The last product sync failed.\n"
    "https://airflow.example.com/plugin/data_sources/data-sources/tea/orders?state=rejected",
    "failure",
)


def test_mail_arrives_as_written(mail_server: MailServer, channel: Callable[..., None]) -> None:
    channel(mail_server.url)
    send(MESSAGE)
    [mail] = mail_server.mails
    assert mail["Subject"] == MESSAGE.title
    assert "airflow@example.com" in mail["From"]
    assert mail_server.recipients == [["ops@example.com"]]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert [line.strip() for line in plain.get_content().strip().split("\n")] == MESSAGE.body.split("\n")


def test_web_hook_receives_title_message_and_type(hook: Hook, channel: Callable[..., None]) -> None:
    channel(hook.url)
    send(MESSAGE)
    [received] = hook.received
    assert (received["title"], received["message"], received["type"]) == (
        MESSAGE.title,
        MESSAGE.body,
        "failure",
    )


def test_slack_message_has_slacks_format(
    hook: Hook, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # only Slack's own address is replaced
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}")
    monkeypatch.setattr(NotifySlack, "request_rate_per_sec", 0)
    channel("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops")
    send(MESSAGE)
    [received] = hook.received
    assert received["channel"] == "#ops"
    [attachment] = received["attachments"]
    assert attachment["title"] == "BigCommerce: 1 alert: Tea &amp; Süßes"
    assert "(tea)\nNEW: The last product sync failed.\nhttps://airflow.example.com/" in attachment["text"]


def test_long_message_reaches_a_chat_with_a_limit_in_pieces(
    hook: Hook, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # only Discord's own address is replaced
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{hook.port}")
    monkeypatch.setattr(NotifyDiscord, "request_rate_per_sec", 0)
    channel("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    lines = [f"NEW: The last product sync of store {number} failed." for number in range(100)]
    send(Message(MESSAGE.title, "\n".join(lines), "failure"))
    pieces = [received["content"] for received in hook.received]
    assert max(map(len, pieces)) <= NotifyDiscord.body_maxlen
    assert all(line in "\n".join(pieces) for line in lines)


def as_shown(text: str) -> str:
    """The text with HTML entities as their characters; Apprise makes each space a &nbsp;."""
    return html.unescape(text).replace("\xa0", " ")


# What a store may say, as the digest words it (include/monitoring/plain_text.py).
FROM_A_STORE = plain(
    "[Log in again](http://evil.example) ![x](http://evil.example/x.png) <http://evil.example|Log in> "
    '<a href="http://evil.example">Log in</a> @everyone <!channel> [1]: http://evil.example',
    1_000,
)


@pytest.mark.parametrize(
    ("url", "plugin", "address"),
    [
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?format={format}", NotifyDiscord, "notify_url"),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops?format={format}",
            NotifySlack,
            "webhook_url",
        ),
        ("mmost://127.0.0.1:{port}/3ccdd113474722377935511fc85d3dd4?format={format}", None, ""),
        ("json://127.0.0.1:{port}/alerts?format={format}", None, ""),
    ],
    ids=["discord", "slack", "mattermost", "json"],
)
@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_text_of_a_store_is_no_link_image_or_mention_in_any_chat(
    url: str,
    plugin: Any,
    address: str,
    format: str,
    hook: Hook,
    channel: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if plugin:
        monkeypatch.setattr(plugin, address, f"http://127.0.0.1:{hook.port}")
        monkeypatch.setattr(plugin, "request_rate_per_sec", 0)
    channel(url.format(port=hook.port, format=format))
    send(Message("BigCommerce: 1 alert", f"NEW: The last product sync failed. {FROM_A_STORE}", "failure"))
    sent = as_shown(json.dumps(hook.received, ensure_ascii=False))
    assert "Log in again" in sent
    # with and without the backslashes by which Apprise escapes for Markdown
    for text in (sent, sent.replace("\\", "")):
        assert not re.search(r"\]\(|<(a|img|http|!)|://evil|@everyone", text), text


def test_text_of_a_store_is_no_link_in_an_html_mail(
    mail_server: MailServer, channel: Callable[..., None]
) -> None:
    channel(f"{mail_server.url}&format=html")
    send(Message("BigCommerce: 1 alert", FROM_A_STORE, "failure"))
    shown = mail_server.mails[0].get_body(("html",))
    assert shown is not None
    assert "Log in again" in as_shown(shown.get_content())
    assert not re.search(r"<a\b|<img\b|://evil", as_shown(shown.get_content()))


@given(st.text(st.sampled_from(list("[](){}<>!:/@a1. \n\x00")) | st.characters(), max_size=60))
def test_plain_text_is_one_line_without_markup(text: str) -> None:
    shown = plain(text, 40)
    assert len(shown) <= 40
    assert shown.isprintable()
    assert not re.search(r"\][(\[]|<|>|[a-z]://", shown)


def test_plain_text_keeps_ordinary_sentences() -> None:
    sentence = "The token is refused [sic]. Order 7: 3 x 2.50 USD (a@b.example)."
    assert plain(sentence, 100) == sentence


def test_list_of_channels_reaches_all(
    mail_server: MailServer, hook: Hook, channel: Callable[..., None]
) -> None:
    channel(mail_server.url, hook.url)
    send(MESSAGE)
    assert (len(mail_server.mails), len(hook.received)) == (1, 1)


def test_one_of_several_channels_is_enough_and_the_log_names_the_number(
    mail_server: MailServer, hook: Hook, channel: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    hook.broken = True
    channel(mail_server.url, hook.url)
    send(MESSAGE)
    assert len(mail_server.mails) == 1
    assert "1 of 2 channels accepted the message." in caplog.text


def test_message_that_no_channel_accepts_is_an_error(
    mail_server: MailServer, hook: Hook, channel: Callable[..., None]
) -> None:
    mail_server.full = hook.broken = True
    for urls in ([hook.url], [mail_server.url], [hook.url, mail_server.url]):
        channel(*urls)
        with pytest.raises(NotDelivered, match="accepted the message"):
            send(MESSAGE)


def test_error_without_a_connection_says_how_to_add_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONNECTION, raising=False)
    with pytest.raises(ChannelNotSet, match=f"Connection {CONNECTION_ID} of the type Apprise"):
        send(MESSAGE)


SECRET = "a-made-up-password"


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"config": None},
        {"config": f"nonsense {SECRET}"},
        {"config": []},
        {"config": [SECRET]},
        {"config": {"url": SECRET}},
        {"config": {"path": f"gopher://user:{SECRET}@example.com"}},
        {"config": {"path": 7}},
        {"config": [{"path": "json://localhost"}, {"path": f"gopher://user:{SECRET}@example.com"}]},
    ],
)
def test_connection_without_a_usable_channel_is_refused_and_its_content_not_shown(
    extra: dict[str, object], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(CONNECTION, json.dumps({"conn_type": "apprise", "extra": extra}))
    with pytest.raises(ChannelUnusable) as refused:
        send(MESSAGE)
    assert re.search(r"path.*mailtos", str(refused.value))
    assert SECRET not in str(refused.value)
    assert SECRET not in caplog.text


def test_no_error_or_log_shows_the_address_of_a_channel(
    hook: Hook, channel: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel(hook.url)
    send(MESSAGE)
    hook.broken = True
    with pytest.raises(AlertError) as broken:
        send(MESSAGE)
    hook.server.shutdown()
    hook.server.server_close()
    with pytest.raises(AlertError) as unavailable:
        send(MESSAGE)
    assert SECRET in hook.url
    assert SECRET not in f"{broken.value} {unavailable.value} {caplog.text}"
