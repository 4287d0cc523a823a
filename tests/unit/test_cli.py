import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import rarecare
from rarecare import cli as command_line
from rarecare.cli import COMMANDS, cli, main
from rarecare.errors import DataProblems, Problem, UserError

LOCALE = Path(rarecare.__file__).parent / "locale" / "fr" / "LC_MESSAGES"
ENGLISH = re.compile(
    r"\b(usage:|options:|commands:|show|missing|invalid|error|no such|try|got|value|default|required|"
    r"text|integer|float|path|file(?!\s+active)|directory|boolean|range)\b",
    re.IGNORECASE,
)


def command_paths():
    return sorted(COMMANDS)


@pytest.fixture
def failing_command(monkeypatch):
    """Make ``rarecare echec`` raise what the test gives."""

    def install(error):
        @click.command()
        @click.option("--nombre", type=int)
        def echec(nombre):
            if error is not None:
                raise error
            click.echo(f"nombre {nombre}")

        monkeypatch.setattr(command_line, "_echec", echec, raising=False)
        monkeypatch.setitem(COMMANDS, "echec", "rarecare.cli:_echec")

    return install


def test_help_lists_every_command(capsys):
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in listed


@pytest.mark.parametrize("name", ["", *command_paths()])
def test_help_is_in_french(name, capsys):
    assert main([*name.split(), "--help"]) == 0
    words = re.sub(r"--[a-z-]+|« [^»]*»", "", capsys.readouterr().out)
    assert ENGLISH.findall(words) == []


@pytest.mark.parametrize("name", command_paths())
def test_every_command_and_every_option_is_explained(name):
    command = cli.get_command(click.Context(cli), name)
    assert command.help
    assert command.get_short_help_str()
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serv"], "Commande inconnue : serv."),
        (["serve", "--prt", "1"], "Option inconnue : --prt. Peut-être '--port' ?"),
        (["serve", "--port"], "L’option --port attend une valeur."),
        (["serve", "--port", "x"], "« x » n’est pas un nombre correct."),
        (["serve", "--port", "0"], "0 est hors de l’intervalle 1<=x<=65535."),
        (["serve", "en", "trop"], "Arguments en trop : en trop"),
    ],
)
def test_a_wrong_command_line_is_explained_in_french_with_code_2(arguments, message, capsys):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message.replace(" ", " ") in captured.err.replace("\u00a0", " ")
    assert "Traceback" not in captured.err


def test_no_command_shows_the_help_with_code_2(capsys):
    assert main([]) == 2
    assert "serve" in capsys.readouterr().err


def test_a_user_error_is_one_message_with_code_1(failing_command, capsys):
    failing_command(UserError("Commune inconnue", where="--commune 99999", remedy="Donner un code INSEE."))
    assert main(["echec"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "Commune inconnue (--commune 99999). Donner un code INSEE.\n"
    assert captured.out == ""


def test_all_problems_of_the_data_are_shown_with_code_1(failing_command, capsys):
    problems = [
        Problem("centres.csv", n, "type", "type-inconnu", "x", "type inconnu", "Corriger.") for n in (2, 3)
    ]
    failing_command(DataProblems(problems))
    assert main(["echec"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("2 anomalies")
    assert told[-1] == "Corriger ces lignes puis relancer ; rien n'a été modifié."
    assert len(told) == 4


def test_a_bug_shows_a_number_and_no_detail_with_code_3(failing_command, capsys):
    failing_command(KeyError("patient Zorglub"))
    assert main(["echec"]) == 3
    captured = capsys.readouterr()
    number = re.search(r"Erreur interne n° ([0-9a-f]{8})\.", captured.err)[1]
    assert f'"id": "{number}"' in captured.err
    assert "Zorglub" not in captured.err
    assert "Traceback" not in captured.err


def test_an_interrupted_command_says_so_with_code_130(failing_command, capsys):
    failing_command(KeyboardInterrupt())
    assert main(["echec"]) == 130
    assert capsys.readouterr().err.strip() == "Interrompu."


def test_a_command_that_succeeds_has_code_0(failing_command, capsys):
    failing_command(None)
    assert main(["echec", "--nombre", "3"]) == 0
    assert capsys.readouterr().out == "nombre 3\n"


def test_a_reader_that_stops_reading_is_no_error():
    script = (
        "import click, rarecare.cli as c\n"
        "@click.command()\n"
        "def long():\n"
        "    for _ in range(100000): click.echo('une ligne assez longue')\n"
        "c._long = long; c.COMMANDS['long'] = 'rarecare.cli:_long'\n"
        "raise SystemExit(c.main(['long']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert complaints == ""


def test_the_help_of_the_group_imports_no_calculation_library():
    script = (
        "import sys; from rarecare.cli import main; main(['serve', '--help']); print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def _hashable(text):
    return text if isinstance(text, str) else tuple(text)


def texts(catalogue):
    return {_hashable(message.id): _hashable(message.string) for message in catalogue}


def test_the_compiled_french_texts_are_those_of_the_source():
    with (LOCALE / "click.po").open("rb") as source, (LOCALE / "click.mo").open("rb") as compiled:
        written, read = texts(read_po(source)), texts(read_mo(compiled))
    assert read.keys() == written.keys()
    assert [key for key in read if key and read[key] != written[key]] == []
