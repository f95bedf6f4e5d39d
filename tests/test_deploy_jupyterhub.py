"""The road for many trainings: JupyterHub, its proxy, a class as its service, PostgreSQL; all real, all on loopback."""

from __future__ import annotations

import contextlib
import os
import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from websockets.exceptions import InvalidStatus

from kasuskit.classroom import open_room
from tests.browser.served import CHROMIUM, FLAGS, PHONE
from tests.hub_stack import NEEDED, PASSWORDS, QUESTION, HubVisitor, ask, make_stack
from tests.postgres_server import postgres
from tests.practice_server import wait_until

CLASSES = ("soe", "kupang")


@pytest.fixture(scope="module")
def database(need):
    need(*NEEDED)
    with postgres(need) as server:
        yield server


@pytest.fixture(scope="module")
def stack(database, tmp_path_factory):
    rooms = {name: database.database(name) for name in CLASSES}
    stack = make_stack(tmp_path_factory.mktemp("hub"), rooms)
    try:
        for name in ("proxy", "hub", *rooms):
            stack.start(name)
        stack.wait_until_ready()
        yield stack
    finally:
        stack.close()


@pytest.fixture(scope="module")
def enter(stack):
    """Return who practises K01, with the page that they got: signed in once, in the whole module."""
    known: dict[str, HubVisitor] = {}

    def enter(name):
        if name not in known:
            known[name] = HubVisitor(stack, name)
            page = known[name].sign_in("latihan/K01")
            assert page.status == 200 and page.url.endswith("/services/soe/latihan/K01")
        boot = known[name].get("/services/soe/latihan/K01").boot
        assert boot["kernel"] and not boot["problem"]
        return known[name], boot

    return enter


def in_the_class(stack, service="soe"):
    """Return what the class database holds: {name: [values of the question, in order]}."""
    with open_room(stack.classes[service]["KASUSKIT_ROOM"], create=False) as room:
        return {
            room.person_by_id(attempt.person).name: [e.value for e in attempt.entries() if e.at == QUESTION]
            for attempt in room.attempts()
        }


def test_three_people_practise_in_one_database_and_keep_to_themselves(stack, enter):
    people = [enter(name) for name in ("yuli", "anis", "rina")]
    assert len({boot["kernel"] for _, boot in people}) == 3
    with contextlib.ExitStack() as lines:
        opened = [lines.enter_context(visitor.line(boot["kernel"])) for visitor, boot in people]
        for _ in range(2):
            for (visitor, boot), line in zip(people, opened, strict=True):
                said = visitor.answer(line, boot)
                assert (said["kind"], said["n"]) == ("saved", visitor.n)
    assert in_the_class(stack) == {name: [f"{name} 1", f"{name} 2"] for name in ("yuli", "anis", "rina")}

    (yuli, own), (_, other) = people[:2]
    assert yuli.get(f"{yuli.base}api/kernels/{own['kernel']}").status == 200
    assert yuli.get(f"{yuli.base}api/kernels/{other['kernel']}").status == 404
    with pytest.raises(InvalidStatus, match="404"), yuli.line(other["kernel"]):
        pass
    with pytest.raises(InvalidStatus, match="403"), HubVisitor(stack, "tanpa-nama").line(own["kernel"]):
        pass


def test_those_outside_the_class_are_refused_and_nobody_gets_a_python_prompt(stack):
    assert HubVisitor(stack, "asing").sign_in(password="kata-sandi-lain").status == 403, "the hub does not let them in"
    maria = HubVisitor(stack, "maria", "kupang")
    assert maria.sign_in("latihan/K01").status == 200
    other = maria.get("/services/soe/latihan/K01")
    assert other.status == 403 and "not have permission to access JupyterHub service soe" in other.text
    assert not {"asing", "maria"} & in_the_class(stack).keys()
    assert "maria" in in_the_class(stack, "kupang")
    for page in (maria.get("/hub/spawn"), maria.get("/hub/spawn/maria")):
        assert page.status == 403


