"""The chain in force found again in the journal, when both the build directory and ``CHAINE.json`` are lost."""

from __future__ import annotations

import json
from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.imports.interrupted import interrupted_imports
from rarecare.dataset.imports.journal import (
    IMPORT_FILE,
    RESTORE,
    Chain,
    ImportEntry,
    kept_imports,
    remember_chain,
    remembered_chain,
)
from rarecare.dataset.imports.returns import list_returns
from rarecare.errors import UserError
from rarecare.settings import Settings

NO_IMPORT = "aucun"


def restore_chain(settings: Settings, last: str = "", *, dry_run: bool = False) -> Chain:
    """Write ``CHAINE.json`` again and return the chain that it holds.

    *last* names the last import to have in force, :data:`NO_IMPORT` for none. By default the last event of the journal
    tells it: the last import accepted, or the last going back. With *dry_run* nothing is written.

    Raises
    ------
    UserError
        Nothing is lost, no such import, or an import of the chain is missing.
    """
    with versions.build_lock(settings.build_dir):
        _refuse_when_known(settings)
        chain = chain_until(settings, last or _last_known(settings))
        if not dry_run:
            remember_chain(settings, chain, even_empty=True)
    return chain


def chain_until(settings: Settings, last: str) -> Chain:
    """Return the chain that an import ends: each names the one before it; empty for :data:`NO_IMPORT`.

    Raises :class:`UserError` when one of them is missing.
    """
    chain: Chain = ()
    following = "" if last == NO_IMPORT else last
    while following:
        entry = _entry(settings, following)
        chain = (entry, *chain)
        following = entry.previous
    return chain


def _last_known(settings: Settings) -> str:
    killed = set(interrupted_imports(settings))
    imports = [
        (entry.when, 1, entry.import_id)
        for entry in (_entry(settings, name) for name in kept_imports(settings) if name not in killed)
    ]
    returns = [(returned.when, 0, returned.last_import) for returned in list_returns(settings)]
    return max([*imports, *returns], default=("", 0, ""))[2] or NO_IMPORT


def _refuse_when_known(settings: Settings) -> None:
    version = versions.current_version(settings.build_dir)
    if version is not None:
        versions.read_manifest(settings.build_dir, version)
        raise UserError(
            f"Rien n'est perdu : la version « {version} » est en service, avec ses imports",
            remedy="Pour en changer, lancer « rarecare rollback VERSION ».",
        )
    if not kept_imports(settings):
        raise UserError(
            "Aucun import n'est gardé : il n'y a rien à rétablir",
            where=str(settings.imports_dir),
            remedy="Remettre d'abord le dossier des imports depuis la sauvegarde.",
        )
    try:
        known = remembered_chain(settings)
    except UserError:
        return
    raise UserError(
        f"Rien n'est perdu : la liste des imports en service est là, et en nomme {len(known)}",
        remedy="Lancer « rarecare build ».",
    )


def _entry(settings: Settings, import_id: str) -> ImportEntry:
    # a name typed by a reader never leads out of the folder of imports
    path = settings.imports_dir / Path(import_id).name / IMPORT_FILE
    try:
        return ImportEntry.from_record(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(
            f"L'import « {import_id} » est absent ou illisible", where=str(path), remedy=RESTORE
        ) from None
