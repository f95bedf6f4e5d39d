"""The command line: quick, in plain Indonesian or English, and never a traceback."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kasuskit import __version__, cli
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.serving import lab, run
from kasuskit.serving.run import FIRST_PORT, ServeOptions
from tests.practice_server import wait_until

COMMANDS = ("serve", "lab", "form check", "case check")
ENGLISH = r"\b(Usage|Options|Commands|Arguments|default|required|Show this|The |the )\b"


@pytest.fixture
def kasuskit(capsys, monkeypatch):
    """Return a function that runs a command line and gives exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "200")

    def kasuskit(line):
        with pytest.raises(SystemExit) as ended:
            cli.main(line.split())
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return kasuskit


def run_in_process(*words, **options):
    command = [sys.executable, "-m", "kasuskit", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def test_the_version(kasuskit):
    assert kasuskit("--version") == (0, f"kasuskit {__version__}\n", "")


@pytest.mark.parametrize("line", ["", "--help", *(f"{command} --help" for command in COMMANDS), "form --help"])
def test_help_is_in_indonesian(kasuskit, line):
    code, shown, _ = kasuskit(line)
    assert code == 0
    assert re.findall(ENGLISH, shown) == []
    assert "Pilihan:" in shown


def test_help_in_english(kasuskit):
    for line in ("--lang en --help", "serve --lang=en --help", "serve --help --lang en"):
        code, shown, _ = kasuskit(line)
        assert code == 0
        assert "Options:" in shown
        assert "kelas latihan" not in shown


def test_the_language_comes_from_the_environment_too(kasuskit, monkeypatch):
    monkeypatch.setenv("KASUSKIT_LANG", "en")
    assert "Options:" in kasuskit("--help")[1]
    assert "Pilihan:" in kasuskit("--lang id --help")[1]
    monkeypatch.setenv("KASUSKIT_LANG", "nonsense")
    assert "Pilihan:" in kasuskit("--help")[1]


@pytest.mark.parametrize(
    "line", ["tulis", "serve --prot 1", "serve --port abc", "serve --port 99999", "form check", "case"]
)
def test_what_is_not_a_command_is_said_so(kasuskit, line):
    code, _, said = kasuskit(line)
    if code == 0:
        assert line == "case"
        return
    assert code == 2
    assert "[S520] Perintah ini tidak dikenal" in said
    assert "kasuskit --help" in said
    assert f"kasuskit {line}" in said


def test_a_form_without_mistakes(kasuskit):
    code, shown, _ = kasuskit("form check kasus")
    assert code == 0
    assert "tidak ada kesalahan" in shown


def test_a_form_that_is_not_there(kasuskit, tmp_path):
    code, _, said = kasuskit(f"form check {tmp_path}/tidak-ada.xlsx")
    assert code == 2
    assert "[F101]" in said
    assert "tidak-ada.xlsx" in said


def test_mistakes_of_a_form_come_as_a_table(kasuskit, tmp_path):
    form = tmp_path / "salah.md"
    form.write_text(
        "| survey |\n| | type | name | label | relevant |\n| | text | a | A | ${tidak_ada} = 1 |\n"
        "| | select_one warna | b | B | |\n"
    )
    code, _, said = kasuskit(f"form check {form}")
    assert code == 2
    assert "Jalan keluar" in said
    assert len(re.findall(r"F1\d\d", said)) >= 2


def test_a_case_without_mistakes(kasuskit):
    code, shown, said = kasuskit("case check K01")
    assert (code, said) == (0, "")
    assert "tidak ada kesalahan" in shown


def test_a_case_that_is_not_there(kasuskit, tmp_path):
    code, _, said = kasuskit(f"case check {tmp_path}/K77")
    assert code == 2
    assert "[T201]" in said


@pytest.mark.parametrize("line", ["form check", "case check"])
def test_a_name_that_no_file_can_have_is_said_so(kasuskit, line):
    code, _, said = kasuskit(f"{line} {'a' * 300}")
    assert code == 2
    assert re.search(r"\[(F101|T201)\]", said)


def test_a_mistake_of_ours_is_kept_in_a_file_and_not_shown(kasuskit, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("rahasia")

    monkeypatch.setattr("kasuskit.form.load_form", broken)
    code, _, said = kasuskit("form check kasus")
    assert code == 1
    assert "[S599]" in said
    assert "Traceback" not in said
    assert "rahasia" not in said
    path = re.search(r"(/\S+galat\.log)", said)
    assert path is not None
    assert "ZeroDivisionError" in Path(path[1]).read_text()


def test_a_mistake_of_ours_on_a_full_disk(kasuskit, monkeypatch, tmp_path):
    monkeypatch.setattr("kasuskit.form.load_form", lambda *_: 1 / 0)
    (tmp_path / "cache").write_text("")
    kasuskit("--help")
    monkeypatch.setenv("KASUSKIT_CACHE", str(tmp_path / "cache"))
    code, _, said = kasuskit("form check kasus")
    assert code == 1
    assert "[S598]" in said


def test_stopping_is_no_mistake(kasuskit, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("kasuskit.form.load_form", stopped)
    assert kasuskit("form check kasus") == (130, "", "")


def test_signs_of_markup_in_an_error_are_shown_as_they_are(capsys):
    cli.report(KasusErrors("form.F100", "[bold]a[/x].xlsx", [KasusError("form.F101", "[red]b[/]")]), "id")
    said = capsys.readouterr().err
    assert "[bold]a[/x].xlsx" in said
    assert "[red]b[/]" in said


def test_importing_the_package_loads_nothing_heavy():
    script = (
        "import sys, kasuskit; print(sorted({'typer', 'rich', 'tornado', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_server():
    script = (
        "import sys, kasuskit.cli\n"
        "try: kasuskit.cli.main(['--help'])\n"
        "except SystemExit: print(sorted({'tornado', 'voila', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["../kelas", "a/b", "", ".", "a" * 41, "kelas soe", "-x", "kelas.sqlite", "con:"])
def test_class_names_that_cannot_be_file_names(name, tmp_path):
    with pytest.raises(KasusError, match="S503"):
        run.open_class(ServeOptions(name=name, folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_wanted_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(KasusError, match="S501") as caught:
            run.find_ports(port)
    assert str(port) in caught.value.say()
    assert "--port" in caught.value.way_out()


def test_a_port_that_may_not_be_used(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "no")

    monkeypatch.setattr(run, "listen", refuse)
    with pytest.raises(KasusError, match="S502"):
        run.find_ports(80)


def test_the_first_free_port_is_taken(monkeypatch):
    tried = []

    def bind(port):
        tried.append(port)
        if port and len(tried) < 4:
            raise OSError(98, "taken")
        return port

    monkeypatch.setattr(run, "listen", bind)
    assert run.find_ports(None) == [FIRST_PORT + 3]
    assert tried == [FIRST_PORT, FIRST_PORT + 1, FIRST_PORT + 2, FIRST_PORT + 3]


def test_any_port_when_all_the_usual_ones_are_taken(monkeypatch):
    def bind(port):
        if port:
            raise OSError(98, "taken")
        return "any"

    monkeypatch.setattr(run, "listen", bind)
    assert run.find_ports(None) == ["any"]


def test_every_option_of_serve_is_in_the_guide():
    (serve,) = (command for name, command in cli.build("id").commands.items() if name == "serve")
    options = {name for each in serve.params for name in each.opts} - {"--help", "--debug"}
    assert {"--lan", "--wifi-password", "--participants"} <= options
    guide = (Path(cli.__file__).parents[1] / "docs" / "panduan.md").read_text("utf-8")
    assert [name for name in sorted(options) if f"`{name}" not in guide] == ["--key"]
    assert "--cert BERKAS --key BERKAS" in guide


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("serve --address 127.0.0.2", "S525"),
        ("serve --cert a.pem --key b.pem", "S525"),
        ("serve --lan --cert a.pem", "S526"),
        ("serve --lan --wifi Soe --wifi-password pendek", "S531"),
        ("serve --lan --wifi-password rahasia123", "S531"),
        ("serve --lan --wifi Soe", "S533"),
        ("serve --lan --address 192.0.2.77", "S523"),
        ("serve --lan --participants 301", "S520"),
        ("serve --lan --participants 0", "S520"),
    ],
)
def test_options_of_serve_that_cannot_be_used(kasuskit, monkeypatch, tmp_path, line, code):
    monkeypatch.chdir(tmp_path)
    ended, shown, said = kasuskit(line)
    assert (ended, shown) == (2, "")
    assert f"[{code}]" in said
    assert list(tmp_path.iterdir()) == [], "no class was made"


@pytest.fixture
def served(tmp_path):
    """Return a function that starts ``kasuskit serve`` and gives the process, its address and what it printed."""
    started = []

    def served(*words):
        command = [sys.executable, "-m", "kasuskit", "serve", "--no-browser", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
        started.append(process)
        shown = ""
        assert process.stdout is not None
        for line in process.stdout:
            shown += line
            if "Ctrl+C" in line:
                break
        address = re.search(r"http://127\.0\.0\.1:\d+/", shown)
        assert address is not None, shown + process.communicate()[1]
        return process, address[0], shown

    yield served
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_class_is_served_until_it_is_stopped(served, tmp_path, how):
    process, address, shown = served("--class", "soe-2026", "--port", free_port())
    assert "Kelas latihan sudah buka." in shown
    assert f"Jawaban disimpan di {tmp_path}/kelas/soe-2026.sqlite" in shown
    with urllib.request.urlopen(address) as page:
        assert "Latihan mencatat kasus" in page.read().decode()
    process.send_signal(how)
    rest, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"Semua jawaban tersimpan di {tmp_path}/kelas/soe-2026.sqlite" in rest
    assert errors == ""
    assert [path.name for path in (tmp_path / "kelas").iterdir()] == ["soe-2026.sqlite"]


def test_a_class_goes_on_the_next_day(served, tmp_path):
    for _ in range(2):
        process, address, _shown = served("--lang", "en", "--folder", "hari", "--port", free_port())
        with urllib.request.urlopen(address) as page:
            assert "Practise documenting a case" in page.read().decode()
        process.send_signal(signal.SIGINT)
        assert "The class is closed." in process.communicate(timeout=30)[0]
    assert (tmp_path / "hari" / "latihan.sqlite").is_file()


def test_stopping_while_it_starts(tmp_path):
    command = [sys.executable, "-m", "kasuskit", "serve", "--no-browser", "--port", free_port()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        while not (tmp_path / "kelas" / "latihan.sqlite").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        shown, errors = process.communicate(timeout=30)
    assert "Traceback" not in shown + errors
    assert process.returncode in (0, 130)


def test_a_broken_class_file_is_said_so_and_left_alone(tmp_path):
    (tmp_path / "kelas").mkdir()
    (tmp_path / "kelas" / "latihan.sqlite").write_text("Catatan rapat")
    done = run_in_process("serve", "--no-browser", cwd=tmp_path)
    assert done.returncode == 2
    assert "[K301] Ini bukan berkas kelas kasuskit." in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert (tmp_path / "kelas" / "latihan.sqlite").read_text() == "Catatan rapat"


def test_jupyterlab_asks_nothing_of_the_internet():
    command = lab.lab_command(8999, browser=False)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--no-browser" in command
    assert "--port=8999" in command
    assert "--LabApp.news_url=None" in command
    assert any("NeverCheckForUpdate" in word for word in command)
    assert "--no-browser" not in lab.lab_command(None, browser=True)


def test_missing_notebooks_are_said_so(monkeypatch, tmp_path):
    monkeypatch.setattr(lab, "notebooks_dir", lambda: tmp_path / "tidak-ada")
    with pytest.raises(KasusError, match="S509"):
        lab.lab_command(None, browser=False)


def answers(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_jupyterlab_opens_and_ends(tmp_path):
    port = free_port()
    (tmp_path / "jupyter_server_config.py").write_text("c.ServerApp.allow_root = True")
    command = [sys.executable, "-m", "kasuskit", "lab", "--no-browser", "--port", port]
    env = os.environ | {"JUPYTER_TOKEN": "x", "JUPYTER_RUNTIME_DIR": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, start_new_session=True
    ) as process:
        try:
            wait_until(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/api/status?token=x"), 60)
            assert process.poll() is None, process.communicate()
        finally:
            os.killpg(process.pid, signal.SIGINT)
            shown, _ = process.communicate(timeout=30)
    assert "JupyterLab dibuka" in shown
