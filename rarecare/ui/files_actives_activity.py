"""View Moyens of the page Files actives: staff and visits of sites and hospitals."""

from __future__ import annotations

from rarecare.french import counted
from rarecare.indicators.observed.activity import STAFF, VISITS, activity, activity_by_hospital
from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import heading, paragraph
from rarecare.ui.files_actives import SOURCE_SITES, CaseloadView
from rarecare.ui.files_actives_tables import SECRECY, SITE, SITE_CODES, Columns, count_columns, table

SOURCE_MEANS = "Moyens fournis (fichiers importés)"
_SOURCES = (SOURCE_MEANS, SOURCE_SITES)
_STAFF: Columns = {name: ColumnMeta(f"{label} (ETP)", kind="nombre1") for name, label in STAFF.items()}
_SUM = ("Sommes", "Par hôpital : somme de ce qui est fourni et montré par ses sites")


def activity_view(view: CaseloadView) -> None:
    """Show staff and visits, site by site then hospital by hospital; say plainly when nobody supplied them."""
    frame = activity(view.observed)
    heading("Personnel et consultations de chaque site", level=3, note=f"{view.place} ; {_year(view)}")
    if frame.empty:
        paragraph(
            "Aucun site de cette sélection n'a fourni son personnel ni ses consultations. La table « Moyens des "
            "centres » de la page Données a son modèle à remplir."
        )
        return
    sites = counted(len(view.observed.centres), "site")
    paragraph(
        f"{counted(len(frame), 'site a fourni ses moyens', 'sites ont fourni leurs moyens')} sur {sites}."
    )
    shown, written = count_columns(VISITS, unit="")
    names = {name: SITE[name] for name in ("nom_etablissement", "reseau", "type")}
    table(
        view, frame, names | _STAFF | shown, SITE_CODES | SITE | _STAFF | written,
        name="moyens", caption="Personnel et consultations par site", sources=_SOURCES,
    )  # fmt: skip
    heading("Personnel et consultations de chaque hôpital", level=3)
    first: Columns = {
        "nom_etablissement": SITE["nom_etablissement"],
        "centres": ColumnMeta("Sites", kind="nombre"),
    }
    texts: Columns = {
        f"{name}_texte": ColumnMeta(label, kind="nombre", write=str) for name, label in VISITS.items()
    }
    values: Columns = {}
    for name, label in VISITS.items():
        values[name] = ColumnMeta(f"{label} (somme montrée)", kind="nombre")
        values[f"{name}_masques"] = ColumnMeta(f"{label} : masqués", kind="nombre")
    table(
        view, activity_by_hospital(view.observed), first | _STAFF | texts,
        {"etablissement_id": SITE_CODES["etablissement_id"]} | first | _STAFF | values,
        name="moyens_hopitaux", caption="Personnel et consultations par hôpital",
        notes=(_SUM, SECRECY), sources=_SOURCES,
    )  # fmt: skip


def _year(view: CaseloadView) -> str:
    return str(view.observed.annee or "aucune année fournie")
