"""``rarecare travel-time``: car times between communes or sites."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.errors import UserError
from rarecare.settings import Settings, load_settings

_NOTES = ("Temps modélisés en voiture, sans trafic, à 15 % près (10 minutes près en dessous d'une heure).",)


@click.command(name="travel-time", short_help="Temps de trajet en voiture.")
@click.option("--from", "origin", metavar="COMMUNE", help="Code INSEE de la commune de départ.")
@click.option(
    "--to",
    "destination",
    metavar="SITE|COMMUNE",
    help="Commune, hôpital (etablissement_id) ou site (centre_id) d’arrivée.",
)
@click.option(
    "--pairs", type=click.Path(path_type=Path), metavar="FICHIER",
    help="Fichier CSV à deux colonnes au moins : from_commune et to_commune.",
)  # fmt: skip
@format_option
def travel_time(origin: str | None, destination: str | None, pairs: Path | None, output_format: str) -> None:
    """Calcule le temps de trajet d’une paire, ou de toutes celles d’un fichier.

    Les colonnes « minutes » et « etat » (route, bac ou pas_de_route) sont ajoutées ; sans route, « minutes » est vide.
    """
    import pandas as pd

    from rarecare.dataset.build import load_graph
    from rarecare.territory.communes import load_communes
    from rarecare.travel.engines import engine_from, pair_times
    from rarecare.travel.pairs import FROM, TO, times_of_file, times_of_frame

    settings = load_settings()
    communes = load_communes(settings.geo_dir)
    times = partial(pair_times, engine_from(settings, communes, lambda: load_graph(settings, communes)))
    if pairs is not None:
        if origin or destination:
            raise click.UsageError("Donner soit --pairs, soit --from et --to.")
        frame = times_of_file(pairs, times, communes)
    else:
        if not origin or not destination:
            raise click.UsageError("Il manque une extrémité du trajet : donner --from et --to, ou --pairs.")
        target = destination if destination in communes else _commune_of_site(settings, destination)
        asked = pd.DataFrame({FROM: [origin], TO: [target]})
        frame = times_of_frame(asked, times, communes)
    columns = [Column(name, name) for name in frame.columns]
    print_answer(Answer(columns, frame.to_dict("records"), notes=_NOTES), output_format)


def _commune_of_site(settings: Settings, name: str) -> str:
    """Return the commune of a hospital or of a labelled site."""
    from rarecare.access.selection import PUBLIC_PROVENANCE
    from rarecare.dataset.store import open_dataset

    provenance = PUBLIC_PROVENANCE if settings.public else "tous"
    frame = open_dataset(settings).query("commune_of_site", site=name, provenance=provenance)
    if frame.empty:
        raise UserError(
            f"Ni commune, ni hôpital, ni site de ce nom : « {name} »",
            remedy="Donner un code INSEE, un etablissement_id ou un centre_id (voir « rarecare export »).",
        )
    return str(frame["code_commune"].iloc[0])
