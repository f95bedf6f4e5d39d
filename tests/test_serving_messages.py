"""Every sentence of classroom, server and command line stands in both languages, and is said somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kasuskit
from kasuskit.messages import LANGUAGES, catalogue_keys, text

PACKAGE = Path(kasuskit.__file__).parent
# Names that are put together where they are used.
MADE_UP = re.compile(r"calendar\.(day|month)\d+|host\.\w+|cli\.typer_\w+|start\.(nama|desa)(_hint)?")


def said_in(domain):
    folders = {"classroom": ["classroom"], "serving": ["serving"]}[domain]
    files = [path for folder in folders for path in (PACKAGE / folder).rglob("*") if path.suffix in (".py", ".j2")]
    files += [PACKAGE / "cli.py", *(PACKAGE / "commands").glob("*.py")] if domain == "serving" else []
    files += [PACKAGE / "commands" / "classes.py"] if domain == "classroom" else []
    return "\n".join(path.read_text() for path in files)


def put_together(short, code):
    """Return whether the code makes this name of a fixed beginning: ``f"diff_what_{…}"``."""
    ends = [place + 1 for place, letter in enumerate(short) if letter == "_" and place > 2]
    return any(f'"{short[:end]}{{' in code for end in ends)


@pytest.mark.parametrize("domain", ["classroom", "serving"])
def test_both_languages_have_the_same_sentences(domain):
    first, second = (catalogue_keys(domain, lang) for lang in LANGUAGES)
    assert first == second
    for key in first:
        places = [set(re.findall(r"{(\w+)}", text(f"{domain}.{key}", lang))) for lang in LANGUAGES]
        assert places[0] == places[1], key


@pytest.mark.parametrize("domain", ["classroom", "serving"])
def test_every_sentence_is_used_and_every_code_has_a_way_out(domain):
    code = said_in(domain)
    keys = catalogue_keys(domain)
    for key in keys:
        if re.fullmatch(r"[KS]\d{3}", key):
            assert f"{key}.do" in keys
        short = key.removesuffix(".do").removeprefix("cli.").removeprefix("page.")
        assert MADE_UP.fullmatch(key) or put_together(short, code) or re.search(rf"\b{re.escape(short)}\b", code), key


@pytest.mark.parametrize("domain", ["classroom", "serving"])
def test_every_code_that_is_raised_has_a_sentence(domain):
    raised = set(re.findall(rf'"{domain}\.([KS]\d{{3}})"', said_in(domain)))
    assert raised <= set(catalogue_keys(domain))
