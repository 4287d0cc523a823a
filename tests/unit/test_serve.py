import os
import socket
from dataclasses import replace

import pytest

from rarecare.cli import main
from rarecare.commands import serve as serving
from rarecare.commands.serve import address, check_port_is_free
from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.ui.launch import APP


@pytest.fixture
def started(monkeypatch):
    """Replace the build and the server by a list of what they were asked."""
    calls = []
    monkeypatch.setattr(serving, "_ensure_built", lambda settings: calls.append(("built", settings)))
    monkeypatch.setattr(serving, "_run", lambda settings: calls.append(("run", settings)))
    return calls


@pytest.fixture
def busy_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_dataset_is_built_before_the_server_starts_and_the_address_is_told(started, capsys):
    port = free_port()
    assert main(["serve", "--port", str(port)]) == 0
    assert [name for name, _ in started] == ["built", "run"]
    assert f"http://localhost:{port}" in capsys.readouterr().out


def test_options_win_over_settings(started, monkeypatch):
    monkeypatch.setenv("RARECARE_PORT", "1")
    monkeypatch.setenv("RARECARE_PUBLIC", "non")
    port = free_port()
    assert main(["serve", "--port", str(port), "--public", "--host", "127.0.0.1"]) == 0
    _, settings = started[-1]
    assert (settings.port, settings.public, settings.host) == (port, True, "127.0.0.1")


def test_settings_hold_without_options(started, monkeypatch):
    monkeypatch.setenv("RARECARE_PORT", str(port := free_port()))
    monkeypatch.setenv("RARECARE_PUBLIC", "oui")
    assert main(["serve"]) == 0
    assert (started[-1][1].port, started[-1][1].public) == (port, True)


def test_a_busy_port_is_said_before_anything_is_built(started, busy_port, capsys):
    assert main(["serve", "--port", str(busy_port)]) == 1
    message = capsys.readouterr().err
    assert str(busy_port) in message
    assert "--port" in message
    assert started == []


def test_an_unknown_address_is_said(capsys, started):
    assert main(["serve", "--host", "300.300.300.300", "--port", "8501"]) == 1
    assert "300.300.300.300" in capsys.readouterr().err
    assert started == []


def test_a_free_port_is_free(busy_port):
    check_port_is_free("127.0.0.1", free_port())
    with pytest.raises(UserError):
        check_port_is_free("127.0.0.1", busy_port)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://localhost:8501"),
        ("0.0.0.0", "http://localhost:8501"),
        ("atlas.local", "http://atlas.local:8501"),
        ("fe80::1", "http://[fe80::1]:8501"),
    ],
)
def test_the_address_is_one_that_a_browser_of_this_machine_can_open(host, expected):
    assert address(replace(Settings(), host=host)) == expected


def test_what_the_command_line_chose_reaches_the_application(monkeypatch):
    asked = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda arguments, **_: asked.append(arguments))
    for name in ("PORT", "HOST", "PUBLIC"):
        monkeypatch.setenv(f"RARECARE_{name}", "")
    serving._run(replace(Settings(), port=9000, public=True))
    assert asked[0][:2] == ["run", str(APP)]
    assert APP.is_file()
    assert asked[0][asked[0].index("--server.port") + 1] == "9000"
    assert os.environ["RARECARE_PUBLIC"] == "True"
