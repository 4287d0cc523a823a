"""Hospitals as people write them against the real register: recognised, or asked, never taken for another.

A line is a spelling, the city of its own column if any, and the hospital expected; « ? » where the reader is asked.
"""

import pytest

from rarecare.dataset.imports.names import ACCEPTED, HospitalRegister
from tests.import_sheets import references

SPELLINGS = """
CHU de Rennes | | chu-de-rennes
CHU Rennes | | chu-de-rennes
C.H.U. de RENNES | | chu-de-rennes
chu rennes | | chu-de-rennes
CHRU Rennes | | chu-de-rennes
Centre Hospitalier Universitaire de Rennes | | chu-de-rennes
Centre hospitalier régional universitaire de Rennes | | chu-de-rennes
CHU | Rennes | ?
CHU RENNES PONTCHAILLOU | | chu-de-rennes-hopital-pontchaillou
CHU de Rennes - Hôpital Sud | | chu-de-rennes-hopital-sud
Hôpital Sud, Rennes | | chu-de-rennes-hopital-sud
Hôpital Sud | Rennes | chu-de-rennes-hopital-sud
Hôpital Sud | | ?
CHU de Rennes (35) | | chu-de-rennes
CHU d'Angers 49000 | | chu-d-angers
CHU Angers | Angers | chu-d-angers
CHU Angers | Rennes | ?
CHU d’Angers | | chu-d-angers
Angers | | ?
CHU d'Angres | | ?
AP-HP Necker | | ap-hp-hopital-necker-enfants-malades
APHP - Hôpital Necker Enfants malades | | ap-hp-hopital-necker-enfants-malades
Hôpital Necker-Enfants-Malades | | ap-hp-hopital-necker-enfants-malades
NECKER | | ap-hp-hopital-necker-enfants-malades
CHU Necker (AP-HP) | Paris | ap-hp-hopital-necker-enfants-malades
Assistance Publique - Hôpitaux de Paris, Necker | | ap-hp-hopital-necker-enfants-malades
Necker | Lyon | ?
Pitié-Salpêtrière | | ap-hp-hopital-pitie-salpetriere
La Pitié Salpétrière | | ap-hp-hopital-pitie-salpetriere
GH Pitié-Salpêtrière (AP-HP) | | ap-hp-hopital-pitie-salpetriere
AP-HP. Sorbonne Université - Hôpital Pitié-Salpêtrière | | ap-hp-hopital-pitie-salpetriere
AP-HP Nord - Hôpital Bichat | | ap-hp-hopital-bichat-claude-bernard
Bichat Claude Bernard | | ap-hp-hopital-bichat-claude-bernard
Hôpital Robert Debré | | ?
Hôpital Robert-Debré, Paris | | ap-hp-hopital-robert-debre
AP-HP Robert Debré | | ap-hp-hopital-robert-debre
Robert Debré, Reims | | ?
Robert Debré | Reims | ?
HEGP | | ap-hp-hopital-europeen-georges-pompidou
Hôpital Européen G. Pompidou | | ap-hp-hopital-europeen-georges-pompidou
Georges Pompidou | Paris 15e | ap-hp-hopital-europeen-georges-pompidou
Hôpital Trousseau | | ?
AP-HP Trousseau | | ap-hp-hopital-armand-trousseau
Hôpital Armand Trousseau, Paris 12 | | ap-hp-hopital-armand-trousseau
Trousseau, Tours | | ?
CHRU de Tours - Trousseau | | ?
Bretonneau | | ?
Hôpital Bretonneau | Tours | chru-de-tours-hopital-bretonneau
Hôpital Bretonneau, Paris | | ap-hp-hopital-bretonneau
CHRU Tours Clocheville | | chru-de-tours-hopital-clocheville
CHU de Tours | | chru-de-tours
Saint-Louis | | ?
Hôpital St Louis, AP-HP | | ap-hp-hopital-saint-louis
Hôpital Saint-Louis | La Rochelle | ?
Hôpital St-Antoine Paris | | ap-hp-hopital-saint-antoine
Hôpital Rothschild | | ?
Hôpital Rothschild, Paris | | ?
Hôpital Rothschild (AP-HP) | | ap-hp-hopital-rothschild
Fondation A. de Rothschild | | hopital-fondation-adolphe-de-rothschild
Fondation Rothschild | | hopital-fondation-adolphe-de-rothschild
Hôpital Fondation Adolphe de Rothschild (Paris 19e) | | hopital-fondation-adolphe-de-rothschild
Fondation ophtalmologique Adolphe de Rothschild | | hopital-fondation-adolphe-de-rothschild
Kremlin-Bicêtre | | ap-hp-hopital-bicetre
CHU Bicêtre | | ap-hp-hopital-bicetre
Lariboisière | | ap-hp-hopital-lariboisiere
Lariboisiere (APHP) | | ap-hp-hopital-lariboisiere
Lariboisière - Fernand Widal | | ?
Henri Mondor | | ?
CHU Henri Mondor | Créteil | ap-hp-hopital-henri-mondor
Hôpitaux universitaires Henri-Mondor, AP-HP | | ap-hp-hopital-henri-mondor
CH Henri Mondor, Aurillac | | ?
CH Henri Mondor | Aurillac | ?
CHI Créteil | | ch-intercommunal-de-creteil
Centre hospitalier intercommunal de Créteil | | ch-intercommunal-de-creteil
CH Créteil | | ?
AP-HM Timone | | ap-hm-hopital-de-la-timone
Hôpital de la Timone | Marseille | ap-hm-hopital-de-la-timone
Timone enfants | | ap-hm-hopital-de-la-timone
Assistance publique - Hôpitaux de Marseille | | ap-hm
APHM | | ap-hm
APHM Conception | | ap-hm-hopital-de-la-conception
Hôpital Nord | | ?
Hôpital Nord, Marseille | | ap-hm-hopital-nord
Hôpital Nord | Saint-Étienne | chu-de-saint-etienne-hopital-nord
CHU St-Etienne, hôpital Nord | | chu-de-saint-etienne-hopital-nord
CHU Saint-Étienne | | ?
HCL | | hospices-civils-de-lyon
Hospices Civils de Lyon (HCL) | | hospices-civils-de-lyon
HFME | | hcl-hopital-femme-mere-enfant
Hôpital Femme Mère Enfant | Bron | hcl-hopital-femme-mere-enfant
HCL - Hôpital Femme-Mère-Enfants | | hcl-hopital-femme-mere-enfant
HCL Édouard Herriot | | hcl-hopital-edouard-herriot
Hôpital E. Herriot, Lyon | | hcl-hopital-edouard-herriot
Centre hospitalier Lyon Sud | | hcl-hopital-lyon-sud
Groupement hospitalier Est | Bron | ?
CHU de Lyon | | ?
Hôpitaux Universitaires de Strasbourg | | hopitaux-universitaires-de-strasbourg
CHU Strasbourg | | hopitaux-universitaires-de-strasbourg
CHRU de Strasbourg | | hopitaux-universitaires-de-strasbourg
HUS Hautepierre | | hopitaux-universitaires-de-strasbourg-hopital-de-hautepierre
NHC Strasbourg | | hopitaux-universitaires-de-strasbourg-nouvel-hopital-civil
CHU Nancy | | ?
CHRU Nancy - Brabois | | chru-de-nancy-hopitaux-de-brabois
CHU de Lille - Jeanne de Flandres | | chu-de-lille-hopital-jeanne-de-flandre
CHRU Lille | | chu-de-lille
CHRU de Lille, hôpital Huriez | | ?
Hôpital Calmette, Lille | | chu-de-lille-hopital-albert-calmette
CHU Bordeaux Pellegrin | | chu-de-bordeaux-groupe-hospitalier-pellegrin
CHU de Bordeaux - Haut Lévêque | Pessac | chu-de-bordeaux-hopital-haut-leveque
CHU de Bordeaux | Pessac | ?
CHU de Bordeaux, hôpital des enfants | | ?
CHU de Bordeaux - Saint-André | | ?
CHU Nantes - Hôtel Dieu | | chu-de-nantes-hotel-dieu
Hôpital Laennec | Nantes | chu-de-nantes-hopital-nord-laennec
Hôpital Laennec | | ?
CHU Toulouse | | chu-de-toulouse
CHU Toulouse Purpan | | ?
Hôpital Larrey, Toulouse | | chu-de-toulouse-hopital-larrey
Toulouse - Pierre Paul Riquet | | chu-de-toulouse-hopital-pierre-paul-riquet
CHU Grenoble | | chu-grenoble-alpes
CHU de Dijon | | chu-dijon-bourgogne
CHU Amiens | | chu-amiens-picardie
CHU Caen Normandie | | chu-de-caen
CHU de Rouen, Charles Nicolle | | chu-de-rouen-hopital-charles-nicolle
CHU Besançon - Jean Minjoz | | chu-de-besancon-hopital-jean-minjoz
CHU Estaing, Clermont-Ferrand | | chu-de-clermont-ferrand-site-estaing
CHU de Clermont | | ?
CHU Nice - l'Archet 2 | | chu-de-nice-hopital-de-l-archet
Hôpital Pasteur | | ?
Hôpital Pasteur, Nice | | chu-de-nice-hopital-pasteur
Hôpital Pasteur, Colmar | | ?
Clinique Pasteur, Toulouse | | ?
CHU Limoges - hôpital de la mère et de l'enfant | | chu-de-limoges-hopital-de-la-mere-et-de-l-enfant
CHU Montpellier - Arnaud de Villeneuve | | chu-de-montpellier-hopital-arnaud-de-villeneuve
CHU Montpellier - Lapeyronie | | ?
CHU de La Réunion | | ?
CHU Sud Réunion | | chu-de-la-reunion-site-sud
CHU Guadeloupe | | chu-de-la-guadeloupe
CHU de Pointe-à-Pitre | | ?
CHU Martinique | | chu-de-martinique
CHR d'Orléans | | chu-d-orleans
CH Angoulême | | ch-d-angouleme
CHU Angoulême | | ?
Centre hospitalier du Mans | | ch-du-mans
CH Le Mans | | ch-du-mans
CH Annecy | | ch-annecy-genevois
CH Bretagne-Atlantique (Vannes) | | ch-bretagne-atlantique
CH Vannes | | ?
CH de Bayonne | | ?
CHNO des XV-XX | | chno-des-quinze-vingts
Quinze-Vingts | | chno-des-quinze-vingts
Centre Léon-Bérard | Lyon | centre-leon-berard
Foch | Suresnes | hopital-foch
Marie Lannelongue | | hopital-marie-lannelongue
Hôpital Saint-Maurice | | ?
Hôpitaux de Saint-Maurice | | hopitaux-de-saint-maurice
chu-de-lille | | chu-de-lille
"""

