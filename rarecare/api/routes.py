"""All the addresses that RareCare answers itself; every other one belongs to the pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from rarecare.api.comparison_picture import comparison_picture
from rarecare.api.files import send_files
from rarecare.api.health import healthz, metrics_text
from rarecare.api.rasters import commune_picture
from rarecare.api.site_files import hospitals_file
from rarecare.assets import carte_folder, static_folder
from rarecare.settings import Settings


def routes(settings: Settings) -> list[BaseRoute]:
    """Return the routes, in order of precedence.

    ``/app/static/`` is ours rather than Streamlit's, which looks beside the main script and sets no cache header.
    """
    return [
        Route("/healthz", healthz(settings)),
        Route("/metrics", metrics_text(settings)),
        Route("/carte/communes.png", commune_picture(settings)),
        Route("/carte/sites.json", hospitals_file(settings)),
        Route("/carte/comparaison.png", comparison_picture(settings)),
        Route("/carte/{fichier:path}", send_files(carte_folder(settings.geo_dir))),
        Route("/app/static/{fichier:path}", send_files(static_folder(settings.static_dir))),
    ]
