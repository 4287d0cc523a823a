"""Plotly charts in the house style, each with the text that replaces it."""

from rarecare.charts.figures import Bar, completeness, histogram, ranking, sensitivity
from rarecare.charts.template import CONFIG, Chart

__all__ = ["CONFIG", "Bar", "Chart", "completeness", "histogram", "ranking", "sensitivity"]
