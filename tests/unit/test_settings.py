from pathlib import Path

import pytest

from rarecare.errors import UserError
from rarecare.settings import Settings, load_settings


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "rarecare.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_file_nor_variable_the_defaults_hold(tmp_path):
    assert load_settings({}, tmp_path / "absent.toml") == Settings()


def test_a_variable_wins_over_the_file_which_wins_over_the_default(file):
    path = file('port = 9000\nhost = "0.0.0.0"\n')
    assert load_settings({}, path).port == 9000
    settings = load_settings({"RARECARE_PORT": "9001"}, path)
    assert (settings.port, settings.host) == (9001, "0.0.0.0")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("public", "oui", True),
        ("public", "True", True),
        ("public", "0", False),
        ("public", "", False),
        ("port", "8080", 8080),
        ("build_dir", "~/build", Path("~/build").expanduser()),
        ("frame_ancestors", "'none'", "'none'"),
    ],
)
def test_each_kind_of_setting_is_read_from_text(name, text, expected, tmp_path):
    settings = load_settings({f"RARECARE_{name.upper()}": text}, tmp_path / "absent.toml")
    assert getattr(settings, name) == expected


@pytest.mark.parametrize(
    ("environment", "content", "named"),
    [
        ({"RARECARE_PORT": "huit mille"}, "", ["port", "huit mille", "RARECARE_PORT"]),
        ({"RARECARE_PUBLIC": "peut-être"}, "", ["public", "peut-être", "RARECARE_PUBLIC"]),
        ({}, "prt = 8501\n", ["prt", "port"]),
        ({}, "port = \n", ["rarecare.toml"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(environment, content, named, file):
    with pytest.raises(UserError) as raised:
        load_settings(environment, file(content))
    for word in named:
        assert word in str(raised.value)
