"""JSON over HTTP to a routing engine: deadlines, bounded retries, errors in words."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from rarecare.errors import UserError
from rarecare.travel.engines.service import RESUME

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_PIECE_BYTES = 65_536
_MOST_BYTES = 64 * 1024 * 1024
"""Far above any table we ask for: beyond it, what answers is not a routing engine."""
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_CLIENT_ERROR = 400
_CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, "connexion refusée"),
    (ConnectionError, "connexion coupée"),
    (socket.gaierror, "nom de serveur inconnu"),
    (ssl.SSLError, "échange chiffré impossible"),
    (HTTPException, "ce n'est pas du HTTP, ou la réponse est incomplète"),
)


@dataclass(frozen=True)
class Reply:
    """An answer: HTTP status, and the JSON value, None when an error came without JSON."""

    status: int
    content: Any


class _PassingError(Exception):
    """Something that may go better at the next try."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


@dataclass(frozen=True)
class JsonService:
    """Where a routing engine is, and how patient we are.

    ``label`` is its name in messages, ``setting`` the setting that holds ``url``. ``timeout_seconds`` bounds a
    whole answer, not each packet: an engine that sends one byte a second is as dead as a silent one.
    ``retries`` counts the tries after the first. Proxies of the environment are not used: these engines live on
    the machine or beside it.
    """

    label: str
    setting: str
    url: str
    timeout_seconds: float = 60.0
    retries: int = 3
    pause: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        checked_url(self.url, self.setting)

    def get(self, path: str) -> Reply:
        """Return the answer to a GET of ``path``, which starts with a slash."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> Reply:
        """Return the answer to a POST of ``body`` as JSON."""
        return self._ask("POST", path, json.dumps(body).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Reply:
        attempt = 0
        while True:
            try:
                return self._once(method, path, body)
            except _PassingError as error:
                if attempt >= self.retries:
                    raise self._gave_up(error) from None
            self.pause(min(_FIRST_PAUSE_SECONDS * 2**attempt, _LONGEST_PAUSE_SECONDS))
            attempt += 1

    def _gave_up(self, error: _PassingError) -> UserError:
        tries = f" après {self.retries + 1} essais" if self.retries else ""
        return UserError(
            f"Le moteur {self.label} {error}{tries}", where=self.url, remedy=f"{error.remedy} {RESUME}"
        )

    def _once(self, method: str, path: str, body: bytes | None) -> Reply:
        deadline = time.monotonic() + self.timeout_seconds
        connection = _connection(urlsplit(self.url), self.timeout_seconds)
        headers = {"Accept": "application/json", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, urlsplit(self.url).path.rstrip("/") + path, body, headers)
            # The connection forgets its socket as soon as the answer begins.
            link = connection.sock
            with connection.getresponse() as response:
                return self._reply(response.status, self._read(link, response, deadline))
        except TimeoutError:
            raise self._too_slow() from None
        except (HTTPException, OSError) as error:
            raise _PassingError(
                f"est injoignable ou coupe la connexion ({_cause(error)})",
                f"Vérifier que le serveur est lancé et que « {self.setting} » donne son adresse.",
            ) from None
        finally:
            connection.close()

    def _read(self, link: socket.socket, response: HTTPResponse, deadline: float) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1(_PIECE_BYTES):
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_BYTES:
                raise self._oversized()
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            link.settimeout(left)
        if response.length:
            raise _PassingError("coupe sa réponse avant la fin", "Consulter le journal du serveur.")
        return b"".join(pieces)

    def _reply(self, status: int, content: bytes) -> Reply:
        if status >= _SERVER_ERROR or status == _TOO_MANY_REQUESTS:
            raise _PassingError(
                f"répond par une erreur de serveur (HTTP {status})", "Consulter le journal du serveur."
            )
        try:
            return Reply(status, json.loads(content))
        except ValueError:
            if status >= _CLIENT_ERROR:
                return Reply(status, None)
            raise _PassingError(
                "envoie une réponse incomplète ou qui n'est pas du JSON",
                f"Vérifier que « {self.setting} » donne bien l'adresse d'un serveur {self.label}.",
            ) from None

    def _too_slow(self) -> _PassingError:
        return _PassingError(
            f"n'a pas répondu en {self.timeout_seconds:g} secondes".replace(".", ","),
            "Augmenter « engine_timeout_seconds » ou diminuer « engine_table_size ».",
        )

    def _oversized(self) -> UserError:
        return UserError(
            f"La réponse du moteur {self.label} est démesurée",
            where=self.url,
            remedy=f"Vérifier que « {self.setting} » donne bien l'adresse d'un serveur {self.label}. {RESUME}",
        )


def checked_url(url: str, setting: str) -> str:
    """Return the address of a service, without final slash.

    Raises :class:`~rarecare.errors.UserError` unless it is http(s) with a host, and free of user name or
    password: addresses are stored with the matrix and shown on the method page.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment:
        raise UserError(
            f"Le réglage « {setting} » ne donne pas l'adresse d'un serveur",
            where=url or "réglage vide",
            remedy="Donner par exemple http://127.0.0.1:5000.",
        )
    if "@" in parts.netloc:
        raise UserError(
            f"L'adresse du réglage « {setting} » contient un nom ou un mot de passe",
            where=parts.hostname or "",
            remedy="Retirer cette partie : l'adresse est enregistrée et affichée avec les temps de trajet.",
        )
    return url.rstrip("/")


def _connection(parts: SplitResult, timeout_seconds: float) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(str(parts.hostname), parts.port, timeout=timeout_seconds)


def _cause(error: Exception) -> str:
    for kind, words in _CAUSES:
        if isinstance(error, kind):
            return words
    return f"erreur système {getattr(error, 'errno', None) or type(error).__name__}"
