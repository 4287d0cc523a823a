"""Folium layers that carry colours and labels only; geometry comes by URL."""
