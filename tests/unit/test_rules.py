"""Every rule on the data finds the violation planted in a copy of the data, at its file, line and column."""

import csv
import shutil

import pandas as pd
import pytest

from rarecare.dataset.rule_registry import REGISTRY, Context, Registry
from rarecare.dataset.rules import EXCEPTION_RULES, check_tables
from rarecare.dataset.tables import SHAPE_RULES, load_package, refresh_package, scan_table

# (rule, table, {column: value} of the line to spoil, {column: value} to write, column blamed); one line each
SPOILED = [
    ("valeur-obligatoire", "reseaux", {"reseau_id": "oscar-cap"}, {"libelle": ""}, "libelle"),
    ("type-incorrect", "groupes_maladies", {"groupe_maladie": "fabry"}, {"valeur_haute": "1 600"}, "valeur_haute"),
    ("type-incorrect", "chiffres", {"chiffre_id": "filieres"}, {"valeur": "23,0"}, "valeur"),
    ("type-incorrect", "comptes_publies", {"compte_id": "national-france-2023"}, {"annee": "23"}, "annee"),
    ("valeur-hors-liste", "centres", {"centre_id": "oscar-cap--chu-de-rouen"}, {"type": "satellite"}, "type"),
    ("motif-non-respecte", "maladies", {"maladie_id": "syndrome-de-noonan"}, {"orpha_code": "ORPHA:648"}, "orpha_code"),
    ("motif-non-respecte", "filieres", {"filiere": "OSCAR"}, {"source_url": "filiere-oscar.fr"}, "source_url"),
    ("borne-depassee", "groupes_maladies", {"groupe_maladie": "wilson_cuivre"}, {"part_enfants_pct": "101"},
     "part_enfants_pct"),
    ("borne-depassee", "filieres", {"filiere": "FIMARAD"}, {"competences_publies": "-1"}, "competences_publies"),
    ("valeur-en-double", "maladies", {"maladie_id": "syndrome-de-costello"}, {"orpha_code": "1340"}, "orpha_code"),
    ("cle-en-double", "plateformes", {"plateforme_id": "pemr-resilience-nice-corse"},
     {"plateforme_id": "pemr-bexmara"}, "plateforme_id"),
    ("cle-etrangere", "centres", {"centre_id": "oscar-moc--chu-de-montpellier"},
     {"etablissement_id": "chu-de-nulle-part"}, "etablissement_id"),
    ("commune-inconnue", "etablissements", {"etablissement_id": "chu-de-caen"}, {"code_commune": "14999"},
     "code_commune"),
    ("commune-inconnue", "etablissements", {"etablissement_id": "ap-hp-hopital-cochin"}, {"code_commune": "75056"},
     "code_commune"),
    ("departement-inconnu", "plateformes", {"plateforme_id": "pcom-comarg-guyane"}, {"departement": "975"},
     "departement"),
    ("texte-mal-forme", "filieres", {"filiere": "FAI2R"}, {"ville": " Lille"}, "ville"),
    ("texte-mal-forme", "filieres", {"filiere": "ORKID"}, {"perimetre": "Maladies re\u0301nales"}, "perimetre"),
    ("departement-commune", "etablissements", {"etablissement_id": "chu-de-reims"}, {"departement": "08"},
     "departement"),
    ("coordonnateur-multiple", "centres", {"centre_id": "fimarad-toxibul--chru-de-tours"}, {"type": "coordonnateur"},
     "type"),
    ("coordonnateur-absent", "centres", {"reseau_id": "filnemus-canalopathies-musculaires"},
     {"type": "constitutif"}, "type"),
    ("coordonnateur-remplace", "centres", {"centre_id": "marih-creak--ap-hp-hopital-saint-antoine"},
     {"type": "coordonnateur", "periode_label": ""}, "type"),
    ("centre-en-double", "centres", {"centre_id": "respifil-pulmotension--chu-de-caen"},
     {"etablissement_id": "chu-de-bordeaux-hopital-haut-leveque"}, "etablissement_id"),
    ("reseau-a-preciser", "reseaux", {"reseau_id": "oscar-dfo"}, {"categorie": "a_preciser"}, "categorie"),
    ("type-et-categorie", "centres", {"centre_id": "mhemo-crc-mhc--chu-de-nice"}, {"type": "competence"}, "type"),
    ("filiere-du-reseau", "centres", {"centre_id": "g2m-mhm--chu-de-toulouse"}, {"filiere": "MARIH"}, "filiere"),
    ("filiere-de-la-maladie", "maladies_reseaux", {"maladie_id": "syndrome-de-mazabraud"},
     {"reseau_id": "marih-creak"}, "reseau_id"),
    ("maladie-sans-reseau", "maladies", {"maladie_id": "maladie-de-castleman"}, {"maladie_id": "maladie-inventee"},
     "maladie_id"),
    ("groupe-du-reseau", "epidemiologie", {"reseau_id": "oscar-dfo"}, {"groupe_maladie": "fabry"}, "groupe_maladie"),
    ("valeurs-du-groupe", "epidemiologie", {"reseau_id": "marih-creak"}, {"valeur_centrale": "1"}, "valeur_centrale"),
    ("adresse-manquante", "centres", {"centre_id": "marih-cereo--hopital-foch"}, {"source_url": ""}, "source_url"),
    ("confiance-et-provenance", "centres", {"centre_id": "filslan-sla--chu-de-caen"}, {"confiance": "faible"},
     "confiance"),
    ("bornes-en-desordre", "groupes_maladies", {"groupe_maladie": "mastocytoses"}, {"valeur_basse": "999999"},
     "valeur_centrale"),
    ("bornes-en-desordre", "chiffres", {"chiffre_id": "prevalence-xlh"}, {"valeur": "30000"}, "valeur_haute"),
    ("population-somme", "population_age_departements", {"departement": "48"}, {"age_0_19": "1"}, "total"),
    ("modificateurs-trop-forts", "modificateurs_regionaux",
     {"groupe_maladie": "drepanocytose_thalassemies_globule_rouge", "departement": "75"}, {"facteur": "20"}, "facteur"),
    ("compte-somme", "comptes_publies", {"compte_id": "national-france-2017"}, {"constitutifs": "1"},
     "references_total"),
    ("franchissement-minutes", "franchissements", {"code_a": "05106", "code_b": "05164"}, {"minutes": ""}, "minutes"),
    ("franchissement-ordre", "franchissements", {"code_a": "27485", "code_b": "76476"}, {"code_b": "27485"}, "code_b"),
    ("axe-ordre", "reseau_routier", {"axe": "A1", "ordre": "2"}, {"ordre": "2000"}, "ordre"),
    ("massif-code", "massifs", {"portee": "arrondissement", "code": "051"}, {"code": "999"}, "code"),
    ("donnee-personnelle", "centres", {"centre_id": "oscar-cap--ap-hp-hopital-cochin"},
     {"note": "Secrétariat : 01 23 45 67 89"}, "note"),
    ("donnee-personnelle", "plateformes", {"plateforme_id": "pcom-karukerares-guadeloupe"},
     {"note": "contact@exemple.fr"}, "note"),
    ("ligne-fictive-livree", "centres", {"centre_id": "oscar-cap--chu-de-toulouse"}, {"provenance": "fictif"},
     "provenance"),
    ("exception-inconnue", "exceptions", {"cle": "filslan-sla"}, {"slug": "regle-inventee"}, "slug"),
    ("exception-perimee", "exceptions", {"cle": "fai2r-ceremaia"}, {"cle": "fai2r-raise"}, "cle"),
]  # fmt: skip

