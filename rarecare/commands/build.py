"""``rarecare build``: make the dataset that the screens read."""

from __future__ import annotations

import sys

import click

from rarecare.settings import load_settings


@click.command(short_help="Construit le jeu de données.")
@click.option("--force", is_flag=True, help="Reconstruit même si rien n’a changé.")
@click.option("--quiet", is_flag=True, help="N’affiche pas la progression.")
def build(force: bool, quiet: bool) -> None:
    """Construit le jeu de données à partir de data/ et geo/, puis le met en service.

    Interrompue à tout moment, la construction laisse la version précédente en service.
    """
    from rarecare.dataset.build import build as build_dataset  # numpy, pandas and duckdb: not for --help
    from rarecare.dataset.build import ensure_built

    settings = load_settings()
    with _Bar(hidden=quiet) as bar:
        version = build_dataset(settings, progress=bar.step) if force else ensure_built(settings, progress=bar.step)
    click.echo(f"Version en service : {version}")


class _Bar:
    """A progress bar that also names the step under way."""

    def __init__(self, *, hidden: bool) -> None:
        self._bar = click.progressbar(
            length=100,
            label="Construction",
            item_show_func=str,
            hidden=hidden,
            file=sys.stderr,
        )

    def __enter__(self) -> _Bar:
        self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(None, None, None)

    def step(self, name: str, share: float) -> None:
        """Show a step and the share done, 0 to 1."""
        self._bar.update(max(0, round(100 * share) - self._bar.pos), name)
