"""The line that says where the numbers of a page come from, and of what day they are."""

from __future__ import annotations

from rarecare.dataset.store import Dataset
from rarecare.french import date
from rarecare.ui.components import source_line


def page_sources(dataset: Dataset, *sources: str) -> None:
    """Show the sources with the day and the version of the dataset."""
    source_line(*sources, updated=date(str(dataset.manifest["built_at"])), version=dataset.version)
