"""What a class that is a service of JupyterHub believes, and what it says when something is missing."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from kasuskit.classroom import open_room
from kasuskit.cli import main
from kasuskit.messages import KasusError
from kasuskit.serving.hub import AWAY_SECONDS, HubGate, oauth, serve_hub
from kasuskit.serving.hub_settings import HubSettings
from tests.hub_stack import DEPLOY, read_env

ENV = read_env(DEPLOY / "etc" / "classes" / "soe.env") | {"JUPYTERHUB_API_TOKEN": "f" * 64}


# ---- the environment


def test_the_example_for_systemd_is_understood():
    settings = HubSettings.from_environment(ENV)
    assert (settings.service, settings.prefix, settings.where) == ("soe", "/services/soe/", ("127.0.0.1", 10101))
    assert (settings.hub_prefix, settings.hub_host) == ("/hub/", "")
    assert settings.hosts == ("127.0.0.1", "localhost", "latihan.example")
    assert settings.scopes == {"access:services!service=soe"}
    assert (settings.lang, settings.participants) == ("id", 30)
    for secret in (ENV["KASUSKIT_ROOM"], ENV["JUPYTERHUB_API_TOKEN"]):
        assert secret not in repr(settings)


def test_what_a_hub_gives_to_a_service_that_it_starts_itself_goes_first():
    given = {
        "JUPYTERHUB_BASE_URL": "/pelatihan/",
        "JUPYTERHUB_SERVICE_PREFIX": "/pelatihan/services/soe/",
        "JUPYTERHUB_PUBLIC_URL": "https://Hub.Example/pelatihan/services/soe/",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:services", "access:services!service=soe"]',
        "JUPYTERHUB_API_URL": "",
        "KASUSKIT_LANG": "en",
        "KASUSKIT_PARTICIPANTS": "",
    }
    settings = HubSettings.from_environment(ENV | given)
    assert settings.prefix == "/pelatihan/services/soe/" and settings.hub_prefix == "/pelatihan/hub/"
    assert settings.api_url == "http://127.0.0.1:8081/pelatihan/hub/api"
    assert "hub.example" in settings.hosts and settings.lang == "en" and settings.participants == 30
    assert settings.scopes == {"access:services", "access:services!service=soe"}
    hub = oauth(settings)
    assert hub.login_url.startswith(
        "/pelatihan/hub/api/oauth2/authorize?client_id=service-soe&redirect_uri=%2Fpelatihan"
    )


def test_what_is_missing_is_named():
    with pytest.raises(KasusError, match="S560") as caught:
        HubSettings.from_environment({"KASUSKIT_ROOM": "x", "JUPYTERHUB_SERVICE_NAME": ""})
    for name in ("JUPYTERHUB_SERVICE_NAME", "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_API_TOKEN"):
        assert name in str(caught.value)
    assert "KASUSKIT_ROOM" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUPYTERHUB_SERVICE_URL", "http://0.0.0.0:10101"),
        ("JUPYTERHUB_SERVICE_URL", "http://192.0.2.1:10101"),
        ("JUPYTERHUB_SERVICE_URL", "https://127.0.0.1:10101"),
        ("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1"),
        ("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:seribu"),
        ("JUPYTERHUB_SERVICE_URL", "http://kelas.example:10101"),
        ("JUPYTERHUB_SERVICE_NAME", "so(e"),
        ("JUPYTERHUB_SERVICE_PREFIX", "/services/.*/"),
        ("JUPYTERHUB_OAUTH_ACCESS_SCOPES", "[access"),
        ("JUPYTERHUB_API_TOKEN", "ganti-dengan-token-acak"),
        ("KASUSKIT_PARTICIPANTS", "0"),
        ("KASUSKIT_PARTICIPANTS", "banyak"),
    ],
)
def test_what_cannot_be_used_is_named(name, value):
    with pytest.raises(KasusError, match="S561") as caught:
        HubSettings.from_environment(ENV | {name: value})
    assert name.replace("PREFIX", "NAME") in str(caught.value)
    assert "kata-sandi" not in str(caught.value)


def test_the_command_says_what_is_missing(monkeypatch, capsys):
    for name in ENV:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["hub"])
    assert ended.value.code == 2 and "[S560]" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "jupyterhub.services.auth", None)
    monkeypatch.delitem(sys.modules, "kasuskit.serving.hub")
    with pytest.raises(SystemExit) as ended:
        main(["hub", "--lang", "en"])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "[S565]" in said and "pip install 'kasuskit[hub]'" in said


def test_a_port_that_is_taken_is_said_before_anything_is_started(tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(KasusError, match="S501"):
            serve_hub(ENV | {"JUPYTERHUB_SERVICE_URL": url, "KASUSKIT_ROOM": str(tmp_path / "kelas.sqlite")})
    assert not (tmp_path / "kelas.sqlite").exists()


# ---- who is there


class StandInHub:
    """A hub's answers, one after the other."""

    hub_host, hub_prefix = "", "/hub/"
    access_scopes = frozenset({"access:services!service=soe"})

    def __init__(self, *answers):
        self.answers = list(answers)

    async def user_for_token(self, _token, session_id, sync):
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    token_for_code = None

    def check_scopes(self, required, user):
        return required & set(user["scopes"])


