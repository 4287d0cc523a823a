"""Plotly figures in the house style."""
