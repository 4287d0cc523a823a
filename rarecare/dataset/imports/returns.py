"""Going back leaves a trace: who put which version in force again, when and why; one small file each, never changed.

The record is written under a pending name, ``CURRENT`` moves and names it, then the record takes its own name. Killed
in between, what ``CURRENT`` says decides: a pending record that it names was done, any other was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rarecare.dataset import versions
from rarecare.dataset.imports.journal import Chain, now, said
from rarecare.settings import Settings

RETURNS_DIR = "retours"
_PENDING = ".en-cours-"


@dataclass(frozen=True)
class Return:
    """One going back, from version ``left`` to ``version``.

    ``when`` is an ISO date and time (UTC); ``last_import`` the last import of the version gone back to, "" without any.
    """

    return_id: str
    who: str
    when: str
    why: str
    left: str
    version: str
    last_import: str

    def record(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Return:
        """Return what :meth:`record` wrote; ``KeyError`` or ``TypeError`` otherwise."""
        return cls(**{field.name: str(record[field.name]) for field in fields(cls)})


def list_returns(settings: Settings) -> tuple[Return, ...]:
    """Return the goings back that can be read, the newest first."""
    directory, done = settings.imports_dir / RETURNS_DIR, versions.chosen_by(settings.build_dir)
    paths = [*directory.glob("[!.]*.json"), directory / f"{_PENDING}{done}.json"]
    found = [returned for path in paths if (returned := _read(path)) is not None]
    return tuple(sorted(found, key=lambda returned: (returned.when, returned.return_id), reverse=True))


@contextmanager
def recorded_return(
    settings: Settings, *, who: str, why: str, left: str, version: str, chain: Chain
) -> Iterator[str]:
    """Record a going back around the moment when ``CURRENT`` moves; gives the name that ``CURRENT`` must hold.

    Nothing is recorded when the body fails. Raises :class:`rarecare.errors.UserError` when who or why is not said.
    To be used under :func:`rarecare.dataset.versions.build_lock`.
    """
    directory, when = settings.imports_dir / RETURNS_DIR, now()
    who, why = said(who, why)
    return_id = _free_id(directory, f"{when:%Y%m%dT%H%M%S}")
    last_import = chain[-1].import_id if chain else ""
    returned = Return(return_id, who, when.isoformat(), why, left, version, last_import)
    with versions.disk_errors(settings.imports_dir):
        directory.mkdir(parents=True, exist_ok=True)
    pending = directory / f"{_PENDING}{return_id}.json"
    content = json.dumps(returned.record(), ensure_ascii=False, indent=1)
    versions.write_atomically(pending, content.encode())
    try:
        yield return_id
    except BaseException:
        if versions.chosen_by(settings.build_dir) != return_id:
            pending.unlink(missing_ok=True)
        raise
    pending.rename(directory / f"{return_id}.json")


def settle_returns(settings: Settings) -> None:
    """Keep or drop the record of a going back that was killed, as ``CURRENT`` says.

    To be used under :func:`rarecare.dataset.versions.build_lock`, before ``CURRENT`` moves.
    """
    directory, done = settings.imports_dir / RETURNS_DIR, versions.chosen_by(settings.build_dir)
    for pending in directory.glob(f"{_PENDING}*.json"):
        return_id = pending.stem.removeprefix(_PENDING)
        if return_id == done:
            pending.rename(directory / f"{return_id}.json")
        else:
            pending.unlink(missing_ok=True)
    for left_over in directory.glob(f".{_PENDING}*"):
        left_over.unlink(missing_ok=True)


def _free_id(directory: Path, wanted: str) -> str:
    name, number = wanted, 1
    while (directory / f"{name}.json").exists():
        number += 1
        name = f"{wanted}-{number}"
    return name


def _read(path: Path) -> Return | None:
    try:
        return Return.from_record(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
