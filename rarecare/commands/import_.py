"""``rarecare import``: a reader's file becomes a new version of the dataset, or all that is wrong with it is told."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rarecare.commands.output import Answer, Column, format_option, print_answer
from rarecare.commands.progress import BuildBar
from rarecare.commands.who_why import who_and_why, who_option, why_option
from rarecare.errors import DataProblems, UserError
from rarecare.french import counted, listing, number, typography
from rarecare.settings import Settings, load_settings

if TYPE_CHECKING:
    from rarecare.dataset.imports.accept import Plan
    from rarecare.dataset.imports.draft import Draft
    from rarecare.dataset.imports.mapping import Mapping
    from rarecare.dataset.imports.reading import Source
    from rarecare.dataset.tables import Table
    from rarecare.territory.communes import Communes

_COLUMNS = (
    Column("table", "Table"),
    Column("lignes", "Lignes du fichier"),
    Column("ajoutees", "Lignes ajoutées"),
    Column("changees", "Lignes changées"),
    Column("retirees", "Lignes retirées"),
)
_MODES = ("completer", "remplacer")
_SHOWN_DOUBTS = 20
_PARTS_SHOWN = 40
_FILE = click.Path(path_type=Path)


@click.command("import", short_help="Importe un fichier dans une table.")
@click.argument("table", metavar="TABLE")
@click.argument("file", metavar="FICHIER", type=_FILE)
@click.option(
    "--mapping", "mapping_file", type=_FILE, metavar="FICHIER", help="Correspondance des colonnes à suivre."
)
@click.option(
    "--save-mapping", type=_FILE, metavar="FICHIER", help="Où écrire la correspondance employée (TOML)."
)
@click.option(
    "--sheet", default="", help="Feuille à lire ; par défaut celle dont les intitulés sont reconnus."
)
@click.option(
    "--mode",
    type=click.Choice(_MODES),
    default=_MODES[0],
    show_default=True,
    help="completer : ajoute et change des lignes ; remplacer : le fichier remplace tout ce qu'il couvre.",
)
@click.option(
    "--couvre",
    "scope",
    default="",
    metavar="ÉTENDUE",
    help="Ce que remplace le mode remplacer : par défaut ce que le fichier nomme (les réseaux de ses centres…) ; "
    "« filiere » : toute la filière. L'aperçu (--dry-run) dit ce qui serait retiré.",
)
@click.option(
    "--officiel", is_flag=True, help="Liste officielle, ou chiffres de qui les détient : compte comme publié."
)
@click.option(
    "--match",
    "matches",
    multiple=True,
    metavar="TEXTE=ETABLISSEMENT",
    help="Décide de l'hôpital que désigne un texte du fichier ; répétable.",
)
@click.option(
    "--ignore-column",
    "ignored",
    multiple=True,
    metavar="INTITULÉ",
    help="Laisse de côté une colonne du fichier qui semble utile ; répétable.",
)
@who_option
@why_option
@click.option("--dry-run", is_flag=True, help="Dit ce qui changerait, sans rien appliquer.")
@click.option(
    "--problems", "problems_file", type=_FILE, metavar="FICHIER", help="Où écrire les anomalies (CSV)."
)
@format_option  # fmt: skip
def import_(
    table: str,
    file: Path,
    mapping_file: Path | None,
    save_mapping: Path | None,
    sheet: str,
    mode: str,
    scope: str,
    officiel: bool,
    matches: tuple[str, ...],
    ignored: tuple[str, ...],
    who: str,
    why: str,
    dry_run: bool,
    problems_file: Path | None,
    output_format: str,
) -> None:
    """Importe FICHIER (CSV, XLSX, ODS ou Parquet) dans TABLE, puis met la nouvelle version en service.

    Toutes les anomalies sont dites ensemble, et rien ne change tant qu'il en reste. Le fichier reçu est gardé avec son
    empreinte ; « rarecare versions » dit l'historique, « rarecare rollback » revient en arrière.
    """
    from rarecare.dataset.imports.accept import accept, references
    from rarecare.dataset.imports.apply import check_mode
    from rarecare.dataset.imports.draft import prepare
    from rarecare.dataset.imports.presenting import presented
    from rarecare.dataset.imports.reading import LIMITS, read_content
    from rarecare.dataset.imports.scopes import scope_of
    from rarecare.dataset.tables import load_package

    settings = load_settings()
    if not dry_run:
        who, why = who_and_why(settings, who, why)
    check_mode(table, mode)
    scope_of(table, mode, scope)
    package = load_package(settings.data_dir)
    described = package.table(table)
    content = _content_of(file, settings)
    try:
        source = read_content(content, name=file.name, limits=LIMITS.of_megabytes(settings.import_max_mb))
    except DataProblems as error:
        _write_problems(problems_file, error)
        raise
    mapping = _mapping(source, described, mapping_file, sheet)
    mapping = replace(mapping, matches={**mapping.matches, **_decided(matches)})
    mapping = replace(mapping, ignored=tuple(dict.fromkeys((*mapping.ignored, *ignored))))
    mapping = with_provenance(mapping, described, official=officiel)
    known = references(settings)
    draft = prepare(source, described, mapping, known)
    _save_mapping(save_mapping, mapping)
    _tell_unread(draft)
    planned = _told(settings, plan_of(settings, draft, described, mode, known.communes, scope=scope))
    if planned.problems:
        planned = replace(planned, problems=presented(planned.problems, draft, package))
        _write_problems(problems_file, DataProblems(planned.problems))
        _tell_doubtful(draft)
        if output_format == "json":
            print_answer(_answer(planned), output_format)
            raise click.exceptions.Exit(1)
        raise DataProblems(planned.problems)
    version = ""
    if not dry_run:
        with BuildBar(hidden=output_format != "table") as bar:
            version = accept(settings, planned, source=content, who=who, why=why, progress=bar.step)
    print_answer(_answer(planned, version), output_format)


def plan_of(
    settings: Settings, draft: Draft, table: Table, mode: str, communes: Communes, *, scope: str = ""
) -> Plan:
    """Return the plan of a draft; only its own problems when rules on the data would say nothing more.

    So it is of a file with endless faults, and of rows whose key is missing for want of a column.
    """
    from rarecare.dataset.imports.accept import Plan, plan
    from rarecare.dataset.imports.apply import changes
    from rarecare.dataset.imports.telling import MANY
    from rarecare.dataset.versions import current_version

    if not any(problem.slug in {MANY, "colonne-manquante"} for problem in draft.problems):
        return plan(settings, draft, mode, scope=scope, communes=communes)
    nothing = draft.frame.iloc[:0]
    version = current_version(settings.build_dir) or ""
    return Plan(draft, mode, version, changes(nothing, nothing, table), draft.problems)


def _told(settings: Settings, plan: Plan) -> Plan:
    """Return the plan as the reader of the settings may be told it."""
    from rarecare.dataset.store import open_dataset
    from rarecare.disclosure.changes import told_plan
    from rarecare.disclosure.gate import reader_of
    from rarecare.disclosure.tables import COUNT_TABLES

    if plan.table not in COUNT_TABLES or not plan.version:
        return plan
    return told_plan(plan, open_dataset(settings), reader_of(settings))


def with_provenance(mapping: Mapping, table: Table, *, official: bool) -> Mapping:
    """Return the mapping once every row says where it comes from.

    An official file is ``officiel`` and of high confidence whatever its own columns say; another one is ``a_confirmer``
    unless the file or the mapping tells otherwise.
    """
    from rarecare.dataset.imports.official import official_mapping
    from rarecare.dataset.provenance import OFFICIAL

    fields = set(table.columns)
    if official and "provenance" not in fields:
        raise UserError(
            f"La table « {table.name} » n'a pas de provenance", remedy="Retirer l'option « --officiel »."
        )
    if official or mapping.constants.get("provenance") == OFFICIAL:
        return official_mapping(mapping, table)
    defaults = {"provenance": "a_confirmer", "confiance": "faible"}
    constants = {
        name: value for name, value in defaults.items() if name in fields and name not in mapping.columns
    } | mapping.constants
    return replace(mapping, constants=constants)


def _content_of(file: Path, settings: Settings) -> bytes:
    """Return the bytes of the file, read once: those checked are those kept."""
    from rarecare.dataset.imports.reading import LIMITS, read_source

    limits = LIMITS.of_megabytes(settings.import_max_mb)
    if not file.is_file() or file.stat().st_size >= limits.file_bytes:
        read_source(file, limits=limits)
    try:
        return file.read_bytes()
    except OSError:
        raise UserError(
            "Le fichier ne peut pas être lu",
            where=str(file),
            remedy="Vérifier le chemin et les droits de lecture.",
        ) from None


def _mapping(source: Source, table: Table, file: Path | None, sheet: str) -> Mapping:
    from rarecare.dataset.imports.mapping import Mapping, propose_mapping

    if file is None:
        return propose_mapping(source, table, sheet=sheet).mapping
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(
            "La correspondance des colonnes est absente ou illisible",
            where=str(file),
            remedy="Donner un fichier écrit par « --save-mapping ».",
        ) from None
    mapping = Mapping.from_toml(text, where=str(file))
    if mapping.table != table.name:
        raise UserError(
            f"Cette correspondance est celle de la table « {mapping.table} »",
            where=str(file),
            remedy=f"Donner celle de la table « {table.name} », ou n'en donner aucune.",
        )
    return replace(mapping, sheet=sheet) if sheet else mapping


def _decided(matches: tuple[str, ...]) -> dict[str, str]:
    decided = {}
    for match in matches:
        text, separator, hospital = match.rpartition("=")
        if not (separator and text.strip() and hospital.strip()):
            raise UserError(
                f"« {match} » ne dit pas quel établissement prendre",
                where="--match",
                remedy='Écrire par exemple --match "CHU Dijon=chu-de-dijon".',
            )
        decided[text.strip()] = hospital.strip()
    return decided


def _save_mapping(path: Path | None, mapping: Mapping) -> None:
    from rarecare.dataset.versions import disk_errors, write_atomically

    if path is not None:
        with disk_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, mapping.to_toml().encode())


def _write_problems(path: Path | None, error: DataProblems) -> None:
    from rarecare.dataset.imports.draft import problems_frame
    from rarecare.dataset.versions import disk_errors, write_atomically

    if path is not None:
        with disk_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        text: str = problems_frame(error.problems).to_csv(index=False, lineterminator="\n")
        write_atomically(path, text.encode())


def _tell_doubtful(draft: Draft) -> None:
    for doubt in draft.doubtful:
        found = ", ".join(f"{code} ({number(score)})" for code, score in doubt.candidates) or "aucun"
        click.echo(f"Établissement à préciser : « {doubt.text} ». Candidats : {found}.", err=True)
    if draft.doubtful:
        click.echo('Choisir par --match "TEXTE=établissement".', err=True)


def _tell_unread(draft: Draft) -> None:
    """Name on the standard error, before anything is applied, every column left aside and what to look at twice."""
    if draft.unread:
        names = listing([f"« {column.heading} »" for column in draft.unread])
        click.echo(typography(f"Colonnes du fichier qui ne sont pas lues : {names}."), err=True)
    for problem in draft.to_check[:_SHOWN_DOUBTS]:
        click.echo(typography(f"À vérifier : {problem.sentence()}"), err=True)
    more = len(draft.to_check) - _SHOWN_DOUBTS
    if more > 0:
        click.echo(typography(f"À vérifier : {counted(more, 'autre ligne', 'autres lignes')}."), err=True)


def _answer(plan: Plan, version: str = "") -> Answer:
    row = {"table": plan.table, "lignes": len(plan.draft.frame), **plan.changes.counts()}
    document = {
        **row,
        "fichier": plan.draft.file,
        "mode": plan.mode,
        "couvre": plan.scope or None,
        "retraits": plan.removal.parts.to_dict("records"),
        "epargnees": int(plan.removal.spared["lignes"].sum()),
        "mises_de_cote": plan.removal.set_aside.to_dict("records"),
        "remises": plan.removal.brought_back.to_dict("records"),
        "version_avant": plan.version,
        "version": version or None,
        "cellules": cells_shown(plan),
        "notes": list(plan.draft.notes),
        "colonnes_non_lues": [
            {"intitule": column.heading, "raison": column.why or None} for column in plan.draft.unread
        ],
        "a_verifier": DataProblems(plan.draft.to_check).records(),
        "problemes": DataProblems(plan.problems).records(),
        "etablissements_douteux": [
            {"texte": doubt.text, "lignes": list(doubt.lines), "candidats": dict(doubt.candidates)}
            for doubt in plan.draft.doubtful
        ],
    }
    notes = [*plan.draft.notes, *_removal_notes(plan)]
    if version:
        notes.append(f"Version en service : {version}")
    elif plan.changes.is_empty:
        notes.append("Rien ne changerait : ces lignes sont déjà en service.")
    else:
        notes.append(
            f"Rien n'est appliqué : {counted(len(plan.draft.frame), 'ligne contrôlée', 'lignes contrôlées')}."
        )
    return Answer(_COLUMNS, [row], document=document, notes=notes)


def _removal_notes(plan: Plan) -> list[str]:
    """Say what is taken away, by part, what stays although a wider scope would take it, what leaves with its centre."""
    from rarecare.dataset.imports.removal import rows_by_table

    removal = plan.removal
    notes = [
        f"Retiré : {counted(row['lignes'], 'ligne')} de {_part_name(row)}"
        f"{'' if row['nomme'] else ', que le fichier ne nomme pas'}."
        for row in removal.parts.head(_PARTS_SHOWN).to_dict("records")
    ]
    if len(removal.parts) > _PARTS_SHOWN:
        rest = removal.parts.iloc[_PARTS_SHOWN:]
        notes.append(
            f"Retiré aussi : {counted(int(rest['lignes'].sum()), 'ligne')} ; --format json les donne toutes."
        )
    if removal.wider is not None:
        notes.append(
            f"Restent {counted(int(removal.spared['lignes'].sum()), 'ligne')} que le fichier ne nomme pas "
            f"(« --couvre {removal.wider.name} » les retirerait : {removal.wider.words})."
        )
    if removal.set_aside_rows:
        centres = removal.set_aside["centre_id"].nunique()
        notes.append(
            f"Mis de côté avec {counted(centres, 'centre retiré', 'centres retirés')}, et gardé : "
            f"{rows_by_table(removal.set_aside_rows)}. Un retour de ces centres les ramène."
        )
    if removal.brought_back_rows:
        notes.append(f"Remis en service avec leur centre : {rows_by_table(removal.brought_back_rows)}.")
    return notes


def _part_name(row: MappingType[Any, Any]) -> str:
    return ", ".join(str(value) or "(vide)" for name, value in row.items() if name not in {"lignes", "nomme"})


def cells_shown(plan: Plan) -> list[MappingType[Any, Any]]:
    """Return the cells that change, old and new value; without the values where they count patients."""
    from rarecare.disclosure.tables import COUNT_TABLES

    changed = plan.changes.changed
    if plan.table in COUNT_TABLES:
        described = COUNT_TABLES[plan.table]
        counts = changed["colonne"].isin([*described.counts, *described.medians])
        changed = changed.assign(
            avant=changed["avant"].mask(counts, None), apres=changed["apres"].mask(counts, None)
        )
    records: list[MappingType[Any, Any]] = (
        changed.astype(object).where(changed.notna(), None).to_dict("records")
    )
    return records
