"""What the environment says of a class that is a service of a JupyterHub."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from kasuskit.messages import LANGUAGES, KasusError
from kasuskit.training.course.course import DEFAULT

_REQUIRED = ("KASUSKIT_ROOM", "JUPYTERHUB_SERVICE_NAME", "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_API_TOKEN")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PREFIX = re.compile(r"/([A-Za-z0-9_-]+/)+")


@dataclass(frozen=True)
class HubSettings:
    """What the environment says: see ``deploy/README.md``.

    Attributes
    ----------
    room : str
        The class database.
    service, prefix : str
        The service's name, and the address below which the hub's proxy shows it.
    where : tuple of (str, int)
        The loopback address and port to listen on.
    api_url, api_token, hub_prefix, hub_host : str
        Where the hub is, for this process and for browsers, and the service's password there.
    scopes : frozenset of str
        One of them a visitor must hold.
    hosts : tuple of str
        The names by which browsers reach the hub.
    lang : str
        ``"id"`` or ``"en"``.
    participants : int
        The size of the class.
    course : str
        The course: a name in ``data/courses`` or a folder.
    """

    room: str = field(repr=False)  # may hold a password
    service: str
    prefix: str
    where: tuple[str, int]
    api_url: str
    api_token: str = field(repr=False)
    hub_prefix: str
    hub_host: str
    scopes: frozenset[str]
    hosts: tuple[str, ...]
    lang: str
    participants: int
    course: str

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> HubSettings:
        """Read the environment that the hub or systemd gives.

        Raises
        ------
        KasusError
            S560 when something is missing, S561 when something cannot be used.
        """
        missing = [name for name in _REQUIRED if not env.get(name)]
        if missing:
            raise KasusError("serving.S560", names=", ".join(missing))
        base, service = _prefix(env.get("JUPYTERHUB_BASE_URL", "")), env["JUPYTERHUB_SERVICE_NAME"]
        prefix = env.get("JUPYTERHUB_SERVICE_PREFIX") or f"{base}services/{service}"
        public = urlsplit(env.get("JUPYTERHUB_PUBLIC_URL", "")).hostname or ""
        if not _NAME.fullmatch(service) or not _PREFIX.fullmatch(_prefix(prefix)):
            raise KasusError("serving.S561", service, name="JUPYTERHUB_SERVICE_NAME")
        if env["JUPYTERHUB_API_TOKEN"].startswith("ganti-"):  # the example's, which everybody can read
            raise KasusError("serving.S561", name="JUPYTERHUB_API_TOKEN")
        named = [name.strip().lower() for name in env.get("KASUSKIT_HOSTS", "").split(",")]
        lang = env.get("KASUSKIT_LANG", "id")
        return cls(
            room=env["KASUSKIT_ROOM"],
            service=service,
            prefix=_prefix(prefix),
            where=_where(env["JUPYTERHUB_SERVICE_URL"]),
            api_url=env.get("JUPYTERHUB_API_URL") or f"http://127.0.0.1:8081{base}hub/api",
            api_token=env["JUPYTERHUB_API_TOKEN"],
            hub_prefix=f"{base}hub/",
            hub_host=env.get("JUPYTERHUB_HOST", ""),
            scopes=_scopes(env.get("JUPYTERHUB_OAUTH_ACCESS_SCOPES", ""), service),
            hosts=tuple(dict.fromkeys(name for name in ("127.0.0.1", "localhost", public, *named) if name)),
            lang=lang if lang in LANGUAGES else "id",
            participants=_number("KASUSKIT_PARTICIPANTS", env.get("KASUSKIT_PARTICIPANTS") or "30"),
            course=env.get("KASUSKIT_COURSE") or DEFAULT,
        )


def _prefix(address: str) -> str:
    """Return an address with one slash before and after it."""
    inner = address.strip("/")
    return f"/{inner}/" if inner else "/"


def _where(url: str) -> tuple[str, int]:
    """Return where to listen; on loopback only, since what the proxy says of a visitor is believed."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        raise KasusError("serving.S561", "JUPYTERHUB_SERVICE_URL", name="JUPYTERHUB_SERVICE_URL") from None
    if parts.scheme != "http" or not loopback or not port:
        raise KasusError("serving.S561", "JUPYTERHUB_SERVICE_URL", name="JUPYTERHUB_SERVICE_URL")
    return host, port


def _scopes(given: str, service: str) -> frozenset[str]:
    try:
        found = json.loads(given or "[]")
        scopes = frozenset(map(str, found if isinstance(found, list) else [found]))
    except ValueError:
        name = "JUPYTERHUB_OAUTH_ACCESS_SCOPES"
        raise KasusError("serving.S561", name, name=name) from None
    return scopes or frozenset({f"access:services!service={service}"})


def _number(name: str, given: str) -> int:
    if not given.isdecimal() or not 1 <= int(given) <= 1000:
        raise KasusError("serving.S561", name, name=name)
    return int(given)
