"""Look sentences up in the gettext catalogues.

The ``.po`` files are what people edit. Babel turns each into the binary form that Python's gettext reads,
once, into the cache folder, under a name made of the file's content.
"""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from kasuskit.places import cache_dir, write_whole

LANGUAGES = ("id", "en")
_HERE = Path(__file__).resolve().parent


def _compiled(source: Path) -> bytes:
    """Return the ``.mo`` bytes of a ``.po`` file, from the cache when they are there."""
    content = source.read_bytes()
    kept = cache_dir() / "messages" / f"{hashlib.sha256(content).hexdigest()[:20]}.mo"
    try:
        return kept.read_bytes()
    except OSError:
        pass
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = io.BytesIO()
    write_mo(made, read_po(io.BytesIO(content)))
    with suppress(OSError):  # a read-only cache only costs time
        write_whole(kept, made.getvalue())
    return made.getvalue()


@lru_cache(maxsize=64)
def _catalogue(domain: str, lang: str) -> dict[str, str]:
    source = _HERE / lang / f"{domain}.po"
    translations = GNUTranslations(io.BytesIO(_compiled(source)))
    table: dict[str, str] = translations._catalog  # type: ignore[attr-defined]
    return {key: value for key, value in table.items() if key}


def catalogue_keys(domain: str, lang: str = "id") -> tuple[str, ...]:
    """Return every name that a domain's catalogue holds, sorted."""
    return tuple(sorted(_catalogue(domain, lang)))


def text(key: str, lang: str = "id", /, **values: Any) -> str:
    """Return the sentence ``key`` in ``lang``, with ``{name}`` places filled from ``values``.

    Parameters
    ----------
    key : str
        ``"DOMAIN.NAME"``, for instance ``"widgets.check"``.
    lang : str
        ``"id"`` or ``"en"``; anything else is answered in Indonesian.
    **values
        What the sentence's ``{name}`` places stand for.

    Raises
    ------
    KeyError
        When no catalogue holds the key: a mistake in the program, caught by a test.
    """
    domain, _, name = key.partition(".")
    sentence = _catalogue(domain, lang if lang in LANGUAGES else "id")[name]
    return sentence.format_map(values) if values else sentence


def texts(domain: str, prefix: str, lang: str = "id") -> dict[str, str]:
    """Return all sentences of a domain whose name starts with ``prefix``, keyed by the rest of the name."""
    table = _catalogue(domain, lang if lang in LANGUAGES else "id")
    return {key.removeprefix(prefix): value for key, value in table.items() if key.startswith(prefix)}
