"""What the project promises a newcomer: one list of packages, quick imports, a clean repository."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def requirement(line: str) -> tuple[str, str]:
    """Return a requirement's name and bounds, written one way."""
    found = re.fullmatch(r"([A-Za-z0-9_.-]+?(?:\[[a-z]+\])?)\s*((?:[<>=!~].*)?)", line.strip())
    assert found, line
    return found[1].lower().replace("_", "-"), found[2].replace(" ", "")


def test_environment_yml_agrees_with_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = dict(map(requirement, project["dependencies"] + project["optional-dependencies"]["test"]))
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    given = dict(map(requirement, [entry for entry in [*conda, *pip] if entry not in ("pip", "-e .")]))
    assert given.pop("python") == project["requires-python"]
    assert given == wanted
    assert environment["channels"] == ["conda-forge"]


def test_import_is_quick_and_light() -> None:
    """Under 50 ms above a bare interpreter (median of seven), and nothing heavy comes along."""
    code = (
        "import time, sys, json; t = time.perf_counter(); import kasuskit; "
        "print(json.dumps([time.perf_counter() - t, sorted(m.partition('.')[0] for m in sys.modules)]))"
    )
    seconds = []
    for _ in range(7):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        taken, modules = json.loads(done.stdout)
        seconds.append(taken)
    assert statistics.median(seconds) < 0.050
    heavy = {"pandas", "pyxform", "ipywidgets", "anywidget", "sqlalchemy", "numpy", "openpyxl", "babel", "voila"}
    assert not heavy & set(modules)


def test_opening_a_form_brings_neither_pyxform_nor_pandas() -> None:
    code = (
        "import sys; from kasuskit import Record, load_form; load_form('kasus'); first = set(sys.modules); "
        "record = Record(load_form('kasus')); record.add('korban'); record.findings(); "
        "print(*sorted(m for m in sys.modules if m in ('pyxform', 'pandas', 'numpy', 'openpyxl', 'sqlalchemy')))"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # compiled now, if not before
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def tracked() -> list[Path]:
    """Return the files that git knows."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    registry = re.compile(r"https?://[^\s\"']*(?:pypi|pythonhosted|npmjs|artifact|registry)\S*", re.IGNORECASE)
    home = re.compile(rf"(?:/home/|/Users/)[a-z]|[A-Z]:\\\\Users|{re.escape(str(ROOT.parent))}/")
    for path in tracked():
        if path.suffix in (".png", ".gz", ".jar"):
            continue
        content = path.read_text("utf-8", errors="replace")
        if path.name != Path(__file__).name:
            assert not registry.search(content), path
            assert not home.search(content), path


def test_nothing_built_typed_or_kept_is_tracked() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    unwanted = re.compile(
        r"(^|/)(kelas|node_modules|__pycache__|\.ipynb_checkpoints|dist|build)/|\.(sqlite|mo|pyc)$|lock"
    )
    assert [name for name in names if unwanted.search(name)] == []


def test_the_readme_holds_the_two_commands_in_one_line_each() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for mark in ("main", "test"):
        found = re.search(rf"<!-- the {mark} command -->\n```bash\n([^\n]+)\n```", readme)
        assert found, mark
        assert found[1].startswith("python3 -m venv .venv && .venv/bin/pip install -e ")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_every_command_is_in_the_readme() -> None:
    from kasuskit.cli import build

    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(build("id").commands) >= {"serve", "lab", "form", "case"}
    for name, command in build("id").commands.items():
        inner = getattr(command, "commands", {})
        for path in [f"{name} {each}" for each in inner] or [name]:
            assert f"kasuskit {path}" in readme, path


def test_every_notebook_and_guide_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
