"""Rules of the field: labels, réseaux, populations, roads. One small function a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from rarecare.dataset.latest import latest_rows
from rarecare.dataset.provenance import FICTITIOUS, TO_CONFIRM, is_published
from rarecare.dataset.rule_registry import REGISTRY, Context, Finding

AGE_BANDS = ["age_0_19", "age_20_39", "age_40_59", "age_60_74", "age_75_plus"]
GROUP_VALUES = ["valeur_basse", "valeur_centrale", "valeur_haute", "unite", "part_enfants_pct"]
ADDRESS = re.compile(r"https?://\S+")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
# a French number: ten digits by pairs, with or without +33; digits glued to others are codes, not telephones
TELEPHONE = re.compile(r"(?<![\d/])(?:\+33[ .]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")


def _numbers(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame[columns].apply(pd.to_numeric, errors="coerce")


def _lookup(cells: pd.Series, frame: pd.DataFrame, key: str, value: str) -> pd.Series:
    """Return *value* of the row of *frame* whose *key* is each cell; ``""`` when there is none."""
    first = frame.drop_duplicates(key)
    known = dict(zip(first[key], first[value], strict=True))
    return pd.Series([known.get(cell, "") for cell in cells], index=cells.index, dtype="str")


@REGISTRY.add(
    "departement-commune",
    "Le département n'est pas celui de la commune",
    remedy="Corriger le département ou le code de commune.",
    reads=("etablissements", "plateformes", "acteurs"),
)
def find_departement_commune_mismatch(context: Context) -> Iterator[Finding]:
    """Find places whose département is not that of their commune."""
    for name in ("etablissements", "plateformes", "acteurs"):
        if name in context.frames:
            communes, departements = (context.frames[name][c] for c in ("code_commune", "departement"))
            both = (communes != "") & (departements != "")
            expected = communes.str[:2].where(~communes.str.startswith("97"), communes.str[:3])
            yield from context.rows(name, both & (departements != expected), "departement")


@REGISTRY.add(
    "coordonnateur-multiple",
    "Un réseau a plusieurs coordonnateurs pour la même période de label",
    remedy="Garder un seul coordonnateur par réseau et période ; les autres sites sont constitutifs.",
    tables=("centres",),
)
def find_several_coordinators(context: Context) -> Iterator[Finding]:
    """Find réseaux with two coordinators under one label."""
    centres = context.frames["centres"]
    coordinators = centres["type"] == "coordonnateur"
    repeated = (
        centres[coordinators]
        .duplicated(["reseau_id", "periode_label"])
        .reindex(centres.index, fill_value=False)
    )
    yield from context.rows("centres", repeated, "type", key="reseau_id")


@REGISTRY.add(
    "coordonnateur-absent",
    "Un réseau de centres de référence n'a aucun coordonnateur connu",
    remedy="Ajouter le coordonnateur, ou décider de l'exception.",
    tables=("centres", "reseaux"),
)
def find_missing_coordinator(context: Context) -> Iterator[Finding]:
    """Find CRMR réseaux with sites but no coordinator under any label.

    The question is asked of the réseau, not of each label period: a page often gives the coordinator for one label
    and some other sites for another, which is incomplete knowledge (see completeness), not a contradiction.
    """
    centres, reseaux = context.frames["centres"], context.frames["reseaux"]
    category = _lookup(centres["reseau_id"], reseaux, "reseau_id", "categorie")
    coordinated = set(centres.loc[centres["type"] == "coordonnateur", "reseau_id"])
    lacking = (
        (category == "crmr") & ~centres["reseau_id"].isin(coordinated) & ~centres.duplicated("reseau_id")
    )
    yield from context.rows("centres", lacking, "type", key="reseau_id")


@REGISTRY.add(
    "coordonnateur-remplace",
    "Un réseau a plusieurs coordonnateurs parmi ses lignes en cours",
    remedy="Donner son nouveau type à l'ancien coordonnateur, ou décider de l'exception.",
    tables=("centres",),
)
def find_replaced_coordinator(context: Context) -> Iterator[Finding]:
    """Find former coordinators that have no row under the label of the new one."""
    centres = context.frames["centres"]
    coordinators = centres[latest_rows(centres) & (centres["type"] == "coordonnateur")]
    newest = coordinators.groupby("reseau_id")["periode_label"].transform("max")
    replaced = (coordinators["periode_label"] < newest).reindex(centres.index, fill_value=False)
    yield from context.rows("centres", replaced, "type", key="reseau_id")


@REGISTRY.add(
    "centre-en-double",
    "Le même réseau, le même établissement et la même période apparaissent deux fois",
    remedy="Ne garder qu'une ligne.",
    tables=("centres",),
)
def find_repeated_centres(context: Context) -> Iterator[Finding]:
    """One site is written twice under one label."""
    repeated = context.frames["centres"].duplicated(["reseau_id", "etablissement_id", "periode_label"])
    yield from context.rows("centres", repeated, "etablissement_id")


@REGISTRY.add(
    "reseau-a-preciser",
    "Le réseau est un libellé d'attente",
    remedy="Rattacher ses sites au vrai réseau, ou décider de l'exception.",
    tables=("reseaux",),
)
def find_unnamed_reseaux(context: Context) -> Iterator[Finding]:
    """Find réseaux that stand for "not read"."""
    yield from context.rows("reseaux", context.frames["reseaux"]["categorie"] == "a_preciser", "categorie")


@REGISTRY.add(
    "type-et-categorie",
    "Un réseau de centres de ressources et de compétences ne porte que des sites de type crc",
    remedy="Corriger le type du site ou la catégorie du réseau.",
    tables=("centres", "reseaux"),
)
def find_types_foreign_to_category(context: Context) -> Iterator[Finding]:
    """Find sites of another type in a réseau of category ``crc``."""
    centres = context.frames["centres"]
    category = _lookup(centres["reseau_id"], context.frames["reseaux"], "reseau_id", "categorie")
    yield from context.rows("centres", (category == "crc") & (centres["type"] != "crc"), "type")


@REGISTRY.add(
    "filiere-du-reseau",
    "La filière n'est pas celle du réseau",
    remedy="Corriger la filière ou le réseau.",
    tables=("reseaux",),
    reads=("centres",),
)
def find_filiere_mismatch(context: Context) -> Iterator[Finding]:
    """Find centres whose filière is not that of their réseau."""
    if "centres" in context.frames:
        centres = context.frames["centres"]
        filiere = _lookup(centres["reseau_id"], context.frames["reseaux"], "reseau_id", "filiere")
        yield from context.rows("centres", (filiere != "") & (filiere != centres["filiere"]), "filiere")


@REGISTRY.add(
    "filiere-de-la-maladie",
    "La maladie est rattachée à un réseau d'une autre filière",
    remedy="Corriger le rattachement ; une autre filière se dit dans la remarque.",
    tables=("maladies", "maladies_reseaux", "reseaux"),
)
def find_disease_of_other_filiere(context: Context) -> Iterator[Finding]:
    """Find diseases tied to a réseau outside their filière."""
    links = context.frames["maladies_reseaux"]
    disease = _lookup(links["maladie_id"], context.frames["maladies"], "maladie_id", "filiere")
    reseau = _lookup(links["reseau_id"], context.frames["reseaux"], "reseau_id", "filiere")
    wrong = (disease != "") & (reseau != "") & (disease != reseau)
    yield from context.rows("maladies_reseaux", wrong, "reseau_id")


@REGISTRY.add(
    "maladie-sans-reseau",
    "La maladie n'est rattachée à aucun réseau",
    remedy="Ajouter une ligne dans la table maladies_reseaux.",
    tables=("maladies", "maladies_reseaux"),
)
def find_diseases_without_reseau(context: Context) -> Iterator[Finding]:
    """Find diseases that lead to no réseau."""
    diseases = context.frames["maladies"]["maladie_id"]
    yield from context.rows(
        "maladies", ~diseases.isin(context.frames["maladies_reseaux"]["maladie_id"]), "maladie_id"
    )


@REGISTRY.add(
    "groupe-du-reseau",
    "Le groupe de maladies n'est pas celui du réseau",
    remedy="Corriger le groupe dans l'une des deux tables.",
    tables=("epidemiologie", "reseaux"),
)
def find_group_mismatch(context: Context) -> Iterator[Finding]:
    """Find epidemiology rows whose group is not that of their réseau."""
    rows = context.frames["epidemiologie"]
    group = _lookup(rows["reseau_id"], context.frames["reseaux"], "reseau_id", "groupe_maladie")
    wrong = (group != "") & (group != rows["groupe_maladie"])
    yield from context.rows("epidemiologie", wrong, "groupe_maladie")


@REGISTRY.add(
    "valeurs-du-groupe",
    "Les réseaux d'un même groupe portent le total national du groupe : la valeur diffère",
    remedy="Reprendre la valeur de la table groupes_maladies.",
    tables=("epidemiologie", "groupes_maladies"),
)
def find_values_unlike_group(context: Context) -> Iterator[Finding]:
    """Find epidemiology rows whose values are not those of their group."""
    rows = context.frames["epidemiologie"]
    for column in GROUP_VALUES:
        value = _lookup(rows["groupe_maladie"], context.frames["groupes_maladies"], "groupe_maladie", column)
        yield from context.rows("epidemiologie", (value != "") & (value != rows[column]), column)


@REGISTRY.add(
    "adresse-manquante",
    "Une ligne publiée doit citer l'adresse de la page lue",
    remedy="Ajouter l'adresse, ou passer la provenance à « a_confirmer ».",
)
def find_published_without_address(context: Context) -> Iterator[Finding]:
    """Find rows that say ``publie`` and cite no page."""
    for table, frame in context.tables():
        if {"provenance", "source_url"} <= set(frame.columns):
            wrong = (frame["provenance"] == "publie") & (frame["source_url"] == "")
            yield from context.rows(table.name, wrong, "source_url")


@REGISTRY.add(
    "confiance-et-provenance",
    "Une ligne publiée ou officielle ne peut être de confiance faible, "
    "ni une ligne de confiance forte à confirmer sans raison",
    remedy="Accorder la confiance et la provenance, ou dire la raison dans la remarque.",
)
def find_confidence_unlike_provenance(context: Context) -> Iterator[Finding]:
    """Find rows whose confidence and provenance contradict each other."""
    for table, frame in context.tables():
        if {"provenance", "confiance", "note"} <= set(frame.columns):
            weak = is_published(frame["provenance"]) & (frame["confiance"] == "faible")
            unexplained = (
                (frame["provenance"] == TO_CONFIRM) & (frame["confiance"] == "forte") & (frame["note"] == "")
            )
            yield from context.rows(table.name, weak | unexplained, "confiance")


@REGISTRY.add(
    "ligne-fictive-livree",
    "Une ligne fictive est livrée avec les données",
    remedy="La retirer : une donnée fictive n'entre que par une importation, pour un essai ou une formation.",
)
def find_fictitious_rows(context: Context) -> Iterator[Finding]:
    """Find made-up rows in the files of ``data/``; an import may bring some."""
    for table, frame in context.tables():
        if "provenance" in frame:
            wrong = (frame["provenance"] == FICTITIOUS) & ~context.imported(table.name)
            yield from context.rows(table.name, wrong, "provenance")


@REGISTRY.add(
    "bornes-en-desordre",
    "Il faut valeur basse ≤ valeur centrale ≤ valeur haute",
    remedy="Remettre les trois valeurs en ordre.",
)
def find_disordered_bounds(context: Context) -> Iterator[Finding]:
    """Find low, central and high values that are not in order."""
    for table, frame in context.tables():
        if {"valeur_basse", "valeur_centrale", "valeur_haute"} <= set(frame.columns):
            values = _numbers(frame, ["valeur_basse", "valeur_centrale", "valeur_haute"])
            low, central, high = (values[column] for column in values)
            yield from context.rows(table.name, (low > central) | (central > high), "valeur_centrale")
        elif {"valeur", "valeur_haute"} <= set(frame.columns):
            values = _numbers(frame, ["valeur", "valeur_haute"])
            yield from context.rows(table.name, values["valeur"] > values["valeur_haute"], "valeur_haute")


@REGISTRY.add(
    "population-somme",
    "La somme des tranches d'âge n'est pas le total",
    remedy="Corriger la tranche ou le total.",
    tables=("population_age_departements",),
)
def find_wrong_population_totals(context: Context) -> Iterator[Finding]:
    """Find départements whose five age bands do not sum to the total."""
    frame = context.frames["population_age_departements"]
    values = _numbers(frame, [*AGE_BANDS, "total"])
    wrong = values.notna().all(axis=1) & (values[AGE_BANDS].sum(axis=1) != values["total"])
    yield from context.rows("population_age_departements", wrong, "total")


@REGISTRY.add(
    "departement-sans-population",
    "Un département n'a pas de population",
    remedy="Ajouter sa ligne.",
    tables=("population_age_departements",),
)
def find_departements_without_population(context: Context) -> Iterator[Finding]:
    """Find départements of the official list that have no row."""
    known = set(context.frames["population_age_departements"]["departement"])
    for code in sorted(context.departement_codes - known):
        yield Finding("population_age_departements", 0, "departement", code, code)


@REGISTRY.add(
    "modificateurs-trop-forts",
    "Les départements cités compteraient à eux seuls plus de malades que tout le pays",
    remedy="Revoir les facteurs du groupe : 1 est la moyenne nationale, elle ne peut être dépassée partout.",
    tables=("modificateurs_regionaux", "population_age_departements"),
)
def find_impossible_modifiers(context: Context) -> Iterator[Finding]:
    """Find disease groups whose départements listed would hold more patients than the country.

    Asked of children, of adults and of all people, since each is spread on its own.
    """
    modifiers, people = (
        context.frames["modificateurs_regionaux"],
        context.frames["population_age_departements"],
    )
    counts = _numbers(people, ["age_0_19", "total"])
    counts["adultes"] = counts["total"] - counts["age_0_19"]
    shares = (counts / counts.sum()).set_index(people["departement"])
    shares = shares[~shares.index.duplicated()]
    local = shares.reindex(modifiers["departement"]).set_index(modifiers.index)
    weighted = local.mul(_numbers(modifiers, ["facteur"])["facteur"], axis=0)
    totals = weighted.groupby(modifiers["groupe_maladie"]).transform("sum").max(axis=1)
    wrong = (totals > 1) & ~modifiers["groupe_maladie"].duplicated()
    yield from context.rows("modificateurs_regionaux", wrong, "facteur", key="groupe_maladie")


@REGISTRY.add(
    "compte-somme",
    "Coordonnateurs et constitutifs ne font pas le nombre de centres de référence",
    remedy="Corriger l'un des trois comptes.",
    tables=("comptes_publies",),
)
def find_wrong_published_sums(context: Context) -> Iterator[Finding]:
    """Find coordinators and constitutifs that do not sum to the reference centres."""
    values = _numbers(
        context.frames["comptes_publies"], ["coordonnateurs", "constitutifs", "references_total"]
    )
    wrong = values.notna().all(axis=1) & (
        values["coordonnateurs"] + values["constitutifs"] != values["references_total"]
    )
    yield from context.rows("comptes_publies", wrong, "references_total")


@REGISTRY.add(
    "franchissement-minutes",
    "La durée se donne pour un pont ou un bac, jamais pour un passage interdit",
    remedy="Ajouter ou retirer les minutes.",
    tables=("franchissements",),
)
def find_crossings_without_minutes(context: Context) -> Iterator[Finding]:
    """Find crossings without a duration and forbidden pairs with one."""
    frame = context.frames["franchissements"]
    wrong = (frame["type"] == "interdit") != (frame["minutes"] == "")
    yield from context.rows("franchissements", wrong, "minutes")


@REGISTRY.add(
    "franchissement-ordre",
    "Le premier code de commune doit être le plus petit",
    remedy="Échanger les deux codes.",
    tables=("franchissements",),
)
def find_disordered_crossings(context: Context) -> Iterator[Finding]:
    """Find pairs whose two codes are equal or in the wrong order."""
    frame = context.frames["franchissements"]
    yield from context.rows("franchissements", frame["code_a"] >= frame["code_b"], "code_b")


@REGISTRY.add(
    "axe-ordre",
    "Les arrêts d'un axe se suivent à partir de 1, deux au moins",
    remedy="Renuméroter les arrêts de l'axe.",
    tables=("reseau_routier",),
)
def find_broken_roads(context: Context) -> Iterator[Finding]:
    """Find roads whose stops are not numbered 1, 2, 3…, or that have only one."""
    frame = context.frames["reseau_routier"]
    order = pd.to_numeric(frame["ordre"], errors="coerce")
    groups = order.groupby(frame["axe"])
    wrong = (groups.rank(method="first") != order) | (groups.transform("size") < 2)
    yield from context.rows("reseau_routier", wrong, "ordre")


@REGISTRY.add(
    "massif-code",
    "Le code du massif n'existe pas",
    remedy="Prendre le code officiel de la commune, du département ou de l'arrondissement.",
    tables=("massifs",),
)
def find_unknown_relief_codes(context: Context) -> Iterator[Finding]:
    """Find relief rows of places that do not exist; an arrondissement is checked by its département."""
    frame = context.frames["massifs"]
    known = {
        "commune": lambda code: code in context.commune_codes,
        "departement": lambda code: code in context.departement_codes,
        "arrondissement": lambda code: code[:-1] in context.departement_codes,
    }
    exists = [
        kind not in known or known[kind](code)
        for kind, code in zip(frame["portee"], frame["code"], strict=True)
    ]
    yield from context.rows("massifs", ~pd.Series(exists, index=frame.index, dtype=bool), "code")


@REGISTRY.add(
    "donnee-personnelle",
    "La cellule contient une adresse électronique ou un numéro de téléphone",
    remedy="Retirer la donnée personnelle : la base ne nomme que des établissements.",
)
def find_personal_data(context: Context) -> Iterator[Finding]:
    """Find e-mail addresses and telephone numbers, addresses of pages aside."""
    for table, frame in context.tables():
        for column in frame.columns:
            distinct = [text for text in frame[column].unique() if _is_personal(text)]
            if distinct:
                yield from context.rows(table.name, frame[column].isin(distinct), column)


def _is_personal(text: str) -> bool:
    bare = ADDRESS.sub("", text) if "://" in text else text
    return bool(EMAIL.search(bare) or TELEPHONE.search(bare))
