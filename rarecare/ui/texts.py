"""French texts of the interface that more than one page needs, in one place."""

from __future__ import annotations

from dataclasses import dataclass

PRODUCT = "RareCare"
BASELINE = "Atlas de l’expertise maladies rares"


@dataclass(frozen=True)
class PageText:
    """Name of one screen.

    Parameters
    ----------
    slug
        Path in the address and name of the file in ``pages/``, with ``-`` for ``_``.
    menu
        Entry of the menu.
    title
        First heading of the page.
    section
        Section of the menu; empty for an entry of its own.
    """

    slug: str
    menu: str
    title: str
    section: str = ""


PAGES = (
    PageText("accueil", "Accueil", "Accueil"),
    PageText("couverture", "Couverture", "Couverture du territoire", "Territoires"),
    PageText("distance", "Distance à l’expertise", "Distance à l’expertise", "Territoires"),
    PageText("filieres", "Filières", "Filières de santé maladies rares", "Offre"),
    PageText("etablissements", "Établissements", "Établissements", "Offre"),
    PageText("files-actives", "Files actives", "Files actives", "Offre"),
    PageText("scenarios", "Scénarios", "Scénarios", "Projection"),
    PageText("teleexpertise", "Télé-expertise", "Télé-expertise", "Projection"),
    PageText("annuaire", "Annuaire", "Trouver un centre"),
    PageText("donnees", "Données", "Données", "À propos"),
    PageText("methode", "Méthode", "Méthode et limites", "À propos"),
)

FIELD_LABELS = {
    "filiere": "Filière",
    "groupe": "Groupe de maladies",
    "reseau": "Réseau",
    "niveau": "Niveau de recours",
    "public": "Public",
    "indicateur": "Indicateur",
    "maille": "Maille",
    "departement": "Département",
    "region": "Région",
    "seuil": "Seuil de trajet",
    "provenance": "Provenance des données",
    "periode": "Période du label",
    "annee": "Année",
    "axe": "Regrouper par",
    "centre": "Centre",
    "volet": "Vue",
    "commune": "Commune",
    "sans": "La carte sans ce lieu",
    "comparer": "Comparer",
    "filiere_b": "Seconde filière",
    "periode_b": "Seconde période",
    "ponderation": "Qui compte",
}

ALL_LABELS = {
    "filiere": "Toutes les filières",
    "groupe": "Tous les groupes",
    "reseau": "Tous les réseaux",
    "departement": "France entière",
    "region": "France entière",
}

PEOPLE = {"tous": "Habitants", "enfant": "Moins de 20 ans", "adulte": "20 ans et plus"}
"""Whom a selection counts, as the heading of a column, by its ``public``."""

NIVEAUX = {"proximite": "Proximité", "expertise": "Expertise"}
PUBLICS = {"tous": "Tous", "enfant": "Enfants", "adulte": "Adultes"}
MAILLES = {"departement": "Départements", "region": "Régions", "commune": "Communes"}
AXES = {
    "reseau": "Réseau",
    "etablissement": "Hôpital",
    "groupe": "Groupe de maladies",
    "filiere": "Filière",
    "departement": "Département",
    "region": "Région",
}
PROVENANCES = {
    "tous": "Toutes les données",
    "publie": "Publiées seulement",
    "publie_date": "Publiées et datées",
    "a_confirmer": "À confirmer seulement",
}
PERIODES = {
    "en_cours": "Label le plus récent",
    "2023-2028": "2023-2028",
    "2017-2022": "2017-2022",
    "sans": "Sans date",
}
SEUILS = {"30": "30 min", "45": "45 min", "60": "1 h", "90": "1 h 30", "120": "2 h", "180": "3 h"}

VOLETS = {"temps": "Temps de trajet", "dependance": "Dépendance", "comparer": "Comparer"}
COMPARAISONS = {
    "niveaux": "Expertise et proximité",
    "publics": "Enfants et adultes",
    "filieres": "Deux filières",
    "periodes": "Deux périodes de label",
}

PONDERATIONS = {"habitants": "Habitants", "patients": "Patients attendus"}

MORE_FILTERS = "Plus de critères"
FILTERS = "Critères de la vue"
SKIP = "Aller au contenu"
NO_RESULT_TITLE = "Aucun centre ne correspond à ces critères"
NO_RESULT_REMEDY = "Élargissez la sélection : autre filière, autre niveau de recours ou toutes les données."
FICTITIOUS = "Données fictives"
FICTITIOUS_WHY = (
    "Des lignes de ce jeu de données sont inventées, pour un essai ou une formation : aucun chiffre de files actives "
    "montré ici n'est réel."
)
COPY_LINK = "Copier le lien de cette vue"
COPIED = "Lien copié"
NOT_STARTED = "Cette page s’ouvre depuis l’adresse principale de RareCare"
NOT_STARTED_REMEDY = "Revenir à l’accueil, puis choisir la page dans le menu"
LICENCES = (
    "Centres : pages publiques des filières, des hôpitaux et d’autres sites, indiquées ligne à ligne "
    "quand elles sont connues. "
    "Logiciel libre, licence EUPL 1.2."
)
