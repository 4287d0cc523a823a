"""The ``rarecare`` command: a table of its commands, and what happens when one fails.

Exit codes: 0 done, 1 the data or the question is wrong, 2 the command line is wrong, 3 bug, 130 interrupted.
"""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from rarecare import __version__
from rarecare.errors import UserError
from rarecare.logs import configure_logs, log_bug

COMMANDS = {
    "build": "rarecare.commands.build:build",
    "serve": "rarecare.commands.serve:serve",
    "check": "rarecare.commands.check:check",
    "indicators": "rarecare.commands.indicators:indicators",
    "travel-time": "rarecare.commands.travel_time:travel_time",
    "compare-engines": "rarecare.commands.compare_engines:compare_engines",
    "nearest": "rarecare.commands.nearest:nearest",
    "import": "rarecare.commands.import_:import_",
    "versions": "rarecare.commands.versions:versions",
    "rollback": "rarecare.commands.rollback:rollback",
    "restore": "rarecare.commands.restore:restore",
    "export": "rarecare.commands.export:export",
    "template": "rarecare.commands.template:template",
    "fake": "rarecare.commands.fake:fake",
    "caseload": "rarecare.commands.caseload:caseload",
    "bench": "rarecare.commands.bench:bench",
}
"""Name of each command and place of its ``click.Command``, in the order of the help; imported when used."""

_LOCALE = Path(__file__).resolve().parent / "locale"


_PLACEHOLDERS = {
    "text": "TEXTE",
    "integer": "NOMBRE",
    "integer range": "NOMBRE",
    "float": "NOMBRE",
    "float range": "NOMBRE",
    "path": "CHEMIN",
    "file": "FICHIER",
    "directory": "DOSSIER",
}


class _LazyGroup(click.Group):
    """A group that imports the module of a command only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return one command, or None when there is none of that name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        return _with_french_placeholders(getattr(importlib.import_module(module), attribute))


@click.group(
    cls=_LazyGroup,
    subcommand_metavar="COMMANDE [OPTIONS]…",
    options_metavar="",
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="RareCare", help="Affiche la version.")
def cli() -> None:
    """RareCare : atlas de l’expertise française des maladies rares.

    Chaque commande a son aide : « rarecare COMMANDE --help ».
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never a traceback.

    Parameters
    ----------
    arguments
        Words after ``rarecare``; by default those of the process.
    """
    speak_french()
    configure_logs("WARNING")
    try:
        code = cli.main(None if arguments is None else list(arguments), "rarecare", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 1
    except UserError as error:
        click.echo(error.message, err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrompu.", err=True)
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader of our output has seen enough (| head); click, which also gets there, leaves by SystemExit.
        # The final flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        number = log_bug(error, event="command_failed")
        click.echo(f"Erreur interne n° {number}. Transmettez ce numéro avec la commande employée.", err=True)
        return 3
    return code if isinstance(code, int) else 0


def _with_french_placeholders(command: click.Command) -> click.Command:
    """Name in French what options without a ``metavar`` of their own expect; click would say TEXT."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.metavar is None and not parameter.is_flag:
            parameter.metavar = _PLACEHOLDERS.get(parameter.type.name)
    return command


def speak_french() -> None:
    """Give click its French texts, for the whole process.

    It asks gettext, which reads the language from the environment.
    """
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain("click", _LOCALE)
    gettext.textdomain("click")
