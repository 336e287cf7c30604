"""docs/messages.md, made from the code; `python -m tools.messages` writes it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction
from airflow.sdk.exceptions import AirflowFailException

from include.tasks.retry_policy import RETRIES, retries
from tools.messages.groups import SECTIONS, Group
from tools.messages.in_code import PROJECT, Said, error_classes, sentences

DOCUMENT = PROJECT / "docs" / "messages.md"

_BEGINNING = f"""\
# Messages, and what to do

<!-- Made from the code by `python -m tools.messages`; a change here is lost. -->

Search this page for the first words of a message. “…” stands for what differs: a store, a number, an order.
Each message says itself what went wrong and what to do; below those of one cause stands where to click.
The page *Data Sources* shows them without the commands.

*Airflow fails at once* means: no further try helps, somebody has to do something. *Airflow tries again*
means: it does so up to {RETRIES} times by itself, and the run is red only if all of them fail.
"""


def document() -> str:
    """The whole file."""
    found = sentences(functions())
    parts = [_BEGINNING]
    for title, groups in SECTIONS.items():
        parts.append(f"## {title}\n")
        parts.extend(_told(group, found) for group in groups)
    return "\n".join(parts)


def grouped() -> set[str]:
    """All sources that have a group."""
    return {source for groups in SECTIONS.values() for group in groups for source in group.sources}


def functions() -> frozenset[str]:
    """Those of the sources that are functions, which give back what is said."""
    return frozenset(each for each in grouped() if "." in each and not each.rpartition(".")[2].isupper())


def _told(group: Group, found: tuple[Said, ...]) -> str:
    said = [sentence for source in group.sources for sentence in _sentences(source, found)]
    lines = [f"### {_cause(group)}\n"]
    lines += [f"- {sentence}" for sentence in dict.fromkeys(said)] or [
        "- (The message says it of each order.)"
    ]
    by_itself = _by_itself(group.sources[0])
    lines.append(f"\n**Next:** {group.next_step}" + (f" *{by_itself}*" if by_itself else "") + "\n")
    return "\n".join(lines)


def _sentences(source: str, found: tuple[Said, ...]) -> Iterator[str]:
    yield from (_escaped(said.sentence) for said in found if said.by == source)
    module, _, name = source.rpartition(".")
    if name.isupper():
        value = getattr(importlib.import_module(module), name)
        yield from map(_escaped, value.values() if isinstance(value, dict) else [value])


def _escaped(sentence: str) -> str:
    """As Markdown: a command, with which some sentences end, as code, and all else as text."""
    text, said, command = sentence.partition("python -m ")
    text = text.replace("_", "\\_").replace("*", "\\*").replace("<", "&lt;")
    return f"{text}`{said}{command}`" if command else text


def _cause(group: Group) -> str:
    if group.cause:
        return group.cause
    summary = (inspect.getdoc(_class(group.sources[0])) or "").partition("\n")[0].rstrip(".")
    return re.sub("[;.] [Tt]he (message|sentence) says.*", "", summary)


def _by_itself(source: str) -> str:
    """What Airflow does after this error, by the rules of the tasks."""
    if source not in error_classes():
        return ""
    if issubclass(_class(source), AirflowFailException):
        return "Airflow fails at once."
    policy: ExceptionRetryPolicy = retries(*_own_rules())["retry_policy"]
    matching = [
        rule
        for rule in policy.rules
        if rule.exception is not Exception and issubclass(_class(source), rule.exception)  # type: ignore[arg-type]
    ]
    if not matching:
        return ""
    return "Airflow fails at once." if matching[0].action is RetryAction.FAIL else "Airflow tries again."


def _own_rules() -> list[Any]:
    """The rules that a DAG puts before those that all have."""
    from dags.monitoring import DEFAULT_ARGUMENTS as of_monitoring
    from dags.product_sync import DEFAULT_ARGUMENTS as of_product_sync
    from include.order_push.dag_parts import DEFAULT_ARGUMENTS as of_order_push

    shared = len(retries()["retry_policy"].rules)
    return [
        rule
        for arguments in (of_monitoring, of_product_sync, of_order_push)
        for rule in arguments["retry_policy"].rules[:-shared]
    ]


def _class(name: str) -> type[Exception]:
    found: type[Exception] = getattr(importlib.import_module(error_classes()[name]), name)
    return found
