"""docs/messages.md, made from the code; `python -m tools.messages` writes it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator

from include.errors import ActionableError
from include.tasks.retry_policy import RETRIES
from tools.messages.groups import SECTIONS, Group
from tools.messages.in_code import PROJECT, Said, error_classes, sentences

DOCUMENT = PROJECT / "docs" / "messages.md"

_BEGINNING = f"""\
# Messages, and what to do

<!-- Made from the code by `python -m tools.messages`; a change here is lost. -->

Search this page for the first words of a message. “…” stands for what differs: a store, a number, an order.
Each message says itself what went wrong and what to do; below those of one cause stands where to click.
The page *Data Sources* shows them without the commands.

*Airflow does not retry* means: retrying cannot help, somebody has to act first. *Airflow retries* means: up
to {RETRIES} times, and the run fails only if every attempt fails.
"""
FAILS = "Airflow does not retry."
RETRIED = "Airflow retries."


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
    """What Airflow does after this error, as the error itself says."""
    if source not in error_classes():
        return ""
    error = _class(source)
    return RETRIED if issubclass(error, ActionableError) and error.is_retried else FAILS


def _class(name: str) -> type[Exception]:
    found: type[Exception] = getattr(importlib.import_module(error_classes()[name]), name)
    return found
