"""A floor imports only from the floors below it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_floors_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_a_floor_that_reaches_up_is_found(tmp_path: Path) -> None:
    """The contract can fail: the same layers over a package whose lower floor imports the upper."""
    package = tmp_path / "kasuskit"
    for floor in ("messages", "form"):
        (package / floor).mkdir(parents=True)
        (package / floor / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "messages" / "__init__.py").write_text("import kasuskit.form\n")
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_package = kasuskit\n\n[importlinter:contract:1]\nname = floors\ntype = layers\n"
        "layers =\n    kasuskit.form\n    kasuskit.messages\n"
    )
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "BROKEN" in done.stdout
