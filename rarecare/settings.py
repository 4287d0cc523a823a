"""Settings, read once: defaults, then ``rarecare.toml``, then ``RARECARE_*`` environment variables."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rarecare.errors import UserError

_ROOT = Path(__file__).resolve().parent.parent
_TRUE = {"1", "true", "oui", "yes"}
_CLOSED_LISTS = {
    "log_level": ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    "reader_role": ("public", "planificateur", "filiere", "etablissement", "secret_habilite"),
}
_LAST_PORT = 65_535
_FALSE = {"0", "false", "non", "no", ""}


@dataclass(frozen=True)
class Settings:
    """Where things are and how the server behaves.

    Each field can be set in ``rarecare.toml`` under its own name or by the environment variable ``RARECARE_<NAME>``.
    """

    data_dir: Path = _ROOT / "data"
    geo_dir: Path = _ROOT / "geo"
    static_dir: Path = _ROOT / "static"
    build_dir: Path = _ROOT / "build"
    host: str = "127.0.0.1"
    port: int = 8501
    public: bool = False
    log_level: str = "INFO"
    frame_ancestors: str = "'self'"
    tile_url: str = ""
    travel_engine: str = "graphe"
    osrm_url: str = ""
    osrm_profile: str = "driving"
    valhalla_url: str = ""
    valhalla_config: str = ""
    engine_table_size: int = 100
    engine_timeout_seconds: int = 60
    engine_retries: int = 3
    engine_snap_metres: int = 2000
    engine_ferries: bool = True
    imports_dir: Path = _ROOT / "imports"
    import_who: str = ""
    import_max_mb: int = 200
    screen_imports: bool = True
    reader_role: str = "public"
    reader_scope: str = ""
    minimum_coordonnateur: int = 0
    minimum_constitutif: int = 0
    minimum_crc: int = 0
    minimum_competence: int = 25
    near_minimum_pct: int = 20


def load_settings(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Return the settings in force.

    Raises :class:`UserError` when a key is unknown or a value has the wrong type.
    """
    environment = os.environ if environment is None else environment
    path = file or Path(environment.get("RARECARE_CONFIG", _ROOT / "rarecare.toml"))
    if "RARECARE_CONFIG" in environment and not path.exists():
        # Going on without the file would drop what it says, the public view first of all.
        raise UserError(
            "Le fichier de réglages n'existe pas",
            where=str(path),
            remedy="Corriger RARECARE_CONFIG, ou retirer cette variable.",
        )
    values = _from_file(path) | _from_environment(environment)
    defaults = Settings()
    given: dict[str, Any] = {
        name: _convert(name, value, getattr(defaults, name), where) for name, (value, where) in values.items()
    }
    return Settings(**given)


def _from_file(path: Path) -> dict[str, tuple[object, str]]:
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            "Le fichier de réglages est illisible",
            where=f"{path} : {error}",
            remedy="Corriger la syntaxe TOML.",
        ) from None
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(content) - known)
    if unknown:
        raise UserError(
            f"Réglage inconnu : {', '.join(unknown)}",
            where=str(path),
            remedy=f"Réglages possibles : {', '.join(sorted(known))}.",
        )
    return {name: (value, str(path)) for name, value in content.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    found: dict[str, tuple[object, str]] = {}
    for field in fields(Settings):
        variable = f"RARECARE_{field.name.upper()}"
        if variable in environment:
            found[field.name] = (environment[variable], variable)
    return found


def _convert(name: str, value: object, default: object, where: str) -> object:
    if isinstance(default, bool):
        return _as_bool(name, value, where)
    if isinstance(default, int):
        return _as_int(name, value, where)
    if name in _CLOSED_LISTS:
        _refuse_unknown(name, str(value), where)
    if isinstance(default, Path):
        return Path(str(value)).expanduser()
    return str(value)


def _refuse_unknown(name: str, value: str, where: str) -> None:
    allowed = _CLOSED_LISTS[name]
    if value.casefold() not in {choice.casefold() for choice in allowed}:
        raise UserError(
            f"Le réglage « {name} » est inconnu : « {value} »",
            where=where,
            remedy=f"Écrire {', '.join(allowed)}.",
        )


def _as_int(name: str, value: object, where: str) -> int:
    text = str(value).strip()
    if not text.isdecimal() or (name == "port" and not 1 <= int(text) <= _LAST_PORT):
        raise UserError(
            f"Le réglage « {name} » attend un nombre entier, lu « {value} »",
            where=where,
            remedy="Donner par exemple 8501.",
        )
    return int(text)


def _as_bool(name: str, value: object, where: str) -> bool:
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise UserError(
        f"Le réglage « {name} » attend oui ou non, lu « {value} »",
        where=where,
        remedy="Écrire « oui » ou « non ».",
    )
