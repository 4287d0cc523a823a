"""Files sent to browsers as they are, under an address that changes with their content.

The address carries ``?v=<content version>``, so a browser may keep the answer for ever: new content, new address.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

CARTE_PREFIX = "/carte/"
STATIC_PREFIX = "/app/static/"
FRONTEND_PREFIX = "/static/"

_TYPES = {
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_WORTH_COMPRESSING = {".geojson", ".json", ".js", ".css", ".svg", ".txt"}


@dataclass(frozen=True)
class Asset:
    """One file read in memory, with what its HTTP answer needs."""

    content: bytes
    suffix: str

    @cached_property
    def version(self) -> str:
        """First sixteen hexadecimal digits of the SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes | None:
        """The content in gzip, the same bytes for the same content; None when compression gains nothing."""
        if self.suffix not in _WORTH_COMPRESSING:
            return None
        packed = gzip.compress(self.content, compresslevel=9, mtime=0)
        return packed if len(packed) < len(self.content) else None

    @property
    def media_type(self) -> str:
        """Content type sent with the file."""
        return _TYPES.get(self.suffix) or mimetypes.types_map.get(self.suffix, "application/octet-stream")


@dataclass(frozen=True)
class AssetFolder:
    """The files of one folder that may be sent, and no other.

    Parameters
    ----------
    directory
        Folder on disk; sub-folders are included.
    prefix
        Beginning of their addresses, with both slashes.
    suffixes
        Endings that may be sent, with the dot; a file with another ending does not exist for a browser.
    """

    directory: Path
    prefix: str
    suffixes: Collection[str]

    def find(self, name: str) -> Asset | None:
        """Return the file called ``name`` (with ``/`` between folders), or None when it may not be sent."""
        path = _inside(self.directory, name)
        if path is None or path.suffix not in self.suffixes or not path.is_file():
            return None
        return _read(path, path.stat().st_mtime_ns)

    def url(self, name: str) -> str:
        """Return the address of a file, with the version of its content.

        Raises
        ------
        FileNotFoundError
            When the folder holds no such file to send.
        """
        asset = self.find(name)
        if asset is None:
            raise FileNotFoundError(f"{name} is not a file that {self.prefix} sends")
        return f"{self.prefix}{name}?v={asset.version}"


def carte_folder(geo_dir: Path) -> AssetFolder:
    """Return the folder of map geometry, sent under ``/carte/``."""
    return AssetFolder(geo_dir / "carte", CARTE_PREFIX, frozenset({".geojson"}))


def frontend_folder(frontend_dir: Path) -> AssetFolder:
    """Return the folder of Streamlit's own interface, sent under ``/static/``; its files are named by their content."""
    suffixes = {".js", ".css", ".woff2", ".svg", ".png", ".gif"}
    return AssetFolder(frontend_dir / "static", FRONTEND_PREFIX, frozenset(suffixes))


def static_folder(static_dir: Path) -> AssetFolder:
    """Return the folder of scripts, styles and fonts that RareCare hosts itself, sent under ``/app/static/``."""
    suffixes = {".js", ".css", ".woff2", ".svg", ".png", ".ico", ".json", ".txt"}
    return AssetFolder(static_dir, STATIC_PREFIX, frozenset(suffixes))


# Pages ask for the same dozen of names at each run, and to follow links costs more than all the rest.
@lru_cache(maxsize=1024)
def _inside(directory: Path, name: str) -> Path | None:
    """Return the true path of a file, None when its name is hidden or leads out of the folder."""
    if "\\" in name or "\0" in name or any(part.startswith(".") for part in name.split("/")):
        return None
    root = directory.resolve()
    path = (root / name).resolve()
    return path if path.is_relative_to(root) else None


# The interface of Streamlit has some 350 files, of which visits ask a third: about 20 MB with their compressed form.
@lru_cache(maxsize=256)
def _read(path: Path, _modified_ns: int) -> Asset:
    return Asset(path.read_bytes(), path.suffix)
