"""The files of ``geo/``: what each is called, where it comes from, what was done."""

from __future__ import annotations

from rarecare.territory.prepare.sidecars import Output

_HOLES = (
    "Polygones complétés : trous laissés par des communes nouvelles récentes ou sans polygone attribués selon "
    "decisions/trous.csv, Neussargues-Moissac partagée en cinq selon decisions/communes_retablies.csv."
)
_SIMPLIFIED = (
    "Communes fusionnées, puis simplifiées ensemble (shapely.coverage_simplify) : frontières communes conservées, "
    "aucun vide entre territoires ; Llívia (Espagne) et les plans d'eau comblés, petites îles omises."
)
_MOVED = "Départements d'outre-mer agrandis ou réduits et placés près de l'Hexagone selon drom_cadres.json."

OUTPUTS = (
    Output(
        path="communes.parquet",
        title="Communes et arrondissements municipaux : population, point, surface, densité",
        sources=("decoupage", "contours"),
        steps=(
            "Liste, noms, rattachements et populations : découpage administratif ; Paris, Lyon et Marseille remplacées "
            "par leurs 45 arrondissements municipaux, dont les populations s'ajoutent à celle de la ville.",
            "Population municipale légale, sauf Mayotte : recensement de 2017 multiplié par un même facteur pour "
            "atteindre l'estimation départementale de l'Insee de l'année (data/population_age_departements.csv).",
            "Point : mairie si elle est dans le polygone ou à moins de 300 m et n'est pas celle d'une voisine ; sinon "
            "bourg (decisions/points.csv) ; sinon centre du polygone. Origine dans origine_point.",
            _HOLES,
            "Surface en km² dans la projection légale de chaque territoire ; densité = population / surface.",
            "Aucune colonne nominative ni de contact n'est lue.",
        ),
    ),
    Output(
        path="adjacence.parquet",
        title="Communes voisines",
        sources=("contours",),
        steps=(_HOLES, "Paires de communes dont les polygones s'approchent à moins de 50 mètres."),
    ),
    Output(
        path="communes_anciennes.csv",
        title="Anciens codes de communes : département de la commune actuelle",
        sources=("decoupage",),
        steps=("Communes réunies à une autre ou dont le code a changé ; codes encore en usage omis.",),
    ),
    Output(
        path="departements.csv",
        title="Départements : nom, région, chef-lieu",
        sources=("decoupage",),
        steps=("101 départements de l'Hexagone, de Corse et d'outre-mer.",),
    ),
    Output(
        path="regions.csv",
        title="Régions : nom",
        sources=("decoupage",),
        steps=("18 régions.",),
    ),
    Output(
        path="drom_cadres.json",
        title="Placement des départements d'outre-mer sur l'atlas",
        sources=("contours",),
        steps=("Échelle : la plus grande qui tienne dans le cadre ; coordonnées en mètres, EPSG:3857.",),
    ),
    Output(
        path="carte/departements.geojson",
        title="Départements, à leur place",
        sources=("decoupage", "contours"),
        steps=(_HOLES, _SIMPLIFIED),
    ),
    Output(
        path="carte/regions.geojson",
        title="Régions, à leur place",
        sources=("decoupage", "contours"),
        steps=(_HOLES, _SIMPLIFIED),
    ),
    Output(
        path="carte/departements_atlas.geojson",
        title="Départements, disposition d'atlas",
        sources=("decoupage", "contours"),
        steps=(_HOLES, _SIMPLIFIED, _MOVED),
    ),
    Output(
        path="carte/regions_atlas.geojson",
        title="Régions, disposition d'atlas",
        sources=("decoupage", "contours"),
        steps=(_HOLES, _SIMPLIFIED, _MOVED),
    ),
    Output(
        path="carte/cadres.geojson",
        title="Cadres des départements d'outre-mer de l'atlas",
        sources=("decoupage",),
        steps=("Rectangles et emplacement des noms, dessinés par RareCare.",),
    ),
    Output(
        path="carte/communes_atlas.npz",
        title="Grille de l'atlas : commune de chaque cellule",
        sources=("contours",),
        steps=(
            _HOLES,
            _MOVED,
            "Cellules de 1 600 m en EPSG:3857 (environ 1,1 km au sol) : position de la commune dans communes.parquet, "
            "65535 hors de France. Une commune sans cellule prend celle de son point.",
        ),
    ),
)
