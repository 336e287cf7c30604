"""Every command that the documentation names exists, with its verb and its options."""

from __future__ import annotations

import importlib
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# The changelog is about the past, too.
PAGES = [*{*ROOT.glob("*.md")} - {ROOT / "CHANGELOG.md"}, *(ROOT / "docs").rglob("*.md")]
# A command ends with its code span, at a comma, or where a sentence goes on.
COMMAND = re.compile(r"python -m (include\.[\w.]*\w)((?:(?: |\\\n)+[^\s`|;&\"“”,]+)*)")
UNKNOWN = "…"  # stands for what differs in docs/messages.md


def commands() -> set[tuple[str, str, str]]:
    """Module, verb and option of each; the verb or the option may be empty."""
    found = set()
    for page in PAGES:
        for module, rest in COMMAND.findall(page.read_text(encoding="utf-8")):
            words = rest.replace("\\\n", " ").split()
            verb = words[0] if words and re.fullmatch(r"[a-z-]+", words[0]) and words[0][0] != "-" else ""
            options = [each for each in words if each.startswith("--") and UNKNOWN not in each]
            found |= {(module, verb, option) for option in ["", *options]}
    return found


def help_of(
    module: str, verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    spec = find_spec(module)
    assert spec is not None, module
    path = f"{module}.__main__" if spec.submodule_search_locations else module
    monkeypatch.setattr("sys.argv", [module, *filter(None, [verb]), "--help"])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(path).main()
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_documentation_names_commands() -> None:
    assert len(commands()) > 40


@pytest.mark.parametrize(("module", "verb"), sorted({each[:2] for each in commands()}))
def test_command_of_the_documentation_exists(
    module: str, verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {option for of, its, option in commands() if (of, its) == (module, verb) and option}
    if not verb and not options:
        assert find_spec(module) is not None
        return
    said = help_of(module, verb, monkeypatch, capsys)
    assert {each for each in options if not re.search(rf"{re.escape(each)}\b", said)} == set()