def test_with_accounts_of_their_own_the_members_are_listed(need, tmp_path):
    """The hub without its classes: a member is sent back to the class with a code, another account is refused."""
    need(*NEEDED)
    stack = make_stack(tmp_path, {"soe": str(tmp_path / "soe.sqlite")}, KASUSKIT_AUTHENTICATOR="dummy")
    asked = {"client_id": "service-soe", "redirect_uri": "/services/soe/oauth_callback", "response_type": "code"}
    try:
        for name in ("proxy", "hub"):
            stack.start(name)
        stack.wait("hub", "/hub/health")
        ended = {}
        for name in ("anggota-soe", "asing"):
            visitor = HubVisitor(stack, name)
            page = visitor.get(f"/hub/api/oauth2/authorize?{urlencode(asked)}")
            ended[name] = visitor.sign_in_at(page, "apa saja")
    finally:
        stack.close()
    assert "/services/soe/oauth_callback?code=" in ended["anggota-soe"].url
    assert ended["asing"].status == 403 and "/hub/api/oauth2/authorize?" in ended["asing"].url


def test_only_the_doors_that_a_hubs_visitors_need_are_there(stack, enter):
    yuli, _ = enter("yuli")
    for path in ("masuk", "kode", "ganti", "voila", "api/kernels", "tree", "latihan/../../etc", "oauth_callback/x"):
        assert yuli.get(f"{yuli.base}{path}").status == 404, path
    assert yuli.get(f"{yuli.base}oauth_callback?code=x&state=y").text.count("S564") == 1
    start = yuli.get(yuli.base).text
    assert f'action="{yuli.base}keluar-peserta"' in start and "yuli" in start
    for gone in ("masuk", "kode", "ganti", "?baru"):
        assert f"{yuli.base}{gone}" not in start
    assert yuli.get(f"{yuli.base}?baru=1").url.endswith(yuli.base)
    assert 'name="nama"' not in start and f'href="{yuli.base}latihan/K02"' in start
    for script in re.findall(r'(?:src|href)="([^"]+berkas/[^"]+)"', yuli.get(f"{yuli.base}latihan/K01").text):
        assert yuli.get(script).status == 200


@pytest.mark.parametrize(("forwarded", "secure"), [("https,http", True), ("https", True), ("http", False), ("", False)])
def test_what_the_proxy_says_of_the_encryption_is_believed(stack, forwarded, secure):
    """As nginx and the hub's proxy pass a request on, after the first took off the encryption."""
    there = urlsplit(stack.classes["soe"]["JUPYTERHUB_SERVICE_URL"])
    with contextlib.closing(HTTPConnection(there.hostname, there.port, timeout=30)) as direct:
        proxied = {"X-Forwarded-Proto": forwarded} if forwarded else {}
        direct.request("GET", "/services/soe/", headers={"Host": "latihan.example", **proxied})
        answer = direct.getresponse()
    cookie = answer.headers["Set-Cookie"]
    assert (answer.status, "; Secure" in cookie) == (303, secure)
    assert "HttpOnly" in cookie and "Path=/services/soe/" in cookie and "samesite=lax" in cookie.lower()


def test_names_that_are_not_the_hubs_are_not_answered(stack):
    assert HubVisitor(stack, "orang").get("/services/soe/", Host="penipu.example").status == 403


def test_nothing_that_a_kernel_inherits_opens_the_hub_or_the_database(stack, database, enter):
    enter("yuli")
    secrets = [stack.classes["soe"]["JUPYTERHUB_API_TOKEN"].encode(), database.password.encode()]
    service = psutil.Process(stack.running["soe"].pid)
    assert all(secret in Path(f"/proc/{service.pid}/environ").read_bytes() for secret in secrets)
    below = service.children(recursive=True)
    assert len(below) >= 2
    for process in below:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            inherited = Path(f"/proc/{process.pid}/environ").read_bytes()
            assert not any(secret in inherited for secret in secrets)


def test_who_signs_out_is_out(stack, enter):
    tomi, boot = enter("tomi")
    with tomi.line(boot["kernel"]) as line:
        assert tomi.answer(line, boot)["kind"] == "saved"
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', tomi.get(tomi.base).text)
    assert tomi.get(f"{tomi.base}keluar-peserta", {"_xsrf": "wrong"}).status == 403
    left = tomi.get(f"{tomi.base}keluar-peserta", {"_xsrf": xsrf[1]})
    assert "/hub/log" in left.url
    assert "/hub/login" in tomi.get(f"{tomi.base}latihan/K01").url
    assert tomi.get(f"{tomi.base}api/kernels/{boot['kernel']}").status == 403
    again = HubVisitor(stack, "tomi").sign_in("latihan/K01")
    assert again.status == 200 and "tomi 1" in again.text, "the same person, found again by the account"


