"""Build-time preparation of ``geo/`` from two public packages (``python -m rarecare.territory.prepare``).

Nothing here is imported by the application: the outputs are committed, with a ``*.source.yaml`` beside each.
"""