def user(name="yuli", kind="user", scope="access:services!service=soe"):
    return {"name": name, "kind": kind, "scopes": [scope]}


@pytest.fixture
def room(tmp_path):
    with open_room(tmp_path / "kelas.sqlite") as room:
        yield room


def visit(gate, token="t"):
    return asyncio.run(gate.visitor(token, "session"))


def test_an_account_is_one_person_and_a_name_that_is_too_long_is_cut(room):
    long = "a" * 100
    gate = HubGate(StandInHub(user(), user("anis"), user(), user(long), user(long + "b"), None), room)
    seen = [visit(gate) for _ in range(6)]
    assert [person and person.name for person in seen] == ["yuli", "anis", "yuli", "a" * 60, "a" * 60, None]
    assert seen[0] == seen[2] and len({person.id for person in seen[:5]}) == 4


@pytest.mark.parametrize(
    "refused", [user(scope="access:services!service=kupang"), user(kind="service"), user(scope="self")]
)
def test_an_account_whose_right_was_taken_away_is_refused(room, refused):
    gate = HubGate(StandInHub(user(), refused), room)
    visit(gate)
    with pytest.raises(HTTPError) as caught:
        visit(gate)
    assert (caught.value.status_code, caught.value.error.code) == (403, "S562")
    assert "/hub/logout" in caught.value.error.way_out("id")


def test_while_the_hub_is_away_its_last_word_holds_for_a_while_and_for_nobody_else(room):
    now = SimpleNamespace(seconds=0.0)
    away = HTTPError(500, "Failed to connect"), TimeoutError(), HTTPError(502), HTTPError(500)
    gate = HubGate(StandInHub(user(), *away), room, clock=lambda: now.seconds)
    known = visit(gate)
    now.seconds = AWAY_SECONDS - 1
    assert visit(gate) == known
    assert visit(gate) == known
    for token, seconds in (("another", now.seconds), ("t", AWAY_SECONDS + 1)):
        now.seconds = seconds
        with pytest.raises(HTTPError) as caught:
            visit(gate, token)
        assert (caught.value.status_code, caught.value.error.code) == (503, "S563")


def test_a_token_that_the_hub_took_back_does_not_hold_while_it_is_away(room):
    gate = HubGate(StandInHub(user(), None, HTTPError(500)), room)
    assert visit(gate) is not None and visit(gate) is None
    with pytest.raises(HTTPError) as caught:
        visit(gate)
    assert caught.value.error.code == "S563"


@pytest.mark.parametrize("problem", [HTTPError(500, "invalid_grant"), TimeoutError()])
def test_a_code_that_the_hub_does_not_take_is_told(room, problem):
    async def refuse(_code, code_verifier, sync):
        raise problem

    hub = StandInHub()
    hub.token_for_code = refuse
    with pytest.raises(HTTPError) as caught:
        asyncio.run(HubGate(hub, room).token("code", "verifier"))
    assert (caught.value.status_code, caught.value.error.code) == (403, "S564")