CENTRE, OTHER = "oscar-cap--chu-de-rouen", "oscar-moc--chu-de-montpellier"
COUNT = {
    "centre_id": CENTRE, "groupe_maladie": "tous", "annee": "2025", "modalite": "total", "classe_age": "tous",
    "departement_residence": "tous", "patients": "100", "provenance": "officiel",
}  # fmt: skip
TERRITORY = {
    "departement_residence": "48", "groupe_maladie": "tous", "filiere": "tous", "annee": "2025", "classe_age": "tous",
    "modalite": "total", "patients": "100", "provenance": "officiel",
}  # fmt: skip
LABEL = {
    "reseau_id": "oscar-cap", "etablissement_id": "chu-de-rouen", "type": "constitutif", "periode_label": "2017-2022",
    "provenance": "officiel",
}  # fmt: skip
ACTOR = {"acteur_id": "acteur", "type": "association", "nom": "Association", "provenance": "officiel"}

# (rule, table left empty by the data, rows to add: what they change of a sound row, row and column blamed)
PLANTED = [
    ("total-inferieur-aux-parties", "file_active", [{"patients": "9"}, {"modalite": "site", "patients": "10"}],
     0, "patients"),
    ("total-inferieur-aux-parties", "file_active",
     [{}, {"classe_age": "enfant", "patients": "60"}, {"classe_age": "adulte", "patients": "41"}], 0, "patients"),
    ("total-inferieur-aux-parties", "file_active",
     [{}, *({"departement_residence": code, "patients": "51"} for code in ("01", "99"))], 0, "patients"),
    ("total-inferieur-aux-parties", "file_active", [{}, {"groupe_maladie": "fabry", "patients": "101"}], 0, "patients"),
    ("total-inferieur-aux-parties", "file_active", [{"nouveaux_patients": "101"}], 0, "nouveaux_patients"),
    ("total-inferieur-aux-parties", "file_active",
     [{"diagnostics_confirmes": "60", "diagnostics_probables": "41"}], 0, "patients"),
    ("total-inferieur-aux-parties", "file_active_territoire", [{}, {"filiere": "OSCAR", "patients": "101"}],
     0, "patients"),
    ("total-superieur-aux-parties", "file_active",
     [{}, {"modalite": "site", "patients": "70"}, {"modalite": "telemedecine", "patients": "29"}], 0, "patients"),
    ("valeur-absurde", "file_active", [{"patients": "100001"}], 0, "patients"),
    ("valeur-absurde", "file_active", [{"delai_diagnostic_median_mois": "1200.5"}], 0, "delai_diagnostic_median_mois"),
    ("valeur-absurde", "file_active_territoire", [{"patients": "1000001"}], 0, "patients"),
    ("valeur-absurde", "moyens", [{"etp_medical": "501"}], 0, "etp_medical"),
    ("groupe-inconnu", "file_active", [{"groupe_maladie": "maladie_inventee"}], 0, "groupe_maladie"),
    ("groupe-inconnu", "file_active_territoire", [{"groupe_maladie": "maladie_inventee"}], 0, "groupe_maladie"),
    ("filiere-inconnue", "file_active_territoire", [{"filiere": "Tous"}], 0, "filiere"),
    ("dates-en-desordre", "historique_labels", [{"date_debut": "2022-01-02", "date_fin": "2022-01-01"}], 0, "date_fin"),
    ("dates-en-desordre", "historique_labels", [{"periode_label": "2022-2017"}], 0, "periode_label"),
    ("cle-etrangere", "file_active", [{"centre_id": "centre-invente"}], 0, "centre_id"),
    ("cle-etrangere", "moyens", [{"centre_id": "centre-invente"}], 0, "centre_id"),
    ("cle-etrangere", "acteurs", [{"filiere": "INVENTEE"}], 0, "filiere"),
    ("cle-en-double", "file_active", [{}, {}], 1, "departement_residence"),
    ("departement-inconnu", "file_active", [{"departement_residence": "96"}], 0, "departement_residence"),
    ("departement-commune", "acteurs", [{"code_commune": "48095", "departement": "12"}], 0, "departement"),
    ("borne-depassee", "file_active", [{"patients": "-1"}], 0, "patients"),
    ("type-incorrect", "file_active", [{"patients": "12.5"}], 0, "patients"),
    ("type-incorrect", "historique_labels", [{"date_fin": "2023-02-30"}], 0, "date_fin"),
    ("type-incorrect", "historique_labels", [{"date_debut": "01/02/2023"}], 0, "date_debut"),
    ("valeur-hors-liste", "file_active", [{"modalite": "visio"}], 0, "modalite"),
    ("adresse-manquante", "file_active", [{"provenance": "publie"}], 0, "source_url"),
]  # fmt: skip
SOUND = {"file_active": COUNT, "file_active_territoire": TERRITORY, "historique_labels": LABEL, "acteurs": ACTOR,
         "moyens": {"centre_id": CENTRE, "annee": "2025", "provenance": "officiel"}}  # fmt: skip


