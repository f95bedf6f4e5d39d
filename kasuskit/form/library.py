"""Open a form by name or path: from the cache when these very sheets were compiled before."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from kasuskit.form.form import Form
from kasuskit.form.short import derivation
from kasuskit.form.workbook import MAX_BYTES, SHEETS, Workbook, read_workbook, unopened
from kasuskit.messages import KasusError
from kasuskit.places import cache_dir, data_dir, write_whole

# Raised when the compiler gives another JSON for the same sheets.
_MOST_OPEN = 8
_opened: dict[str, Form] = {}
_fingerprints: dict[Path, tuple[tuple[tuple[Path, int, int], ...], str]] = {}
COMPILER = "7"
_LONGEST = 60


def form_path(name: str) -> Path:
    """Return the folder of one of the kit's own forms.

    Raises
    ------
    KasusError
        F101 when the kit has no such form.
    """
    folder = data_dir() / "forms" / name
    if not name.isidentifier() or len(name) > _LONGEST or not folder.is_dir():
        raise KasusError("form.F101", name[:80])
    return folder


def load_form(source: str | Path) -> Form:
    """Return a form, compiled once and then opened from the cache.

    Parameters
    ----------
    source : str or Path
        The name of one of the kit's forms (``"kasus"``), a folder of CSVs, an ``.xlsx`` or ``.md`` file, or the
        sheets as Markdown text.

    Raises
    ------
    KasusError
        When it cannot be read (F101 to F108, F181), or ``KasusErrors`` (F100) with every mistake in it.
    """
    if isinstance(source, str) and source.isidentifier():
        source = form_path(source)
    try:
        kept = cache_dir() / "forms" / _fingerprint(source)
    except OSError as error:
        raise unopened(source, error) from None
    form = _opened.get(kept.name) or _from_cache(kept) or _compile(read_workbook(source), kept)
    _keep_open(kept.name, form)
    return form


def forget_opened() -> None:
    """Let the next ``load_form`` open its form anew, as a fresh process would."""
    _opened.clear()
    _fingerprints.clear()


def _keep_open(mark: str, form: Form) -> None:
    """Remember a form by its content: a form does not change, so whoever wants the same may share it."""
    _opened.pop(mark, None)
    _opened[mark] = form
    while len(_opened) > _MOST_OPEN:
        _opened.pop(next(iter(_opened)), None)


def _fingerprint(source: Path | str) -> str:
    if isinstance(source, str) and "\n" in source:
        digest = hashlib.sha256(COMPILER.encode())
        digest.update(source.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:24]
    files = _files(Path(source))
    marks = tuple((file, stat.st_mtime_ns, stat.st_size) for file in files if (stat := _stat(file)))
    if _fingerprints.get(Path(source), ((), ""))[0] != marks or not marks:
        _fingerprints[Path(source)] = marks, _digest(files)
    return _fingerprints[Path(source)][1]


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256(COMPILER.encode())
    for file in files:
        readable = file.is_file() and file.stat().st_size <= MAX_BYTES  # read_workbook says what is wrong with others
        content = file.read_bytes() if readable else b"-"
        digest.update(f"{file.name}:{len(content)}:".encode("utf-8", "surrogatepass"))
        digest.update(content)
    return digest.hexdigest()[:24]


def _files(path: Path) -> list[Path]:
    """Return the files that a form is made of; those of the full form too when it is derived from one."""
    if not path.is_dir():
        return [path]
    found = derivation(path)
    return [*(path / f"{name}.csv" for name in SHEETS), *(_files(found.origin) if found is not None else ())]


def _from_cache(kept: Path) -> Form | None:
    try:
        compiled = kept.with_suffix(".json").read_bytes()
        return Form.from_json(compiled, kept.with_suffix(".xml")) if kept.with_suffix(".xml").is_file() else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # never compiled, or half-written by a power cut: compile again


def _compile(book: Workbook, kept: Path) -> Form:
    from kasuskit.form.compiler import compile_workbook

    compiled = compile_workbook(book)
    try:
        write_whole(kept.with_suffix(".xml"), compiled.xform.encode())
        write_whole(kept.with_suffix(".json"), compiled.json.encode())
    except OSError:
        return Form.from_json(compiled.json, compiled.xform)
    return Form.from_json(compiled.json, kept.with_suffix(".xml"))