def test_people_go_on_while_the_hub_is_restarted(stack, enter):
    people = [enter(name) for name in ("yuli", "anis", "rina")]
    before = in_the_class(stack)
    with contextlib.ExitStack() as lines:
        opened = [lines.enter_context(visitor.line(boot["kernel"])) for visitor, boot in people]
        given = list(zip(people, opened, strict=True))
        stack.stop("hub")
        for (visitor, boot), line in given:
            assert visitor.answer(line, boot)["kind"] == "saved"
        yuli, _ = people[0]
        assert "yuli" in yuli.get(f"{yuli.base}latihan/K01").text, "a page loaded again meanwhile is there too"
        assert HubVisitor(stack, "baru").get("/hub/login").status == 503
        stack.start("hub")
        stack.wait("hub", "/hub/health")
        for (visitor, boot), line in given:
            assert visitor.answer(line, boot)["kind"] == "saved"
    assert HubVisitor(stack, "tomi").sign_in("latihan/K01").status == 200
    after = in_the_class(stack)
    for visitor, _ in people:
        assert after[visitor.name] == [
            *before[visitor.name],
            *(f"{visitor.name} {visitor.n - back}" for back in (1, 0)),
        ]


def test_a_database_that_was_restarted_and_a_service_that_was_killed_lose_nothing(stack, database, enter):
    anis, boot = enter("anis")
    with anis.line(boot["kernel"]) as line:
        database.stop()
        refused = anis.answer(line, boot, "sewaktu mati")
        assert (refused["kind"], refused["code"]) == ("refused", "K345")
        assert database.password not in str(refused)
        database.start()
        anis.n -= 1  # the browser sends again what was not acknowledged
        assert anis.answer(line, boot, "sewaktu mati")["kind"] == "saved"
    kept = in_the_class(stack)
    assert kept["anis"][-1] == "sewaktu mati"

    stack.running["soe"].kill()
    stack.running.pop("soe").wait()
    stack.start("soe")
    stack.wait("soe", "/services/soe/kalender")
    again = anis.get(f"{anis.base}latihan/K01")
    assert again.status == 200 and "/services/soe/" in again.url, "the same cookie still opens the page"
    with anis.line(again.boot["kernel"]) as line:
        state = ask(line, again.boot, {"kind": "hello", "tab": anis.tab})
        assert state["answers"][QUESTION] == "sewaktu mati" and state["acked"][anis.tab] == anis.n
        assert anis.answer(line, again.boot)["kind"] == "saved"
    now = in_the_class(stack)
    assert {name: values[: len(kept[name])] for name, values in now.items()} == kept


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_in_a_real_browser_the_page_goes_on_after_its_service_was_killed(need, stack):
    need(CHROMIUM)
    from playwright.sync_api import sync_playwright

    def answer(page, typed):
        field = page.locator(f'.kas-node[data-at="{QUESTION}"] input').first
        field.fill(typed)
        field.press("Tab")

    def saved(page):
        state = page.locator(".kas-state", has_text=re.compile("^Tersimpan"))
        state.first.wait_for(state="attached", timeout=60_000)

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport=PHONE)
        page.set_default_timeout(60_000)
        page.goto(f"{stack.address}/services/soe/")
        page.get_by_label("Username").fill("nona")
        page.get_by_label("Password").fill(PASSWORDS["soe"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Selamat datang, nona").wait_for()
        if pictures := os.environ.get("KASUSKIT_PICTURES"):
            page.screenshot(path=f"{pictures}/hub-start.png", full_page=True)
        page.goto(f"{stack.address}/services/soe/latihan/K01")
        page.locator(".kas-practice").wait_for()
        answer(page, "P-01")
        saved(page)
        stack.running["soe"].kill()
        stack.running.pop("soe").wait()
        answer(page, "P-02")
        stack.start("soe")
        wait_until(lambda: in_the_class(stack)["nona"] == ["P-01", "P-02"], 60)
        saved(page)
        page.goto(f"{stack.address}/services/soe/")
        page.get_by_role("button", name="Keluar", exact=True).click()
        page.wait_for_url("**/hub/log*")
        page.goto(f"{stack.address}/services/soe/latihan/K01")
        page.get_by_label("Username").wait_for()
        chromium.close()
