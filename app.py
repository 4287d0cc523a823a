"""RareCare as an ASGI application: the pages, our own addresses, and the layers around them.

Started by ``rarecare serve``, ``make run`` or ``streamlit run app.py``.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rarecare.api.lifespan import lifespan
from rarecare.api.middleware import middleware
from rarecare.api.routes import routes
from rarecare.settings import load_settings
from rarecare.ui.script_errors import on_script_error

SETTINGS = load_settings()

# An absolute path, and a folder without pages/ beside it: see docs/adr/0002.
app = st.App(
    Path(__file__).resolve().parent / "rarecare" / "ui" / "main.py",
    routes=routes(SETTINGS),
    middleware=middleware(SETTINGS, frontend_dir=Path(st.__file__).parent / "static"),
    lifespan=lifespan(SETTINGS),
    on_script_error=on_script_error,
)
