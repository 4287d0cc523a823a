"""Files of a map commune by commune: too long for a table on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from rarecare.ui.columns import ColumnMeta
from rarecare.ui.components import file_button, paragraph
from rarecare.ui.export import FORMATS


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
        for kind in FORMATS:
            make = partial(kind.content, frame, columns, notes)
            file_button(f"Communes, {kind.label}", make, f"{file_name}.{kind.suffix}", kind.media_type)
