"""The certificate for the participants' port, when the facilitator has one."""

from __future__ import annotations

import ssl
from pathlib import Path

from kasuskit.messages import KasusError


def tls_context(cert: Path, key: Path) -> ssl.SSLContext:
    """Return what a server needs to speak TLS.

    Parameters
    ----------
    cert, key : Path
        PEM files: the certificate (with those that vouch for it), and its private key without a passphrase.

    Raises
    ------
    KasusError
        S527 when a file cannot be read, S528 when it does not hold what it should, S529 when the two do not belong
        together or the key is locked.
    """
    _expect(cert, "CERTIFICATE-----")
    _expect(key, "PRIVATE KEY-----")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key, password=lambda: b"")  # never ask for a passphrase on the terminal
    except (ssl.SSLError, ValueError, OSError):
        raise KasusError("serving.S529", str(key), cert=cert) from None
    return context


def _expect(path: Path, mark: str) -> None:
    try:
        content = path.read_bytes()
    except OSError:
        raise KasusError("serving.S527", str(path)) from None
    if mark.encode() not in content:
        raise KasusError("serving.S528", str(path))
