"""How a territory is said in a sentence."""

import csv
import re

import pytest

from rarecare.settings import Settings
from rarecare.territory.communes import load_communes
from rarecare.territory.locatives import in_departement, in_region, in_territory
from rarecare.territory.names import load_departements, load_regions

NBSP = "\N{NO-BREAK SPACE}"
DEPARTEMENTS = """
01  | dans l’Ain                    | 2A  | en Corse-du-Sud
03  | dans l’Allier                 | 2B  | en Haute-Corse
04  | dans les Alpes-de-Haute-Provence | 49 | en Maine-et-Loire
07  | en Ardèche                    | 50  | dans la Manche
09  | en Ariège                     | 51  | dans la Marne
11  | dans l’Aude                   | 52  | en Haute-Marne
12  | en Aveyron                    | 57  | en Moselle
13  | dans les Bouches-du-Rhône     | 59  | dans le Nord
14  | dans le Calvados              | 62  | dans le Pas-de-Calais
16  | en Charente                   | 63  | dans le Puy-de-Dôme
18  | dans le Cher                  | 64  | dans les Pyrénées-Atlantiques
21  | en Côte-d’Or                  | 69  | dans le Rhône
22  | dans les Côtes-d’Armor        | 71  | en Saône-et-Loire
23  | dans la Creuse                | 72  | dans la Sarthe
24  | en Dordogne                   | 73  | en Savoie
26  | dans la Drôme                 | 77  | en Seine-et-Marne
27  | dans l’Eure                   | 78  | dans les Yvelines
28  | en Eure-et-Loir               | 79  | dans les Deux-Sèvres
30  | dans le Gard                  | 82  | en Tarn-et-Garonne
31  | en Haute-Garonne              | 84  | dans le Vaucluse
32  | dans le Gers                  | 85  | en Vendée
33  | en Gironde                    | 86  | dans la Vienne
34  | dans l’Hérault                | 90  | dans le Territoire de Belfort
35  | en Ille-et-Vilaine            | 91  | en Essonne
36  | dans l’Indre                  | 92  | dans les Hauts-de-Seine
38  | en Isère                      | 93  | en Seine-Saint-Denis
41  | en Loir-et-Cher               | 94  | dans le Val-de-Marne
42  | dans la Loire                 | 95  | dans le Val-d’Oise
44  | en Loire-Atlantique           | 971 | en Guadeloupe
47  | en Lot-et-Garonne             | 973 | en Guyane
48  | en Lozère                     | 972 | en Martinique
75  | à Paris                       | 974 | à La Réunion
89  | dans l’Yonne                  | 976 | à Mayotte
"""
REGIONS = {
    "01": "en Guadeloupe", "02": "en Martinique", "03": "en Guyane", "04": "à La Réunion", "06": "à Mayotte",
    "11": "en Île-de-France", "24": "en Centre-Val de Loire", "27": "en Bourgogne-Franche-Comté", "28": "en Normandie",
    "32": "dans les Hauts-de-France", "44": "dans le Grand Est", "52": "dans les Pays de la Loire", "53": "en Bretagne",
    "75": "en Nouvelle-Aquitaine", "76": "en Occitanie", "84": "en Auvergne-Rhône-Alpes",
    "93": "en Provence-Alpes-Côte d’Azur", "94": "en Corse",
}  # fmt: skip
COMMUNES = {
    "Mende": "à Mende",
    "Le Mans": "au Mans",
    "Le Kremlin-Bicêtre": "au Kremlin-Bicêtre",
    "Les Sables-d'Olonne": "aux Sables-d’Olonne",
    "La Rochelle": "à La Rochelle",
    "L'Haÿ-les-Roses": "à L’Haÿ-les-Roses",
    "Lespinasse": "à Lespinasse",
    "Lens": "à Lens",
    "Les": "à Les",
}


def plain(text):
    return text.replace(NBSP, " ")


def rows():
    cells = [cell.strip() for line in DEPARTEMENTS.strip().splitlines() for cell in line.split("|")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


@pytest.mark.parametrize(("code", "said"), rows().items())
def test_a_departement_is_said_with_its_preposition(code, said):
    nom = load_departements(Settings().geo_dir)[code].nom
    assert plain(in_departement(code, nom)) == said


@pytest.mark.parametrize(("code", "said"), REGIONS.items())
def test_a_region_is_said_with_its_preposition(code, said):
    assert plain(in_region(code, load_regions(Settings().geo_dir)[code].nom)) == said


def test_no_region_is_forgotten():
    assert set(REGIONS) == set(load_regions(Settings().geo_dir))


@pytest.mark.parametrize(("nom", "said"), COMMUNES.items())
def test_a_commune_is_said_with_its_article(nom, said):
    assert plain(in_territory("commune", "", nom)) == said


def test_every_territory_has_a_preposition_and_keeps_its_name():
    departements, regions = load_departements(Settings().geo_dir), load_regions(Settings().geo_dir)
    places = [("departement", code, place.nom) for code, place in departements.items()]
    places += [("region", code, place.nom) for code, place in regions.items()]
    for maille, code, nom in places:
        said = in_territory(maille, code, nom)
        assert re.fullmatch(rf"(en|dans (le|la|les)) .+|dans l’.+|à{NBSP}.+", said), said
        assert said.endswith(nom.replace("'", "’"))
        assert "’’" not in said


def test_an_article_is_never_doubled():
    for departement in load_departements(Settings().geo_dir).values():
        assert not re.search(
            r"\b(le|la|les|l’) ?(Le|La|Les|L’)\b", in_departement(departement.code, departement.nom)
        )


def test_names_joined_by_et_take_en():
    with (Settings().geo_dir / "departements.csv").open(encoding="utf-8", newline="") as stream:
        joined = [row for row in csv.DictReader(stream) if "-et-" in row["nom"]]
    assert len(joined) > 8
    assert {plain(in_departement(row["departement"], row["nom"]))[:3] for row in joined} == {"en "}


def test_the_preposition_a_is_never_left_at_the_end_of_a_line():
    for nom in ("Mende", "La Rochelle"):
        assert in_territory("commune", "", nom).startswith(f"à{NBSP}")
    assert in_territory("region", "06", "Mayotte") == f"à{NBSP}Mayotte"


def test_the_country_is_said():
    assert in_territory("france", "FR", "France entière") == "en France"


def test_no_commune_is_said_with_an_article_it_would_lose():
    for nom in map(str, load_communes(Settings().geo_dir).noms):
        said = plain(in_territory("commune", "", nom))
        kept = re.sub(r"^(Le|Les) (?=.)", "", nom).replace("'", "’")
        assert said.endswith(kept), nom
