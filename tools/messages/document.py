"""docs/messages.md, made from the code; `python -m tools.messages` writes it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator

from include.errors import ActionableError
from include.tasks.retry_policy import RETRIES
from tools.messages.sections import SECTIONS, WHERE_TO_CLICK, OtherMessages, Section
from tools.messages.sentences import PROJECT, Message, error_classes, sentences

# A module, a verb, options and values: "python -m include.order_push resolve … --bigcommerce-order NUMBER".
_COMMAND = re.compile(r"(python -m [a-z_.]*[a-z](?: [a-z-]+)?(?: (?:--[a-z…-]+(?: [a-z]+$)?|…|[A-Z_]{2,}))*)")
DOCUMENT = PROJECT / "docs" / "messages.md"

_BEGINNING = f"""\
# Messages, and what to do

<!-- Made from the code by `python -m tools.messages`; a change here is lost. -->

Search this page for the first words of a message. “…” stands for what differs: a store, a number, an order.
Each message says what went wrong and what to do; **Next** says where to click.
The page *Data Sources* shows them without the commands.

*Airflow does not retry* means: retrying cannot help, somebody has to act first. *Airflow retries* means: up
to {RETRIES} times, and the run fails only if every attempt fails.
"""


def document() -> str:
    """The whole file."""
    found = sentences(functions())
    parts = [_BEGINNING]
    for section in SECTIONS:
        parts.append(f"## {section.title}\n")
        parts.extend(_of_error(error, found) for error in errors_of(section) if _is_met(error, found))
        parts.extend(_of_other(other, found) for other in section.others)
    return "\n".join(parts)


def errors_of(section: Section) -> list[type[ActionableError]]:
    """The error classes of a section, in the order of the code."""

    def package(module: str) -> str:
        names = [name for each in SECTIONS for name in each.packages if f"{module}.".startswith(f"{name}.")]
        return max(names, key=len)

    return [
        getattr(importlib.import_module(module), name)
        for name, module in error_classes().items()
        if package(module) in section.packages
    ]


def other_sources() -> frozenset[str]:
    """What says something to people and is no error class."""
    return frozenset(source for section in SECTIONS for other in section.others for source in other.sources)


def functions() -> frozenset[str]:
    """Those of the other sources that are functions, which return what is said."""
    return frozenset(
        each for each in other_sources() if "." in each and not each.rpartition(".")[2].isupper()
    )


def where_to_click(error: type[ActionableError]) -> str:
    """That of the class, or of the nearest of its bases that has one."""
    names = (each.__name__ for each in error.__mro__)
    return next((WHERE_TO_CLICK[name] for name in names if name in WHERE_TO_CLICK), "")


def _is_met(error: type[ActionableError], found: tuple[Message, ...]) -> bool:
    """Whether anybody meets an error of just this class; others are families, which only have subclasses."""
    return not error.__subclasses__() or any(message.by == error.__name__ for message in found)


def _of_error(error: type[ActionableError], found: tuple[Message, ...]) -> str:
    summary = (inspect.getdoc(error) or "").partition("\n")[0].rstrip(".")
    cause = re.sub("[;.] [Tt]he (message|sentence) .*", "", summary)
    retried = "Airflow retries." if error.is_retried else "Airflow does not retry."
    return _entry(cause, _sentences(error.__name__, found), f"{where_to_click(error)} *{retried}*")


def _of_other(other: OtherMessages, found: tuple[Message, ...]) -> str:
    texts = [text for source in other.sources for text in _sentences(source, found)]
    return _entry(other.cause, texts, other.next_step)


def _entry(cause: str, texts: Iterable[str], next_step: str) -> str:
    lines = [f"- {text}" for text in dict.fromkeys(texts)] or ["- (The message gives the reason for each.)"]
    return "\n".join([f"### {cause}\n", *lines, f"\n**Next:** {next_step}\n"])


def _sentences(source: str, found: tuple[Message, ...]) -> Iterator[str]:
    yield from (_escaped(message.sentence) for message in found if message.by == source)
    module, _, name = source.rpartition(".")
    if name.isupper():
        value = getattr(importlib.import_module(module), name)
        yield from map(_escaped, value.values() if isinstance(value, dict) else [value])


def _escaped(sentence: str) -> str:
    """As Markdown: a command as code, and all else as text."""
    return "".join(
        f"`{part}`"
        if _COMMAND.fullmatch(part)
        else part.replace("_", "\\_").replace("*", "\\*").replace("<", "&lt;")
        for part in _COMMAND.split(sentence)
    )
