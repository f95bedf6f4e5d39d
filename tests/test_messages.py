"""Every sentence stands in both languages, every error has a way out, and every key that is used exists."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import kasuskit
from kasuskit.messages import LANGUAGES, KasusError, KasusErrors, catalogue_keys, text
from kasuskit.messages.codes import CODE, codes, domains, page

CODE_IN_TEXT = re.compile(rf"(?<![0-9A-Za-z]){CODE.pattern}(?![0-9A-Za-z])")
PACKAGE = Path(kasuskit.__file__).parent
ROOT = PACKAGE.parent


def places(sentence: str) -> set[str]:
    """Return the names in braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("domain", domains())
def test_both_languages_hold_the_same_keys_and_places(domain: str) -> None:
    assert catalogue_keys(domain, "id") == catalogue_keys(domain, "en")
    for key in catalogue_keys(domain):
        said = {lang: text(f"{domain}.{key}", lang) for lang in LANGUAGES}
        assert all(sentence.strip() for sentence in said.values()), key
        if key.startswith("host.") or "{" in said["id"]:
            assert places(said["id"]) == places(said["en"]), key


@pytest.mark.parametrize("domain", domains())
def test_indonesian_is_not_left_in_english(domain: str) -> None:
    for key in catalogue_keys(domain):
        indonesian, english = (text(f"{domain}.{key}", lang) for lang in LANGUAGES)
        if len(indonesian.split()) > 3:
            assert indonesian != english, key


def test_every_code_has_a_sentence_a_way_out_and_a_line_in_the_docs() -> None:
    listed = (ROOT / "docs" / "kode-kesalahan.md").read_text("utf-8")
    assert listed == page(), "run: python -m kasuskit.messages.codes > docs/kode-kesalahan.md"
    found = list(codes())
    assert len({code for _, code in found}) == len(found) > 80
    for domain, code in found:
        for lang in LANGUAGES:
            assert text(f"{domain}.{code}", lang) and text(f"{domain}.{code}.do", lang)


def named_in_tests() -> set[str]:
    """Return every code that stands in a test or in its data; this file, which makes up errors, does not count."""
    files = [path for path in (ROOT / "tests").rglob("*") if path.suffix in (".py", ".md", ".csv")]
    files.remove(Path(__file__).resolve())
    return {code for path in files for code in CODE_IN_TEXT.findall(f"{path.stem}\n{path.read_text('utf-8')}")}


@pytest.mark.parametrize("domain", domains())
def test_every_code_is_provoked_by_a_test(domain: str) -> None:
    untested = {code for each, code in codes() if each == domain} - named_in_tests()
    assert not untested, f"no test provokes {', '.join(sorted(untested))}"


def used_keys() -> Iterator[tuple[str, str]]:
    """Yield (file, key) of every key written out in the package: text("…"), KasusError("…"), say("…")."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            key = first.value if isinstance(first, ast.Constant) else None
            if name in ("text", "KasusError", "KasusErrors") and isinstance(key, str) and "." in key:
                yield path.name, key


def test_every_key_that_is_used_exists() -> None:
    keys = list(used_keys())
    assert len(keys) > 60
    for file, key in keys:
        domain, _, name = key.partition(".")
        assert name in catalogue_keys(domain), f"{file} uses {key}"
        if CODE.fullmatch(name):
            assert f"{name}.do" in catalogue_keys(domain), key


def test_an_error_says_code_sentence_way_out_and_place_in_both_languages() -> None:
    error = KasusError("form.F120", "survey, baris/row 7, kolom/column relevant", name="tgl_kejdian")
    assert error.code == "F120"
    assert str(error) == error.say("id")
    assert error.say("id").startswith('[F120] Tidak ada pertanyaan bernama "tgl_kejdian". Periksa ejaannya.')
    assert error.say("en").startswith('[F120] There is no question named "tgl_kejdian". Check the spelling.')
    assert error.say("en").endswith("(survey, baris/row 7, kolom/column relevant)")


def test_several_errors_are_told_line_by_line() -> None:
    errors = [KasusError("form.F112", "survey, baris/row 3"), KasusError("form.F114", name="a", row=2)]
    told = KasusErrors("form.F100", "kasus", errors).say("en").splitlines()
    assert [line[:6] for line in told] == ["[F100]", "[F112]", "[F114]"]
    assert "2 mistakes" in told[0]


def test_an_unknown_language_is_answered_in_indonesian() -> None:
    assert text("widgets.ui.check", "fr") == text("widgets.ui.check", "id")


def test_a_sentence_survives_a_read_only_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from kasuskit.messages import catalogue

    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("KASUSKIT_CACHE", str(blocked))
    catalogue._catalogue.cache_clear()
    assert text("form.F112")
    catalogue._catalogue.cache_clear()


def test_the_docs_page_of_the_form_engine_is_up_to_date() -> None:
    from kasuskit.form.supported import with_tables

    current = (ROOT / "docs" / "form-engine.md").read_text("utf-8")
    assert with_tables(current) == current, "run: python -m kasuskit.form.supported"
    assert "`indexed-repeat`" in current and "| F160 |" in current
