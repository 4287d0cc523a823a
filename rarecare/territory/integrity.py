"""The files of ``geo/`` are those that were published: each is compared with the checksum of its source sheet."""

from __future__ import annotations

import hashlib
from pathlib import Path

import yaml

from rarecare.errors import UserError

_SHEET = ".source.yaml"


def check_geo_files(geo_dir: Path) -> None:
    """Raise :class:`UserError` for a file of the territory that is absent, truncated or altered.

    A truncated table may well be read: it would silently lack a région, or a map its départements.
    """
    for sheet in sorted(geo_dir.rglob(f"*{_SHEET}")):
        path = sheet.with_name(sheet.name.removesuffix(_SHEET))
        if not path.is_file():
            raise _refused("est absent", path)
        if _sha256(path) != _announced(sheet):
            raise _refused("est tronqué ou a été modifié", path)


def _announced(sheet: Path) -> str:
    try:
        return str(yaml.safe_load(sheet.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        raise UserError(
            "La fiche d'un fichier du territoire est illisible",
            where=str(sheet),
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None


def _refused(what: str, path: Path) -> UserError:
    return UserError(
        f"Un fichier du territoire {what}",
        where=str(path),
        remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
