"""Builds the page when first needed, into ``benchmarks/webforms/build`` (not in git), keyed by what goes in."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = ("package.json", "main.js", "index.html")
_INSTALL = [
    *("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"),
    *("--fetch-retries=1", "--fetch-retry-mintimeout=1000"),
]
# What Vue's and Vite's own production builds set.
_DEFINE = {
    "process.env.NODE_ENV": '"production"',
    "__VUE_OPTIONS_API__": "true",
    "__VUE_PROD_DEVTOOLS__": "false",
    "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false",
}


def page_folder() -> Path:
    """Return the folder of the built page: minified, split, each file also as ``.gz``. Needs Node and npm.

    Raises
    ------
    RuntimeError
        When npm or esbuild fails, with what it said.
    """
    sources = [HERE / name for name in SOURCES]
    key = hashlib.sha256(b"".join(path.read_bytes() for path in [*sources, Path(__file__)])).hexdigest()[:12]
    cache = Path(os.environ.get("KASUSKIT_WEBFORMS_CACHE", HERE / "build"))
    folder = cache / key
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        work = Path(scratch)
        for path in sources:
            shutil.copy(path, work)
        _run(_INSTALL, work)
        _bundle(work)
        try:
            (work / "page").rename(folder)
        except OSError:  # another run made it in the meantime
            if not folder.exists():
                raise
    return folder


def _bundle(work: Path) -> None:
    define = [f"--define:{name}={value}" for name, value in _DEFINE.items()]
    shape = ["--bundle", "--minify", "--splitting", "--format=esm", "--target=es2022", "--outdir=page"]
    _run(["node_modules/.bin/esbuild", "main.js", *shape, "--metafile=meta.json", *define], work)
    outputs = json.loads((work / "meta.json").read_text("utf-8"))["outputs"]
    wanted = [each["path"] for each in outputs["page/main.js"]["imports"] if each["kind"] == "import-statement"]
    links = "\n    ".join(f'<link rel="modulepreload" href="{Path(path).name}">' for path in ["main.js", *wanted])
    page = (work / "index.html").read_text("utf-8").replace("<!-- preload -->", links)
    (work / "page" / "index.html").write_text(page, encoding="utf-8")
    for path in list((work / "page").iterdir()):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")