@pytest.fixture(scope="module")
def territory(repository):
    communes = pd.read_parquet(
        repository / "geo" / "communes.parquet", columns=["code_commune", "departement"]
    )
    return frozenset(communes["code_commune"]), frozenset(communes["departement"])


@pytest.fixture(scope="module")
def spoiled(repository, territory, tmp_path_factory):
    """Return the problems of a copy that holds all the violations at once, and where each was planted."""
    directory = tmp_path_factory.mktemp("spoiled") / "data"
    shutil.copytree(repository / "data", directory)
    lines = [spoil(directory / f"{table}.csv", where, values) for _, table, where, values, _ in SPOILED]
    return check_tables(directory, *territory), lines


def spoil(path, where, values):
    """Write *values* in the first line whose cells are *where*; return its line number."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    found = [index for index, row in enumerate(rows) if where.items() <= row.items()]
    assert found, f"{path.name} has no line {where}"
    rows[found[0]] |= values
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return found[0] + 2


def places(problems):
    return [(problem.slug, problem.file, problem.line, problem.column) for problem in problems]


def test_the_published_data_breaks_no_rule(repository, territory):
    assert [problem.sentence() for problem in check_tables(repository / "data", *territory)] == []


@pytest.mark.parametrize("index", range(len(SPOILED)), ids=[f"{row[0]}-{row[1]}" for row in SPOILED])
def test_each_planted_violation_is_found_at_its_place(spoiled, index):
    problems, lines = spoiled
    slug, table, _, _, column = SPOILED[index]
    assert (slug, f"{table}.csv", lines[index], column) in places(problems)


@pytest.fixture(scope="module")
def counted(repository, territory):
    """Return a function that gives the problems of rows added to one table, all others as published."""
    package = load_package(repository / "data")
    frames = {table.name: scan_table(table, package.directory).frame for table in package.tables}

    def problems_of(name, changes, rules=REGISTRY.rules):
        columns = package.table(name).columns
        rows = [dict.fromkeys(columns, "") | SOUND[name] | change for change in changes]
        frame = pd.DataFrame(rows, columns=columns, index=range(2, len(rows) + 2), dtype="str")
        context = Context(package, frames | {name: frame}, *territory)
        return [
            (rule.slug, finding.table, finding.line - 2, finding.column)
            for rule in map(REGISTRY.rules.get, rules)
            for finding in rule.find(context)
            if finding.table == name
        ]

    return problems_of


@pytest.mark.parametrize("index", range(len(PLANTED)), ids=[f"{row[0]}-{row[1]}-{row[4]}" for row in PLANTED])
def test_each_violation_of_an_added_row_is_found_at_its_place(counted, index):
    slug, table, changes, row, column = PLANTED[index]
    assert (slug, table, row, column) in counted(table, changes, rules=[slug])


def test_sound_counts_break_no_rule(counted):
    breakdowns = [
        {}, {"modalite": "site", "patients": "80"}, {"modalite": "telemedecine", "patients": "40"},
        {"classe_age": "enfant", "patients": "30"}, {"classe_age": "adulte", "patients": "60"},
        {"departement_residence": "76", "patients": "90"}, {"departement_residence": "99", "patients": "10"},
        {"groupe_maladie": "fabry", "patients": "100"}, {"centre_id": OTHER, "modalite": "site", "patients": "500"},
        {"annee": "2024", "patients": "0", "nouveaux_patients": "0"},
    ]  # fmt: skip
    assert counted("file_active", breakdowns) == []
    assert counted("historique_labels", [{"date_debut": "2017-09-01", "date_fin": "2022-12-31"}]) == []
    assert counted("acteurs", [{"filiere": "OSCAR", "code_commune": "75056", "departement": "75"}]) == []


def test_every_rule_on_contents_has_a_planted_violation():
    planted = {row[0] for row in SPOILED + PLANTED} | {"departement-sans-population"}
    assert planted == set(REGISTRY.rules) | set(EXCEPTION_RULES)


def test_all_violations_are_told_at_once_in_the_order_of_files_and_lines(spoiled):
    problems, _ = spoiled
    assert problems == sorted(problems)
    assert {row[0] for row in SPOILED} <= {problem.slug for problem in problems}


def test_every_problem_is_a_french_sentence_with_its_place_and_a_remedy(spoiled):
    for problem in spoiled[0]:
        assert problem.sentence().startswith(problem.file)
        assert problem.rule
        assert problem.remedy.endswith(".")


def test_a_departement_without_population_is_found(repository, territory):
    communes, departements = territory
    problems = check_tables(repository / "data", communes, departements | {"977"})
    assert places(problems) == [
        ("departement-sans-population", "population_age_departements.csv", 0, "departement")
    ]


@pytest.fixture
def copy(repository, tmp_path):
    shutil.copytree(repository / "data", tmp_path / "data")
    return tmp_path / "data"


def test_a_lost_line_is_found_by_the_count_of_the_description(copy, territory):
    path = copy / "massifs.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert places(check_tables(copy, *territory)) == [("nombre-de-lignes", "massifs.csv", 0, "")]


def test_a_table_that_cannot_be_read_hides_no_problem_of_the_others(copy, territory):
    (copy / "reseaux.csv").write_bytes(b"<html>404</html>")
    line = spoil(copy / "filieres.csv", {"filiere": "OSCAR"}, {"ville": ""} | {"nom_complet": ""})
    assert places(check_tables(copy, *territory)) == [
        ("valeur-obligatoire", "filieres.csv", line, "nom_complet"),
        ("page-html", "reseaux.csv", 1, ""),
    ]


def test_a_line_of_the_wrong_width_is_blamed_once_and_its_key_still_counts(copy, territory):
    path = copy / "reseaux.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[5] = lines[5].rstrip("\n") + ",trop\n"
    path.write_text("".join(lines), encoding="utf-8")
    assert places(check_tables(copy, *territory)) == [("nombre-de-cellules", "reseaux.csv", 6, "")]


def test_a_file_that_nobody_describes_is_found(copy, territory):
    (copy / "brouillon.csv").write_text("a\n1\n", encoding="utf-8")
    assert places(check_tables(copy, *territory)) == [("table-non-decrite", "brouillon.csv", 0, "")]


def test_a_broken_description_is_the_only_problem_told(copy, territory):
    (copy / "datapackage.json").write_text("{", encoding="utf-8")
    assert places(check_tables(copy, *territory)) == [("paquet-illisible", "datapackage.json", 0, "")]


def test_an_exception_silences_the_anomaly_it_decides_and_only_that_one(copy, territory):
    line = spoil(copy / "exceptions.csv", {"cle": "fai2r-ceremaia"}, {"cle": "fai2r-raise"})
    problems = check_tables(copy, *territory)
    assert {(problem.slug, problem.file) for problem in problems} == {
        ("coordonnateur-absent", "centres.csv"),
        ("exception-perimee", "exceptions.csv"),
    }
    assert [problem.line for problem in problems if problem.slug == "exception-perimee"] == [line]


def test_deliberate_changes_are_accepted_once_the_description_is_refreshed(copy, territory):
    path = copy / "massifs.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    refresh_package(copy)
    assert check_tables(copy, *territory) == []


def test_two_rules_never_share_a_slug():
    registry = Registry()
    registry.add("une-regle", "Titre", remedy="Rien.")(lambda _: iter(()))
    with pytest.raises(ValueError, match="une-regle"):
        registry.add("une-regle", "Titre", remedy="Rien.")(lambda _: iter(()))
    assert not set(REGISTRY.rules) & set(SHAPE_RULES)
