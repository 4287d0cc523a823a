"""Hand a process over to Streamlit."""

from __future__ import annotations

import os
from pathlib import Path

from streamlit.web import cli as streamlit_cli

from rarecare.settings import Settings

APP = Path(__file__).resolve().parents[2] / "app.py"


def launch(settings: Settings) -> None:
    """Serve the pages, exactly as ``streamlit run app.py`` would, and return when that stops."""
    # app.py reads the settings again in the same process: what the command line gave must win there too.
    for name in ("port", "host", "public"):
        os.environ[f"RARECARE_{name.upper()}"] = str(getattr(settings, name))
    arguments = ["run", str(APP), "--server.port", str(settings.port), "--server.address", settings.host]
    arguments += ["--server.maxUploadSize", str(settings.import_max_mb)]
    streamlit_cli.main([*arguments, "--server.headless", "true"], standalone_mode=False)