ELSEWHERE = [
    *(
        "CHU de Nîmes",
        "CHU Metz-Thionville",
        "CHR Metz-Thionville",
        "CH de Bourg-en-Bresse",
        "CH Lens",
        "CH de Saint-Denis",
    ),
    *(
        "Gustave Roussy",
        "Institut Curie",
        "Institut Imagine",
        "Hôpital Saint-Joseph, Paris",
        "Hôpital Saint-Joseph, Marseille",
    ),
    *(
        "Hôpital Européen, Marseille",
        "Hôpital Sainte-Anne, Toulon",
        "HIA Percy",
        "HIA Clermont-Tonnerre, Brest",
        "CH de Brest",
    ),
    *(
        "Clinique Saint-Louis, Poissy",
        "CH de Laennec, Creil",
        "CH Laennec, Quimper",
        "CH de Cornouaille",
        "CH de Pontoise",
    ),
    *(
        "CH Sud Francilien",
        "CHI Poissy-Saint-Germain",
        "CH Robert Ballanger",
        "CH d'Orléans",
        "CH de Rennes",
        "CHU de Liège",
    ),
    *(
        "Hôpitaux universitaires de Genève",
        "CHU Saint-Luc, Bruxelles",
        "Clinique Necker",
        "Laboratoire Necker",
        "EHPAD Necker",
    ),
    *(
        "CHU de Bourges",
        "CHU Brugmann",
        "CH de Tourcoing",
        "CH de Roubaix",
        "CH d'Arras",
        "CH d'Avignon",
        "CH de Toulon",
    ),
    *(
        "Hôpital Bel-Air, Thionville",
        "CHU de Reims - American Memorial Hospital",
        "CHU de Reims Maison Blanche",
        "Hôpital",
    ),
    *(
        "CHU",
        "CH",
        "Centre hospitalier",
        "Hôtel-Dieu",
        "Hôtel-Dieu, Lyon",
        "AP-HP",
        "CRMR",
        "Total",
        "Paris",
        "Lyon",
        "Réunion",
    ),
    *(
        "CHU Lyon Sud Est",
        "Hôpital Nord Franche-Comté",
        "Hôpital Nord-Ouest, Villefranche",
        "CH Nord Mayenne",
        "Hôpital Central",
    ),
    *(
        "CHU de Nantes - Saint-Jacques",
        "CHU Poitiers - Montmorillon",
        "CH Le Vinatier et Saint-Jean-de-Dieu",
        "CHU Rennes Nantes",
    ),
    *(
        "Hôpital de la Croix-Rousse, Lyon",
        "HCL Croix-Rousse",
        "Hôpital Brugmann",
        "Mondor",
        "Cochin et Necker",
        "CHU Brest Carhaix",
    ),
]


