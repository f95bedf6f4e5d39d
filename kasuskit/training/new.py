"""Begin a new sample case: a folder with its three files, every field of the form, and what to write where."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from kasuskit.form import Form, Question, load_form
from kasuskit.form.definition import pick
from kasuskit.form.plan import PLACEHOLDER
from kasuskit.form.workbook import is_plain
from kasuskit.messages import KasusError, text
from kasuskit.training.cases import COLUMNS
from kasuskit.training.files import NAME

MOST_CHOICES = 12  # named beside a question; longer lists are looked up in the form
HELP_COLUMNS = ("pertanyaan", "cara_isi", "muncul_bila")
"""Columns of a new ``kunci.csv`` that only help its writer; ``load_case`` passes over them."""
_CENTRAL_INDONESIA = timezone(timedelta(hours=8))


def new_case(
    name: str,
    title: str,
    folder: Path,
    *,
    form: str = "kasus",
    level: int = 1,
    now: datetime | None = None,
    lang: str = "id",
) -> Path:
    """Make the folder of a new case with ``kasus.toml``, ``cerita.md`` and ``kunci.csv``; return it.

    Parameters
    ----------
    name : str
        Its short name (``"K17"``), also the folder's.
    title : str
        The title people read.
    folder : Path
        Where the case's folder is made; made too when missing.
    form : str
        The form that the case is documented with: a name of the kit's, or the path of a file or folder.
    level : int
        1 easy to 3 hard.
    now : datetime, optional
        The record's clock while the case is practised; by default this morning, nine o'clock in Kupang.
    lang : str
        Language of the notes to the writer.

    Raises
    ------
    KasusError
        T240 the name cannot be used, T241 there is something of that name already (nothing is changed), T242 it
        cannot be written, T243 no title; F1xx when the form cannot be used.
    """
    if not NAME.fullmatch(name):
        raise KasusError("training.T240", name[:60])
    title = " ".join(title.split())
    if not title or not is_plain(title) or "\x7f" in title:
        raise KasusError("training.T243", name)
    own = not form.isidentifier() or Path(form).exists()
    loaded = load_form(Path(form) if own else form)
    form = _seen_from(folder / name, form) if own else form
    clock = now or datetime.now(_CENTRAL_INDONESIA).replace(hour=9, minute=0, second=0, microsecond=0)
    files = {
        "kasus.toml": _settings(name, title, form, level, clock, lang).encode(),
        "cerita.md": f"<!--\n{text('training.new-story', lang)}\n-->\n".encode(),
        "kunci.csv": _key(loaded, lang).encode("utf-8-sig"),  # with the mark by which Excel knows the encoding
    }
    return _make(folder / name, files)


def _seen_from(folder: Path, form: str) -> str:
    """Return the path of a form as ``kasus.toml`` names it: from the case's folder, with forward slashes."""
    try:
        return Path(os.path.relpath(form, folder)).as_posix()
    except ValueError:  # Windows: on another drive
        return Path(form).absolute().as_posix()


def _make(target: Path, files: dict[str, bytes]) -> Path:
    """Make a folder with files: all of them, or nothing."""
    if target.exists():
        raise KasusError("training.T241", str(target))
    scratch = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        for name, content in files.items():
            (scratch / name).write_bytes(content)
        scratch.chmod(0o755)
        scratch.rename(target)
    except OSError as error:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        if target.exists():
            raise KasusError("training.T241", str(target)) from None
        raise KasusError("training.T242", str(target), reason=error.strerror or type(error).__name__) from None
    return target


def _settings(name: str, title: str, form: str, level: int, now: datetime, lang: str) -> str:
    def quoted(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)  # TOML's basic strings escape as JSON's do

    def note(key: str) -> str:
        return "\n".join(f"# {line}" for line in text(f"training.new-{key}", lang).splitlines())

    lines = [
        note("settings"),
        f"id = {quoted(name)}",
        f"form = {quoted(form)}",
        f"title = {quoted(title)}",
        note("level"),
        f"level = {level}",
        note("aims"),
        'aims = [\n  "",\n]',
        note("content_note"),
        'content_note = ""',
        note("now"),
        f"now = {quoted(now.isoformat(timespec='seconds'))}",
        note("traps"),
        'traps = [\n  "",\n]',
        note("debrief"),
        'debrief = """\n"""',
    ]
    return "\n".join(lines) + "\n"


def _key(form: Form, lang: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, *HELP_COLUMNS])
    for node in form.nodes.values():
        if isinstance(node, Question) and node.asked:
            at = "/".join([*(f"{repeat}[1]" for repeat in node.repeats), node.name])
            blank = [""] * (len(COLUMNS) - 1)
            writer.writerow([at, *blank, _label(node, lang), _how(form, node, lang), " and ".join(_when(form, node))])
    return out.getvalue()


def _label(node: Question, lang: str) -> str:
    return " ".join(PLACEHOLDER.sub("…", pick(node.label, lang)).split())


def _how(form: Form, node: Question, lang: str) -> str:
    """Return how an answer to a question is written."""
    said = text(f"training.new-type-{node.type}", lang)
    if not node.list_name:
        return said
    choices = form.lists.get(node.list_name, ())
    if len(choices) > MOST_CHOICES or node.choice_filter:
        return f"{said}: {text('training.new-long-list', lang, list=node.list_name)}"
    return f"{said}: " + "; ".join(f"{choice.name} = {pick(choice.label, lang)}" for choice in choices)


def _when(form: Form, node: Question) -> Iterator[str]:
    """Yield the conditions of a question, those of its groups first."""
    path = [node.relevant]
    parent = node.parent
    while parent is not None:
        path.append(form.nodes[parent].relevant)
        parent = form.nodes[parent].parent
    yield from (formula for formula in reversed(path) if formula)
