"""Screenshots of the documentation, taken by ``make docs-images``; pytest does not collect this file by itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Shot:
    """One picture of ``docs/images``: a page at an address, at one width, ``dropped`` given to it as a file."""

    name: str
    address: str
    maps: int = 0
    width: int = 1280
    height: int = 900
    dropped: str = ""


SHOTS = (
    Shot("accueil", "/", maps=1),
    Shot("couverture", "/couverture?filiere=RESPIFIL", maps=1),
    Shot("couverture-mobile", "/couverture?filiere=RESPIFIL", maps=1, width=390, height=844),
    Shot(
        "couverture-inegalites",
        "/couverture?vue=In%C3%A9galit%C3%A9s&filiere=RESPIFIL&departement=48",
        height=1100,
    ),
    Shot("couverture-lacunes", "/couverture?vue=Lacunes&filiere=RESPIFIL", maps=1, height=1150),
    Shot(
        "couverture-criteres",
        "/couverture?vue=Sept%20crit%C3%A8res&groupe=hypertension_pulmonaire&region=84",
        height=1250,
    ),
    Shot("distance", "/distance?filiere=RESPIFIL&departement=48&commune=48095", maps=1, height=1100),
    Shot("distance-dependance", "/distance?volet=dependance&filiere=RESPIFIL&sans=21231", maps=1),
    Shot(
        "distance-comparer",
        "/distance?volet=comparer&comparer=filieres&filiere=RESPIFIL&filiere_b=OSCAR",
        maps=3,
        height=1100,
    ),
    Shot("annuaire", "/annuaire?filiere=RESPIFIL", maps=1),
    Shot("files-actives", "/files-actives?filiere=RESPIFIL", maps=1, height=1100),
    Shot("donnees-tables", "/donnees", height=1100),
    Shot(
        "donnees-importer",
        "/donnees?vue=Importer&table=file_active",
        height=1500,
        dropped="Réseau;Hôpital;Ville;Année;File active\n"
        "Maladies pulmonaires rares;Hôpital Tenon;Paris;2025;1 240\n"
        "Maladies pulmonaires rares;CHRU de Tours;Tours;2025;312\n",
    ),
    Shot("methode", "/methode"),
)


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_the_picture_of_a_page_is_taken(shot, server, new_visitor, repository):
    visitor = new_visitor(viewport={"width": shot.width, "height": shot.height}, reduced_motion="reduce")
    visitor.open(server.url + shot.address)
    if shot.dropped:
        file = {"name": "files-actives-2025.csv", "mimeType": "text/csv", "buffer": shot.dropped.encode()}
        visitor.page.locator("input[type=file]").set_input_files(file)
        visitor.page.get_by_text("Voir ce qui va changer").wait_for()
        visitor.wait()
    for index in range(shot.maps):
        visitor.map(index).locator("path.leaflet-interactive").first.wait_for(state="attached")
    visitor.page.wait_for_load_state("networkidle")
    path = repository / "docs" / "images" / f"{shot.name}.png"
    visitor.page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size > 10_000
