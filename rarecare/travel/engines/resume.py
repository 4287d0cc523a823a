"""Answers of an engine kept on disk, so that a computation goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rarecare.errors import UserError
from rarecare.travel.edges import Floats

_KNOWN = "select key, content, sha256 from answers where key in (select value from json_each(?))"


class AnswerStore:
    """Answers by key, in one SQLite file.

    A key tells the whole question (engine, its settings, date of its data, points), so that no answer ever
    serves another question, and a new hospital asks for its own row alone. What :meth:`keep` has returned from
    survives a kill. The file is only a cache: when it is broken, it is emptied.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        self._path = path
        self._identity = json.dumps(identity, sort_keys=True, ensure_ascii=False).encode()

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened()
        except (OSError, sqlite3.OperationalError) as error:
            raise self._unusable(error) from None
        except sqlite3.DatabaseError:
            self._path.unlink()
            self._connection = self._opened()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def key(self, *parts: Floats) -> str:
        """Return the key of a question about some points; parts are told apart."""
        digest = hashlib.sha256(self._identity)
        for part in parts:
            digest.update(f"|{part.shape}|".encode())
            digest.update(part.astype("<f8").tobytes())
        return digest.hexdigest()

    def known(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the answers kept for some keys."""
        rows = self._connection.execute(_KNOWN, [json.dumps(list(keys))])
        return {key: content for key, content, checksum in rows if _checksum(content) == checksum}

    def keep(self, answers: Mapping[str, bytes]) -> None:
        """Write answers for good, all or none of them."""
        rows = [(key, content, _checksum(content)) for key, content in answers.items()]
        try:
            with self._connection:
                self._connection.executemany("insert or replace into answers values (?, ?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from None

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30)
        try:
            # Kept through a kill without waiting for the disk at each block; a power cut may lose the last ones.
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.execute(
                "create table if not exists answers (key text primary key, content blob, sha256 text)"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _unusable(self, error: Exception) -> UserError:
        code = getattr(error, "sqlite_errorname", None) or getattr(error, "errno", "")
        return UserError(
            f"Les réponses du moteur ne peuvent pas être enregistrées (erreur {code})",
            where=str(self._path),
            remedy="Vérifier la place et les droits sur ce dossier, et qu'aucun autre calcul n'est en cours.",
        )


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
