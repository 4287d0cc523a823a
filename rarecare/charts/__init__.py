"""Charts in the house style, each with the text that replaces it: bars of our own, plotly for the rest."""

from rarecare.charts.bars import Bar, BarChart, completeness, ranking
from rarecare.charts.figures import histogram, sensitivity
from rarecare.charts.template import CONFIG, Chart

__all__ = ["CONFIG", "Bar", "BarChart", "Chart", "completeness", "histogram", "ranking", "sensitivity"]
