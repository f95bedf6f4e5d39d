"""Practice kernels come warm, stay small, and never outlive the server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from jupyter_client.connect import write_connection_file

from kasuskit.serving.forking import ForkedProcess, Zygote, can_fork
from tests.practice_server import PracticeServer, Visitor, alive, wait_until

forks = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
MOST_MEGABYTES = 45


@pytest.fixture(params=["forked", "cold"])
def server(request, tmp_path):
    env = {"KASUSKIT_FORK": "0"} if request.param == "cold" else {}
    server = PracticeServer(tmp_path / "kelas.sqlite", env, ready_kernels=2)
    yield server
    server.stop()


def left_behind():
    return {path.name for path in Path(tempfile.gettempdir()).glob("kasuskit-*") if "cache" not in path.name}


def test_a_page_works_with_any_kind_of_kernel(server):
    boot = Visitor(server).enter().boot
    assert boot["problem"] == ""
    assert alive(boot["views"][0]["state"]["start"]["pid"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_when_the_server_ends(server):
    before = left_behind()
    Visitor(server).enter()
    children = server.children()
    assert len(children) >= 2
    notes = server.stop()
    assert "Traceback" not in notes
    wait_until(lambda: not any(map(alive, children)), 5)
    assert len(left_behind()) == len(before) - 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_runs_on_when_the_server_is_killed(server):
    Visitor(server).enter()
    children = server.children()
    assert len(children) >= 2
    server.kill()
    wait_until(lambda: not any(map(alive, children)), 10)


@forks
def test_the_server_goes_on_when_its_zygote_is_killed(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite")
    try:
        visitor = Visitor(server)
        boot = visitor.enter().boot
        zygote = server.children()[0]
        os.kill(zygote, signal.SIGKILL)
        wait_until(lambda: not alive(boot["views"][0]["state"]["start"]["pid"]))
        again = visitor.get("/latihan/K01").boot
        assert again["problem"] == ""
        assert again["kernel"] != boot["kernel"]
        wait_until(lambda: visitor.get(f"/api/kernels/{boot['kernel']}").status == 404)
    finally:
        server.stop()


@forks
def test_a_kernel_is_small_and_holds_no_pandas(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", ready_kernels=3)
    try:
        visitor = Visitor(server)
        page = visitor.enter().boot
        time.sleep(2)
        pid = page["views"][0]["state"]["start"]["pid"]
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        maps = Path(f"/proc/{pid}/maps").read_text()
    finally:
        server.stop()
    size = re.search(r"^Pss:\s+(\d+) kB", rollup, re.M)
    assert size is not None
    assert int(size[1]) / 1024 < MOST_MEGABYTES
    assert not re.findall(r"pandas|numpy|debugpy|pydevd", maps)


@forks
def test_a_cold_kernel_ends_with_the_zygotes_socket(tmp_path):
    zygote = Zygote()
    zygote.start()
    assert zygote._process is not None
    pid = zygote._process.pid
    zygote.close()
    assert not alive(pid)
    zygote.close()


@forks
def test_a_forked_process_is_watched_without_being_a_child(tmp_path):
    zygote = Zygote(tmp_path / "log" / "kernel.log")
    try:
        kernel = zygote.fork(
            ["python", "-m", "kasuskit.serving.kernel", "-f", "no-such-file"], os.environ, str(tmp_path)
        )
        assert kernel.wait(timeout=20) == 0
        assert kernel.poll() == 0
        kernel.kill()  # does nothing: the number may belong to another by now
        write_connection_file(str(tmp_path / "k.json"), key=b"-")
        command = ["python", "-m", "kasuskit.serving.kernel", "-f", str(tmp_path / "k.json")]
        kernel = zygote.fork(command, os.environ, str(tmp_path))
        assert kernel.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            kernel.wait(timeout=0.1)
        kernel.kill()
        assert kernel.wait(timeout=20) == 0
    finally:
        zygote.close()


@forks
def test_a_process_is_watched_by_number_where_there_are_no_handles():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True) as child:
        watched = ForkedProcess(child.pid, None)
        assert watched.poll() is None
        watched.terminate()
        child.wait()
        assert watched.wait(timeout=5) == 0


@pytest.mark.parametrize(
    ("platform", "asked", "forks"),
    [
        ("linux", None, True),
        ("linux", "0", False),
        ("darwin", None, False),
        ("darwin", "1", True),
        ("darwin", "0", False),
    ],
)
def test_where_kernels_are_forked(monkeypatch, platform, asked, forks):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "fork", lambda: 0, raising=False)
    monkeypatch.delenv("KASUSKIT_FORK", raising=False)
    if asked is not None:
        monkeypatch.setenv("KASUSKIT_FORK", asked)
    assert can_fork() is forks


def test_windows_has_no_fork(monkeypatch):
    monkeypatch.delattr(os, "fork", raising=False)
    monkeypatch.setenv("KASUSKIT_FORK", "1")
    assert can_fork() is False


def test_without_fork_a_pool_as_large_as_the_class_is_filled_before_the_doors_open(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", {"KASUSKIT_FORK": "0"}, participants=3)
    try:
        assert len(server.children()) == 3
        assert Visitor(server).enter().boot["problem"] == ""
        wait_until(lambda: len(server.children()) == 4)  # the one that was taken, and three in the pool
    finally:
        server.stop()


@forks
def test_the_zygote_holds_no_answer_key_no_thread_and_nothing_that_no_page_needs():
    script = (
        "import sys, threading, gc\n"
        "from kasuskit.serving import zygote\n"
        "zygote.load(zygote.MODULES)\n"
        "import kasuskit.training\n"
        "keys = [thing for thing in gc.get_objects() if isinstance(thing, kasuskit.training.KeyField)]\n"
        "print(threading.active_count(), len(keys), *({'debugpy', 'ipykernel', 'pandas'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]


@forks
def test_kernels_do_not_touch_the_home_folder(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    env = {"HOME": str(home), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "JUPYTER_CONFIG_DIR": "", "IPYTHONDIR": ""}
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "a.py").write_text("raise SystemExit('the home folder was read')")
    server = PracticeServer(tmp_path / "kelas.sqlite", env)
    try:
        assert Visitor(server).enter().boot["problem"] == ""
    finally:
        server.stop()
    found = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    assert found <= {".ipython/profile_default/startup/a.py"}, found


def test_secrets_in_the_environment_stay_outside(tmp_path):
    env = {"MY_API_KEY": "rahasia-1", "DB_PASSWORD": "rahasia-2", "SOME_TOKEN": "rahasia-3", "HARMLESS": "biasa"}
    server = PracticeServer(tmp_path / "kelas.sqlite", env | {"KASUSKIT_CACHE": os.environ["KASUSKIT_CACHE"]})
    try:
        shown = Visitor(server).enter().boot["views"][0]["state"]["start"]
    finally:
        server.stop()
    assert "HARMLESS" in shown["env_names"]
    assert not {"MY_API_KEY", "DB_PASSWORD", "SOME_TOKEN"} & set(shown["env_names"])
