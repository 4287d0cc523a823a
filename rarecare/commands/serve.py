"""``rarecare serve``: start the pages."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import click

from rarecare.commands.progress import BuildBar
from rarecare.errors import UserError
from rarecare.settings import Settings, load_settings


@click.command(short_help="Démarre le site.")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="PORT", help="Port d’écoute (8501 par défaut)."
)
@click.option(
    "--host", metavar="ADRESSE", help="Adresse d’écoute ; 0.0.0.0 pour toutes (127.0.0.1 par défaut)."
)
@click.option(
    "--public", is_flag=True, default=None, help="Vue du public : seules les données publiées sont montrées."
)
def serve(port: int | None, host: str | None, public: bool | None) -> None:
    """Démarre le site, après avoir construit le jeu de données s’il manque.

    Le site est prêt quand l’adresse /healthz répond 200. Ctrl+C l’arrête.
    """
    given: dict[str, Any] = {
        name: value
        for name, value in (("port", port), ("host", host), ("public", public))
        if value is not None
    }
    settings = replace(load_settings(), **given)
    check_port_is_free(settings.host, settings.port)
    _ensure_built(settings)
    click.echo(f"RareCare est servi à l’adresse {address(settings)} (Ctrl+C pour arrêter).")
    _run(settings)


def address(settings: Settings) -> str:
    """Return the URL at which this machine sees the site."""
    everywhere_or_here = {"0.0.0.0", "::", "127.0.0.1"}  # noqa: S104  # compared, not listened at
    host = "localhost" if settings.host in everywhere_or_here else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def check_port_is_free(host: str, port: int) -> None:
    """Raise :class:`UserError` when nothing can listen at ``host``:``port``."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise UserError(
            f"L’adresse d’écoute « {host} » est inconnue de cette machine", remedy="Essayer --host 127.0.0.1."
        ) from None
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(place)
        except OSError as error:
            raise UserError(
                f"Impossible d’écouter à l’adresse {host}, port {port}",
                where=error.strerror or "",
                remedy="Arrêter le programme qui occupe ce port, ou en choisir un autre avec --port.",
            ) from None


def _ensure_built(settings: Settings) -> None:
    from rarecare.dataset.build import ensure_built  # numpy, pandas and duckdb: not for --help

    with BuildBar() as bar:
        ensure_built(settings, progress=bar.step)


def _run(settings: Settings) -> None:
    from rarecare.ui.launch import launch  # Streamlit: not for --help

    launch(settings)
