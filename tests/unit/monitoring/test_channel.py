"""Channels that are there, away, wrong or missing: a real mail server, a real web hook."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack

from include.monitoring.channel import CONNECTION_ID, send
from include.monitoring.digest import Message
from include.monitoring.errors import AlertError, ChannelNotSet, ChannelUnusable, NotDelivered
from tests.support.alert_channels import CONNECTION, Hook, MailServer

MESSAGE = Message(
    "BigCommerce: 1 alert: Tea & Süßes",
    "Tea & Süßes <b> {{ 7 * 7 }} (tea)\nNEW: The last product sync failed.\n"
    "https://airflow.example.com/plugin/data_sources/data-sources/tea/orders?state=rejected",
    "failure",
)


def test_a_mail_arrives_as_it_was_written(mail_server: MailServer, channel: Callable[..., None]) -> None:
    channel(mail_server.url)
    send(MESSAGE)
    [mail] = mail_server.mails
    assert mail["Subject"] == MESSAGE.title
    assert "airflow@example.com" in mail["From"]
    assert mail_server.recipients == [["ops@example.com"]]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert [line.strip() for line in plain.get_content().strip().split("\n")] == MESSAGE.body.split("\n")


def test_a_web_hook_gets_it_too(hook: Hook, channel: Callable[..., None]) -> None:
    channel(hook.url)
    send(MESSAGE)
    [received] = hook.received
    assert (received["title"], received["message"], received["type"]) == (
        MESSAGE.title,
        MESSAGE.body,
        "failure",
    )


def test_slack_gets_its_kind_of_message(
    hook: Hook, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slack's own address is the one thing that cannot be had here
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}")
    monkeypatch.setattr(NotifySlack, "request_rate_per_sec", 0)
    channel("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops")
    send(MESSAGE)
    [received] = hook.received
    assert received["channel"] == "#ops"
    [attachment] = received["attachments"]
    assert attachment["title"] == "BigCommerce: 1 alert: Tea &amp; Süßes"
    assert "(tea)\nNEW: The last product sync failed.\nhttps://airflow.example.com/" in attachment["text"]


def test_a_chat_that_takes_short_messages_only_gets_a_long_one_in_pieces(
    hook: Hook, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Discord's own address is the one thing that cannot be had here
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{hook.port}")
    monkeypatch.setattr(NotifyDiscord, "request_rate_per_sec", 0)
    channel("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    lines = [f"NEW: The last product sync of store {number} failed." for number in range(100)]
    send(Message(MESSAGE.title, "\n".join(lines), "failure"))
    pieces = [received["content"] for received in hook.received]
    assert max(map(len, pieces)) <= NotifyDiscord.body_maxlen
    assert all(line in "\n".join(pieces) for line in lines)


def test_a_list_of_channels_reaches_all(
    mail_server: MailServer, hook: Hook, channel: Callable[..., None]
) -> None:
    channel(mail_server.url, hook.url)
    send(MESSAGE)
    assert (len(mail_server.mails), len(hook.received)) == (1, 1)


def test_one_of_several_channels_is_enough_and_the_log_says_so(
    mail_server: MailServer, hook: Hook, channel: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    hook.broken = True
    channel(mail_server.url, hook.url)
    send(MESSAGE)
    assert len(mail_server.mails) == 1
    assert "1 of 2 channels took the message." in caplog.text


def test_a_message_that_nobody_took_is_an_error(
    mail_server: MailServer, hook: Hook, channel: Callable[..., None]
) -> None:
    mail_server.full = hook.broken = True
    for urls in ([hook.url], [mail_server.url], [hook.url, mail_server.url]):
        channel(*urls)
        with pytest.raises(NotDelivered, match="did not take the message"):
            send(MESSAGE)


def test_without_a_connection_it_says_how_to_add_one(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_connection_that_holds_no_channel_is_refused_without_showing_what_it_holds(
    extra: dict[str, object], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(CONNECTION, json.dumps({"conn_type": "apprise", "extra": extra}))
    with pytest.raises(ChannelUnusable) as refused:
        send(MESSAGE)
    assert re.search(r"path.*mailtos", str(refused.value))
    assert SECRET not in str(refused.value)
    assert SECRET not in caplog.text


def test_no_error_and_no_log_shows_the_address_of_a_channel(
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
    with pytest.raises(AlertError) as away:
        send(MESSAGE)
    assert SECRET in hook.url
    assert SECRET not in f"{broken.value} {away.value} {caplog.text}"
