"""``rarecare caseload``: from care events to files actives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.progress import BuildBar
from rarecare.french import counted
from rarecare.settings import load_settings

_COLUMNS = (Column("fichier", "Fichier"), Column("lignes", "Lignes"))


@click.command(short_help="Calcule les files actives à partir d’événements de soins.")
@click.argument("events", nargs=-1, required=True, metavar="ÉVÉNEMENTS...")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DOSSIER",
    help="Dossier à créer, où écrire les tables.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
    help="duckdb : sur cette machine, même si les événements dépassent la mémoire ; spark : sur une grappe (Java 17).",
)  # fmt: skip
@click.option(
    "--spark-master", default="local-cluster[2,1,1024]", show_default=True, metavar="ADRESSE",
    help="Grappe Spark : spark://…, yarn, k8s://…, ou deux processus de cette machine par défaut.",
)  # fmt: skip
@click.option(
    "--memory", default="", metavar="TAILLE",
    help="Mémoire accordée : à duckdb (6GB par défaut) ou à chaque exécuteur de spark (1g par exemple).",
)  # fmt: skip
@click.option(
    "--complet", is_flag=True,
    help="Croise département, âge et modalité entre eux ; sinon le département et l’âge sont donnés séparément.",
)  # fmt: skip
@click.option(
    "--accept-rejects", is_flag=True,
    help="Laisse de côté les événements refusés, comptés dans bilan.json ; sinon rien n’est écrit.",
)  # fmt: skip
@click.option(
    "--provenance", type=click.Choice(["officiel", "a_confirmer", "fictif"]), default="officiel", show_default=True,
    help="Provenance inscrite à chaque ligne.",
)  # fmt: skip
@format_option
def caseload(events: tuple[str, ...], out: Path, output_format: str, **asked: Any) -> None:
    """Compte les patients distincts d’événements de soins pseudonymisés, CSV ou Parquet.

    Colonnes : patient_id, date, centre_id, groupe_maladie (ou maladie : identifiant, code ORPHA ou nom), code_commune,
    modalite (site ou telemedecine) ; facultatives : classe_age (enfant ou adulte) ou annee_naissance, statut_diagnostic
    (confirme, probable ou indetermine), date_diagnostic et date_premiers_signes.

    Écrit file_active (à importer par « rarecare import file_active »), file_active_centre, file_active_territoire,
    flux, nouveaux, multi_centres et bilan.json. Ces fichiers portent des effectifs non masqués : ils sont lisibles de
    leur seul propriétaire, et aucun ne contient d’identifiant de patient.
    """
    from rarecare.caseload.references import References
    from rarecare.caseload.run import Request
    from rarecare.caseload.run import caseload as count
    from rarecare.dataset.store import open_dataset
    from rarecare.territory.names import load_former_communes

    settings = load_settings()
    references = References.of(open_dataset(settings), load_former_communes(settings.geo_dir))
    request = Request(events=events, out=out, **asked)
    with BuildBar(hidden=output_format != "table", label="Files actives") as bar:
        summary = count(request, references, progress=bar.step)
        bar.step("Terminé", 1.0)
    print_answer(_answer(summary, out), output_format)


def _answer(summary: dict[str, Any], out: Path) -> Answer:
    rows = [{"fichier": f"{name}.parquet", "lignes": rows} for name, rows in summary["lignes"].items()]
    unknown = summary["communes_inconnues"]
    notes = (
        f"{summary['evenements_retenus']} événements comptés, {summary['evenements_rejetes']} laissés de côté ; "
        f"de {summary['premiere_annee']} à {summary['derniere_annee']} ; {summary['secondes']} s avec "
        f"{summary['moteur']}.",
        f"Dossier {out}. Effectifs non masqués : à protéger comme les événements.",
        *(
            [f"{counted(unknown, 'événement')} d’une commune inconnue, comptés en résidence « 99 »."]
            if unknown
            else []
        ),
    )
    return Answer(_COLUMNS, rows, document=summary, notes=notes)
