"""Addresses of RareCare's own styles, scripts and images, each with the version of its content."""

from __future__ import annotations

from rarecare.assets import carte_folder, static_folder
from rarecare.settings import load_settings
from rarecare.ui.texts import BASELINE, PRODUCT

PAGE_TITLE = f"{PRODUCT} – {BASELINE}"
_FROM_FRAME = "../.."


def frame_asset(name: str) -> str:
    """Return the address of a file of ``static/`` as seen from the frame of a map, two folders down."""
    return _FROM_FRAME + static_folder(load_settings().static_dir).url(name)


def geometry_url(name: str) -> str:
    """Return the address of a file of ``geo/carte/`` as seen from the frame of a map."""
    return _FROM_FRAME + carte_folder(load_settings().geo_dir).url(name)


def frame_url(path: str) -> str:
    """Return any address of RareCare that starts with ``/`` as seen from the frame of a map."""
    return _FROM_FRAME + path
