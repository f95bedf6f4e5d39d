"""QR codes for the terminal and the projector, and what a Wi-Fi code says."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from markupsafe import Markup
from segno.helpers import make_wifi

from kasuskit.messages import KasusError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_BLOCKS = "█▀▄"
_QUIET = 2  # light squares around a code on the terminal, whose own ground is rarely white


@dataclass(frozen=True)
class Wifi:
    """The network that phones join: its name, and its password (empty for an open one)."""

    name: str
    password: str = ""

    def check(self) -> Wifi:
        """Return it when phones can join by it.

        Raises
        ------
        KasusError
            S531 when the name is not 1 to 32 bytes long, or the password not 8 to 63 characters.
        """
        if not 1 <= len(self.name.encode()) <= 32 or (self.password and not 8 <= len(self.password) <= 63):
            raise KasusError("serving.S531")
        return self

    def code(self) -> segno.QRCode:
        """Return the QR code by which a phone joins."""
        if self.password:
            return make_wifi(self.name, self.password, "WPA")
        return make_wifi(self.name, None, "nopass")


def page_code(address: str) -> segno.QRCode:
    """Return the QR code of a page's address."""
    return segno.make_qr(address, error="m")


def as_svg(code: segno.QRCode, title: str) -> Markup:
    """Return a QR code as SVG to stand inside a page; black on white, as large as its place, without any style."""
    out = io.BytesIO()
    code.save(
        out, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=2, light="#fff", title=title,
        svgclass="qr", lineclass=None,
    )  # fmt: skip
    return Markup(out.getvalue().decode().replace("<svg ", '<svg role="img" ', 1))


def can_show_blocks(console: Console, code: segno.QRCode) -> bool:
    """Return whether a terminal has the signs, and the room, that a QR code is drawn with."""
    try:
        _BLOCKS.encode(console.encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return console.width >= code.symbol_size(border=_QUIET)[0]


def as_text(code: segno.QRCode) -> Text:
    """Return a QR code as half blocks, two rows of squares in a line.

    The light squares are drawn and the dark ones left out: right on a dark terminal also where there are no colours;
    where there are, both are set, so that a light terminal shows the same.
    """
    from rich.text import Text

    signs = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    rows = [[bool(dark) for dark in row] for row in code.matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([True] * len(rows[0]))
    lines: Iterable[str] = (
        "".join(signs[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return Text("\n".join(lines), style="bright_white on black", no_wrap=True)
