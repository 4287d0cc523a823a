"""Files of a map commune by commune: too long for a table on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import XLSX_TYPE, paragraph
from rarecare.ui.export import csv_bytes, xlsx_bytes


def commune_files(
    file_name: str,
    frame: Callable[[], pd.DataFrame],
    columns: Mapping[str, ColumnMeta],
    notes: Sequence[tuple[str, str]],
) -> None:
    """Show the buttons of the files by commune, written when they are asked for.

    ``frame`` makes the rows, ``columns`` and ``notes`` are those of :func:`rarecare.ui.components.data_table`.
    """
    paragraph("Les mêmes chiffres, commune par commune :", small=True)
    with st.container(horizontal=True, key=f"rc_fichiers_{file_name}"):
        for label, extension, mime, make in (
            ("CSV", "csv", "text/csv", lambda: csv_bytes(frame(), columns, notes)),
            ("Excel", "xlsx", XLSX_TYPE, lambda: xlsx_bytes(frame(), columns, notes)),
        ):
            st.download_button(
                f"Communes, {label}", make, file_name=f"{file_name}.{extension}", mime=mime,
                key=f"rc_telecharger_{file_name}.{extension}", on_click="ignore", icon=":material/download:",
                type="tertiary",
            )  # fmt: skip
