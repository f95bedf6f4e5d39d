"""Put sheets into files: whole or not at all, and nothing overwritten unless somebody said so."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kasuskit.messages import KasusError
from kasuskit.places import write_whole

COVER = "00-daftar-cetak.pdf"
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def save(path: Path, content: bytes, force: bool = False) -> Path:
    """Write one file.

    Parameters
    ----------
    path : Path
        Where; its folder is made when missing.
    content : bytes
        All of the file.
    force : bool
        Whether a file of this name may be replaced.

    Raises
    ------
    KasusError
        P601 when the file is there already, P602 when it cannot be written. An old file then stays as it was.
    """
    check_file(path, force)
    try:
        write_whole(path, content)
    except OSError as error:
        raise _unwritable(path, error) from None
    return path


def save_folder(folder: Path, files: Mapping[str, bytes], force: bool = False) -> Path:
    """Write a whole pack as a folder; while it is written, an older pack stays as it was.

    Parameters
    ----------
    folder : Path
        The pack's folder.
    files : mapping
        Content by name inside the folder (``peserta/K01-cerita.pdf``).
    force : bool
        Whether an older pack may be replaced.

    Raises
    ------
    KasusError
        P601 when the folder is there already, P603 when it is something else than a pack, P602 when it cannot be
        written.
    """
    check_folder(folder, force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
            made = Path(temporary) / "baru"
            for name, content in files.items():
                write_whole(made / name, content)
            _swap(made, folder, Path(temporary) / "lama")
    except OSError as error:
        raise _unwritable(folder, error) from None
    return folder


def save_zip(path: Path, files: Mapping[str, bytes], force: bool = False) -> Path:
    """Write a whole pack as one ZIP file; the same files give the same bytes.

    Raises
    ------
    KasusError
        As ``save`` does.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{path.stem}/{name}", _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return save(path, packed.getvalue(), force)


def check_file(path: Path, force: bool) -> None:
    """Refuse a file that is there already (P601), before the work of making it."""
    if path.is_dir():
        raise KasusError("paper.P603", str(path), name=path.name)
    if path.exists() and not force:
        raise KasusError("paper.P601", str(path), name=path.name)


def check_folder(folder: Path, force: bool) -> None:
    """Refuse a folder that is there already (P601) or is something else than a pack (P603)."""
    if not folder.exists():
        return
    empty = folder.is_dir() and not any(folder.iterdir())
    if not empty and not (folder / COVER).is_file():
        raise KasusError("paper.P603", str(folder), name=folder.name)
    if not empty and not force:
        raise KasusError("paper.P601", str(folder), name=folder.name)


def _swap(made: Path, folder: Path, aside: Path) -> None:
    """Put the new folder in the old one's place; when that fails, the old one comes back."""
    if not folder.exists():
        made.replace(folder)
        return
    folder.replace(aside)
    try:
        made.replace(folder)
    except OSError:
        aside.replace(folder)
        raise
    with suppress(OSError):
        shutil.rmtree(aside)


def _unwritable(path: Path, error: OSError) -> KasusError:
    return KasusError("paper.P602", str(path), reason=error.strerror or type(error).__name__)