NEARBY = """
Hôpital Saint-Vincent de Paul, Lille | Hôpital privé d'Antony | Institut Jean Godinot Reims
Centre Eugène Marquis Rennes | CH Guillaume Régnier Rennes | CHP Saint-Grégoire | Centre Oscar Lambret Lille
GHICL Lille | Centre Paul Strauss Strasbourg | Clinique Rhéna Strasbourg | Cesame Angers | ICO Angers
Hôpital Saint-Joseph-Saint Luc Lyon | HIA Desgenettes Lyon | CH Saint Jean de Dieu Lyon | HCL Charpennes
HCL Croix Rousse | Hôpital de la Croix Rousse | Fondation Lenval Nice | CHU-Lenval | CHU de Nice Cimiez
Hôpital Saint Roch Nice | CHU Toulouse Rangueil | Oncopole Toulouse | CHU Toulouse Paule de Viguier
CH Marchant Toulouse | CHU Montpellier La Colombière | ICM Montpellier | Institut Saint-Pierre Palavas
Hôpital Robert Picqué Bordeaux | Institut Bergonié Bordeaux | CH Charles Perrens Bordeaux | CHU Nantes Bellier
CHU Caen Côte de Nacre | CHU Rouen Bois-Guillaume | Centre Becquerel Rouen | CHU Amiens Nord | CHU Amiens Sud
CHU Grenoble Hôpital Sud | CHU Grenoble Michallon | GHM Grenoble | CHU Clermont-Ferrand Gabriel-Montpied
CHU Dijon Bocage | CH La Chartreuse Dijon | CHU Besançon Saint-Jacques | CHU Poitiers La Milétrie
CHU Limoges Dupuytren | CH Esquirol Limoges | CHU Tours Ermitage | CHU Brest Cavale Blanche
CHU Angers Saint Nicolas | CHU Martinique MFME | CHU Martinique Pierre Zobda-Quitman
CH La Trinité Martinique | CHIC Castres Mazamet | CHI Fréjus | CHI Montreuil | CHI Robert Ballanger
CHI Villeneuve Saint Georges | CH d'Alençon | CH Gabriel Martin Réunion | GH Est Réunion
Hôpital d'enfants Saint-Denis | Hôpital Sainte-Anne | Hôpital Sainte-Anne Toulon | CH Sainte-Anne Paris
Hôpital Saint-Antoine, Marseille | Hôpital européen, Paris | Hôpital marin de Berck
Hôpital maritime de Berck AP-HP | Hôpital Paul Guiraud Villejuif | Hôpital Louis Pasteur Le Coudray
Hôpital Jean Verdier | Hôpital Jean Verdier AP-HP | CHU Saint-Louis | Hôpital de Lyon | Hôpital de Marseille
CHU de Marseille | CH de Lyon | Hôpital de Paris | AP-HP Nord | AP-HP Sud | AP-HP Saint | AP-HP Paul
AP-HP Louis | AP-HP Georges Clemenceau | AP-HP René Muret | AP-HP Vaugirard | AP-HP Corentin Celton
AP-HP Joffre-Dupuytren | AP-HP Broca | AP-HP Port-Royal | Cochin Port-Royal | AP-HP Sainte-Périne
Maternité Port Royal | CHU Sud | CHU Nord | CHU Ouest | HCL Sud | HCL Nord | HCL Est | GH Est Lyon
Hôpital Lyon | Hôpital Bron | CH Bron | CH de Saint-Maurice | Hôpital national de Saint-Maurice
CH Pau Pyrénées | Clinique Pau | CH de Mayotte Dzoumogné | CH Perpignan Saint Jean | Polyclinique Grasse
CH Grasse Cannes | CH Antibes | CH Cannes | CH Dunkerque Zuydcoote | Hôpital maritime de Zuydcoote
CH Niort Parthenay | CH Nord Deux-Sèvres | CH Valenciennes Denain | CH Denain | CH Versailles
CH de Versailles Richaud | Hôpital privé de Versailles | CH Eure | CH d'Évreux | CH Évreux Vernon
CH La Rochelle | Hôpital de La Rochelle | GH Littoral Atlantique | GHR Mulhouse | CH Mulhouse
Hôpital Mulhouse | Fondation Cognacq | Fondation Ildys | Fondation Ildys Brest | CMCR Lyon | CMCR | CHNO
CHRU | CHU Centre | CHU de Saint-Denis | CHU de Saint-Pierre | CHU de La Tronche | CH La Tronche
CHU de Pessac | CHU Bron | CH Clichy | Hôpital Clichy | Hôpital de Garches | Hôpital de Bobigny
Hôpital de Créteil | CHU de Créteil | CHU Paris | CHU de Bondy | Hôpital de Clamart | HIA Bégin Saint-Mandé
HIA Percy Clamart | Hôpital Villejuif | Roussy Villejuif | CHU Est | CHU de Nancy Maternité | Maternité Nancy
CHRU Nancy Saint-Julien | ICL Nancy Vandœuvre | CHR Metz | CHU Reims Robert Debré | CHU Reims Maison-Blanche
CHU Reims Sébastopol | CHU Rennes La Tauvrais | CHU Rennes Hôtel-Dieu | Clinique Mutualiste Rennes
Hôpital Sud Toulouse | Hôpital Sud Marseille | Hôpital Nord Grenoble | Hôpital Nord Bordeaux
Hôpital cardiologique Bordeaux | Hôpital cardiologique Lyon | Hôpital des enfants | Hôpital Mère-Enfant
Hôpital mère enfant Nantes | Femme mère enfant Angers | Hôpital couple enfant Dijon
Nouvel hôpital Strasbourg | Hôpital civil Strasbourg | Hôpital civil | Strasbourg | Institut Pasteur
Institut Pasteur Lille | Hôpital Charles Foix Jean Rostand | Hôpital Foch Paris | Léon Bérard Hyères
Hôpital Léon Bérard, Hyères | Hospices civils de Beaune | Hospices civils | HC Lyon | CH Andrée Rosemon
CHU Guyane | CH de Guyane | Kourou | CH de l'Ouest guyanais | CHU de Pointe à Pitre Abymes | CHU Basse-Terre
CHBT | CH Saint-Brieuc Paimpol | Yves Le Foll Saint-Brieuc | CH Bretagne Sud | CH Bretagne Atlantique Auray
CH Vannes-Auray | Hôpital Bretagne | CHU Bretagne | CHU Bourgogne | CHU Alpes | CHU Picardie | CHU Côte Basque
CH Côte d'Argent | CH Côte d'Opale | CHU Orléans La Source | CHR Orléans Porte Madeleine | CHU Angoulême Girac
CH Angoulême Soyaux
"""


