"""What a reader sees when the script of a page stops on an error."""

from __future__ import annotations

import streamlit as st

from rarecare import metrics
from rarecare.errors import UserError
from rarecare.logs import log_bug


def on_script_error(error: Exception) -> bool:
    """Show an error of a page in French and return True, so that Streamlit adds nothing of its own.

    A :class:`~rarecare.errors.UserError` is shown as it stands; any other error is logged, and only its number shown.
    """
    if isinstance(error, UserError):
        st.error(error.message)
        return True
    metrics.BUGS.labels("page").inc()
    number = log_bug(error, event="page_failed")
    st.error(
        f"Erreur interne n° {number}. Rechargez la page ; si l’erreur revient, "
        "transmettez ce numéro à la personne qui administre RareCare."
    )
    return True