def lines(text):
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().split("\n")]


@pytest.fixture(scope="module")
def register():
    return HospitalRegister(references().etablissements)


@pytest.mark.parametrize(("text", "city", "expected"), lines(SPELLINGS))
def test_spelling(register, text, city, expected):
    found = register.match(text, ville=city)
    assert (found.etablissement_id or "?") == expected
    assert found.score >= ACCEPTED or expected == "?"


@pytest.mark.parametrize("text", ELSEWHERE)
def test_hospital_out_of_the_register_is_never_taken_for_one_of_it(register, text):
    assert register.match(text).etablissement_id == ""


def test_neighbours_and_namesakes_of_the_hospitals_are_never_taken_for_them(register):
    names = [name.strip() for line in NEARBY.strip().split("\n") for name in line.split("|")]
    assert len(names) > 200
    assert {name: found for name in names if (found := register.match(name).etablissement_id)} == {}


def test_every_hospital_is_recognised_by_its_own_name_and_city(register):
    for row in references().etablissements.to_dict("records"):
        for city in ("", row["ville"]):
            assert register.match(row["nom"], ville=city).etablissement_id == row["etablissement_id"]


def test_at_least_eighty_spellings_are_recognised_and_none_wrongly(register):
    found = [
        (register.match(text, ville=city).etablissement_id, expected)
        for text, city, expected in lines(SPELLINGS)
    ]
    accepted = [(answer, expected) for answer, expected in found if answer]
    assert len(accepted) >= 80
    assert [pair for pair in accepted if pair[0] != pair[1]] == []


def test_choice_offers_the_hospital_meant(register):
    for text, city, meant in [
        ("CHU Nancy", "", "chru-de-nancy-hopital-central"),
        ("Hôpital Robert Debré", "", "ap-hp-hopital-robert-debre"),
        ("CHU d'Angres", "", "chu-d-angers"),
        ("CH de Bayonne", "", "ch-de-la-cote-basque"),
        ("CH Vannes", "", "ch-bretagne-atlantique"),
        ("Hôpital Rothschild", "", "hopital-fondation-adolphe-de-rothschild"),
        ("CHU", "Rennes", "chu-de-rennes"),
        ("CHU de Fort-de-France", "", "chu-de-martinique"),
    ]:
        candidates = register.match(text, ville=city).candidates
        assert meant in [candidate for candidate, _ in candidates]
        assert len(candidates) <= 5
        assert all(score < ACCEPTED for _, score in candidates)
        assert [score for _, score in candidates] == sorted((score for _, score in candidates), reverse=True)
